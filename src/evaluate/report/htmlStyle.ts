/**
 * The look of the page. Colour says the kind of a system - blue the model, orange the same model with another sound, grey
 * what neither looks nor hears - in tones that the colour-blind tell apart; dashes and shapes say the same in grey.
 */

/** Percent of the model's colour; none in between, where neither light nor dark numbers could be read. */
const heatLevels = [10, 20, 30, 40, 48, 56, 86, 93, 100] as const;

export const htmlStyle = `
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1b1c1d; --soft: #5d6063; --line: #d9dadb; --wash: #f4f5f6;
  --model: #0067a3; --control: #b84a00; --floor: #66696c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --ink: #e9eaeb; --soft: #a6abb0; --line: #3b3f44; --wash: #1e2125;
    --model: #5bb8f0; --control: #f2a25c; --floor: #9da2a7;
  }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; overflow-wrap: anywhere }
h2 { font-size: 1.3rem; line-height: 1.25; margin: 2.75rem 0 .75rem; padding-top: 1rem; border-top: 1px solid var(--line) }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem }
p { max-width: 46rem; margin: .5rem 0; overflow-wrap: anywhere }
small, .soft { color: var(--soft); font-weight: normal; font-size: .875rem }
a { color: var(--model) }
nav ul { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; list-style: none; margin: 1rem 0 0; padding: 0; font-size: .9rem }
.lead { font-size: 1.1rem }
.help { background: var(--wash); border-radius: .5rem; padding: .5rem 1rem; margin: 1rem 0; max-width: 48rem }
summary { cursor: pointer; font-weight: 600; padding: .3rem 0 }

.table { margin: 1.5rem 0 }
.table figcaption { color: var(--soft); font-size: .9rem; line-height: 1.4; margin-bottom: .4rem; max-width: 46rem; overflow-wrap: anywhere }
.scroll { overflow-x: auto }
.scroll:focus-visible { outline: 2px solid var(--model) }
table { border-collapse: collapse; font-size: .9rem; line-height: 1.4; font-variant-numeric: tabular-nums }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; unicode-bidi: isolate }
th { font-weight: 600; vertical-align: bottom }
th[scope=row], .words { text-align: left }
tbody th { font-weight: normal; vertical-align: top; position: sticky; left: 0; background: var(--paper); min-width: 6.5rem; max-width: 15rem; white-space: normal; overflow-wrap: anywhere }
td.words { white-space: normal; min-width: 8rem; max-width: 38rem; overflow-wrap: anywhere }
tr.main > * { font-weight: 650 }
tr.main th { box-shadow: inset 3px 0 var(--model) }
.range { color: var(--soft); font-weight: normal }
th.graph { text-align: left; white-space: normal; font-weight: normal; color: var(--soft) }
td.graph { min-width: 10rem; width: 15rem }
@media (max-width: 40rem) {
  th, td { padding: .3rem .4rem }
  th[scope=row] { padding-left: .5rem }
  tbody th { max-width: 8rem }
}

.charts > .table { margin: 0 }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 1.5rem 2.5rem; margin: 1.25rem 0 }
figure { margin: 0; min-width: 0 }
.chart { max-width: 34rem }
.chart figcaption { font-weight: 600; margin-bottom: .25rem }
.plot { padding: 0 1rem 0 2.4rem }
.axis { margin: 0 0 .6rem -2.2rem; font-size: .8rem; color: var(--soft); line-height: 1.3 }
.axis.below { margin: 1.6rem 0 0; text-align: right }
svg { overflow: visible }
.area { display: block; width: 100%; height: 16rem; font: .75rem system-ui, sans-serif }
.area text { fill: var(--soft) }
.area .y { text-anchor: end }
.area .x { text-anchor: middle }
.grid { stroke: var(--line) }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round }
.curve.model { stroke: var(--model); stroke-width: 3.5 }
.curve.control { stroke: var(--control) }
.curve.floor { stroke: var(--floor) }
.curve.ceiling { stroke: var(--floor); stroke-width: 1 }
.curve.dashed { stroke-dasharray: 8 4 }
.curve.dotted { stroke-dasharray: 2 4 }
.point { fill: var(--model); fill-opacity: .35; stroke: var(--model); stroke-width: 1.5 }
.legend { list-style: none; margin: .75rem 0 0; padding: 0; font-size: .85rem; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: .1rem 1rem }
.legend span { color: var(--soft); white-space: nowrap }
.sample { width: 2.2rem; height: .7rem; vertical-align: middle; margin-right: .25rem }

.row { display: block; width: 100%; height: 1.1rem }
.track { fill: var(--wash) }
.bar { fill: var(--model) }
.interval { fill: var(--model); fill-opacity: .28 }
.dot { fill: var(--model) }
.tick { stroke: var(--ink); stroke-width: 2.5 }
.ring { fill: var(--paper); stroke: var(--control); stroke-width: 2 }
.diamond { fill: var(--control); stroke: var(--paper) }

.heat { font-size: .8rem }
.heat thead th { vertical-align: bottom; padding: .2rem }
.heat thead span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 9rem; overflow: hidden; text-overflow: ellipsis; display: inline-block; font-weight: normal }
.heat thead th:first-child { font-weight: normal; color: var(--soft); text-align: left }
.heat td { text-align: center; padding: .25rem .3rem; min-width: 2rem; border: 1px solid var(--paper) }
.heat tbody th { border-bottom: 0 }
.heat .total { color: var(--soft); text-align: right; padding-left: .6rem }
.heat .same { outline: 2px solid var(--ink); outline-offset: -2px }
${heatLevels
  .map((share, index) => {
    const ink = share > 80 ? '; color: var(--paper)' : '';
    return `.heat-${index + 1} { background: color-mix(in oklab, var(--model) ${share}%, var(--paper))${ink} }`;
  })
  .join('\n')}

.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 9.5rem), 13rem)); gap: 1.25rem 1rem; align-items: start }
@media (max-width: 40rem) { .gallery { grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)) } }
.gallery img { display: block; width: 100%; height: auto; border-radius: .3rem }
.gallery figcaption { font-size: .85rem; line-height: 1.4; margin-top: .35rem; overflow-wrap: anywhere; unicode-bidi: isolate }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: .1rem 1.5rem; margin: .5rem 0 1rem; font-size: .9rem }
dt { display: inline; font-weight: 600 }
dt::after { content: ':' }
dd { display: inline; margin: 0 0 0 .3rem; color: var(--soft) }
.reason { color: var(--control) }
.absent { margin: 0; padding: 2.5rem .5rem; text-align: center; background: var(--wash); color: var(--soft); border-radius: .3rem; font-size: .85rem }
`;
