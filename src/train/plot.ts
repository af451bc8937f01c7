/**
 * Curves of a training as an SVG picture, a panel for each figure. It follows the reader's light or dark setting, and
 * stands as a file as well as inside a page.
 */
import { escapeMarkup } from '../evaluate/report/markup.ts';
import type { LogEntry } from './loop.ts';

export interface Line {
  readonly label: string;
  /** In the order of steps; values that are not finite are left out. */
  readonly points: readonly (readonly [step: number, value: number])[];
  /** For what is only there to compare with. */
  readonly isDashed?: boolean;
}

export interface Panel {
  readonly title: string;
  /** They share an axis; the first is drawn on top. */
  readonly lines: readonly Line[];
}

const WIDTH = 640;
const PANEL_HEIGHT = 140;
const MARGIN = { left: 64, right: 16, top: 24, bottom: 20 };

// Plain rules rather than variables: not every viewer of SVG files knows those.
const style = `
.curves { font: 11px sans-serif }
.curves .paper { fill: #fff }
.curves text { fill: #222 }
.curves .title { font-weight: bold }
.curves .axis { stroke: #ccc }
.curves polyline { fill: none; stroke: #b5367a; stroke-width: 1.5; stroke-linejoin: round }
.curves circle { fill: #b5367a }
.curves .dashed polyline { stroke: #666; stroke-width: 1; stroke-dasharray: 5 3 }
.curves .dashed circle { fill: #666 }
@media (prefers-color-scheme: dark) {
  .curves .paper { fill: #181818 }
  .curves text { fill: #ddd }
  .curves .axis { stroke: #444 }
  .curves polyline { stroke: #f08cbf }
  .curves circle { fill: #f08cbf }
  .curves .dashed polyline { stroke: #aaa }
  .curves .dashed circle { fill: #aaa }
}
`;

/** Panels without a finite value are left out. */
export function plotPanels(panels: readonly Panel[]): string {
  const drawn = panels.map(finitePanel).filter(({ lines }) => lines.some(({ points }) => points.length > 0));
  const lastStep = drawn
    .flatMap(({ lines }) => lines.map(({ points }) => points.at(-1)?.[0] ?? 0))
    .reduce((last, step) => Math.max(last, step), 1);
  const height = Math.max(1, drawn.length) * PANEL_HEIGHT;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="curves" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="curves of the training">
<style>${style}</style>
<rect class="paper" width="100%" height="100%"/>
${drawn.map((panel, index) => drawPanel(panel, index * PANEL_HEIGHT, lastStep)).join('\n')}
</svg>
`;
}

/** Of the log of a loop: the loss, and each validation figure in a panel of its own. */
export function plotCurves(entries: readonly LogEntry[]): string {
  const figures = new Set(['loss', ...entries.flatMap((entry) => Object.keys(entry))]);
  for (const name of ['step', 'learningRate']) figures.delete(name);
  return plotPanels(
    [...figures].map((name) => ({
      title: name,
      lines: [{ label: name, points: entries.map((entry) => [entry.step, entry[name]] as const) }],
    })),
  );
}

function finitePanel({ title, lines }: Panel): Panel {
  const finite = (line: Line): Line => ({ ...line, points: line.points.filter(([, value]) => Number.isFinite(value)) });
  return { title, lines: lines.map(finite) };
}

function drawPanel({ title, lines }: Panel, top: number, lastStep: number): string {
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value));
  const low = values.reduce((least, value) => Math.min(least, value));
  const high = values.reduce((most, value) => Math.max(most, value));
  const right = WIDTH - MARGIN.right;
  const bottom = top + PANEL_HEIGHT - MARGIN.bottom;
  const x = (step: number): number => MARGIN.left + ((right - MARGIN.left) * step) / lastStep;
  const y = (value: number): number =>
    bottom - ((PANEL_HEIGHT - MARGIN.top - MARGIN.bottom) * (value - low)) / (high - low || 1);
  const drawLine = ({ points, isDashed }: Line): string => {
    const last = points.at(-1);
    if (last === undefined) return '';
    const path = points.map(([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    const end = `<circle cx="${x(last[0]).toFixed(1)}" cy="${y(last[1]).toFixed(1)}" r="2"/>`;
    return `<g${isDashed ? ' class="dashed"' : ''}><polyline points="${path}"/>${end}</g>`;
  };
  const ends = lines.flatMap(({ label, points }) =>
    points.length === 0 ? [] : `${label === title ? 'now' : label} ${number(points.at(-1)![1])}`,
  );
  return `<text class="title" x="${MARGIN.left}" y="${top + 14}">${escapeMarkup(title)}</text>
<text x="${right}" y="${top + 14}" text-anchor="end">${escapeMarkup(ends.join(', '))}</text>
<path class="axis" d="M${MARGIN.left} ${bottom}H${right}"/>
${high > low ? `<text x="${MARGIN.left - 6}" y="${y(high) + 4}" text-anchor="end">${number(high)}</text>` : ''}
<text x="${MARGIN.left - 6}" y="${y(low) + 4}" text-anchor="end">${number(low)}</text>
<text x="${right}" y="${bottom + 14}" text-anchor="end">step ${lastStep}</text>
${lines.toReversed().map(drawLine).join('\n')}`;
}

function number(value: number): string {
  return `${Number(value.toPrecision(3))}`;
}
