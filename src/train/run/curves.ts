/**
 * A run as pictures: its curves as one SVG, and one page with the curves, the config and the maps of each epoch. The page
 * needs no script and nothing from the network; the maps are links to files beside it.
 */
import { escapeMarkup } from '../../evaluate/report/markup.ts';
import { type Panel, plotPanels } from '../plot.ts';
import { type ConfigRow, describeConfig, type TrainingConfig } from './config.ts';
import type { MetricsEntry } from './metrics.ts';
import type { RunFacts } from './runFolder.ts';

export interface EpochPicture {
  readonly epoch: number;
  /** Path below the run folder, with slashes. */
  readonly file: string;
  readonly caption: string;
}

export interface RunPage {
  readonly title: string;
  readonly config: TrainingConfig;
  readonly facts: RunFacts;
  readonly entries: readonly MetricsEntry[];
  readonly pictures: readonly EpochPicture[];
}

/** Loss, learning rate, and every validation score beside its baseline. */
export function plotRun(entries: readonly MetricsEntry[]): string {
  const scores = new Set(entries.flatMap(({ validation }) => Object.keys(validation ?? {})));
  return plotPanels([
    { title: 'loss', lines: [{ label: 'loss', points: entries.map(({ step, loss }) => [step, loss]) }] },
    {
      title: 'learning rate',
      lines: [{ label: 'learning rate', points: entries.map(({ step, learningRate }) => [step, learningRate]) }],
    },
    ...[...scores].map((name) => scorePanel(name, entries)),
  ]);
}

function scorePanel(name: string, entries: readonly MetricsEntry[]): Panel {
  const scored = entries.flatMap(({ step, validation }) => {
    const score = validation?.[name];
    return score === undefined ? [] : [{ step, ...score }];
  });
  const baselines = new Set(scored.flatMap(({ baseline }) => baseline?.name ?? []));
  return {
    title: name,
    lines: [
      { label: name, points: scored.map(({ step, value }) => [step, value]) },
      ...[...baselines].map((label) => ({
        label,
        points: scored.flatMap(({ step, baseline }) =>
          baseline?.name === label ? [[step, baseline.value] as const] : [],
        ),
        isDashed: true,
      })),
    ],
  };
}

const style = `
:root { color-scheme: light dark; font: 15px/1.5 sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
svg { max-width: 100%; height: auto }
table { border-collapse: collapse }
th, td { text-align: left; vertical-align: top; padding: 0.1rem 1rem 0.1rem 0; border-bottom: 1px solid #8886 }
th { font-weight: normal }
.maps { display: flex; flex-wrap: wrap; gap: 1rem; margin: 0; padding: 0 }
figure { margin: 0; max-width: 100% }
img { max-width: min(100%, 28rem); height: auto }
.wide { overflow-x: auto }
`;

export function runPage({ title, config, facts, entries, pictures }: RunPage): string {
  const last = entries.at(-1);
  const done = last
    ? `Step ${last.step}, epoch ${last.epoch.toFixed(2)} of ${config.epochs}.`
    : 'No step was logged yet.';
  const { version, engine, node, seed, started } = facts;
  const epochs = [...new Set(pictures.map(({ epoch }) => epoch))].toSorted((a, b) => b - a);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeMarkup(title)}</h1>
<p>${escapeMarkup(`${done} Begun ${started} with lookhear ${version}, engine ${engine}, Node ${node}, seed ${seed}.`)}</p>
<h2>Curves</h2>
${entries.length > 0 ? plotRun(entries) : '<p>None yet.</p>'}
<h2>Maps</h2>
${epochs.length > 0 ? epochs.map((epoch) => mapsOf(epoch, pictures)).join('\n') : '<p>None yet.</p>'}
<h2>Config</h2>
<div class="wide"><table>
${describeConfig(config).map(tableRow).join('\n')}
</table></div>
</body>
</html>
`;
}

function mapsOf(epoch: number, pictures: readonly EpochPicture[]): string {
  const figures = pictures
    .filter((picture) => picture.epoch === epoch)
    .map(({ file, caption }) => {
      const link = escapeMarkup(file.split('/').map(encodeURIComponent).join('/'));
      const text = escapeMarkup(caption);
      return `<figure><a href="${link}"><img src="${link}" alt="${text}" loading="lazy"></a><figcaption>${text}</figcaption></figure>`;
    });
  return `<h3>Epoch ${epoch}</h3>\n<div class="maps">\n${figures.join('\n')}\n</div>`;
}

function tableRow({ field, value, meaning }: ConfigRow): string {
  return `<tr><th scope="row">${escapeMarkup(field)}</th><td>${escapeMarkup(value)}</td><td>${escapeMarkup(meaning)}</td></tr>`;
}
