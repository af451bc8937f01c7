/** Curves of a training as an SVG picture: the loss, and each validation figure in a panel of its own. */
import type { LogEntry } from './loop.ts';

const WIDTH = 640;
const PANEL_HEIGHT = 140;
const MARGIN = { left: 64, right: 16, top: 24, bottom: 20 };

export function plotCurves(entries: readonly LogEntry[]): string {
  const figures = ['loss', ...new Set(entries.flatMap((entry) => Object.keys(entry)))].filter(
    (name, index, all) => name !== 'step' && name !== 'learningRate' && all.indexOf(name) === index,
  );
  const panels = figures.map((name, index) => panel(name, entries, index * PANEL_HEIGHT));
  const height = figures.length * PANEL_HEIGHT;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="white"/>
${panels.join('\n')}
</svg>
`;
}

function panel(name: string, entries: readonly LogEntry[], top: number): string {
  const points = entries.filter((entry) => Number.isFinite(entry[name])).map((entry) => [entry.step, entry[name]]);
  if (points.length === 0) return '';
  const lastStep = Math.max(1, ...entries.map(({ step }) => step));
  const values = points.map(([, value]) => value);
  const low = Math.min(...values);
  const high = Math.max(...values, low + 1e-9);
  const x = (step: number): number => MARGIN.left + ((WIDTH - MARGIN.left - MARGIN.right) * step) / lastStep;
  const bottom = top + PANEL_HEIGHT - MARGIN.bottom;
  const y = (value: number): number =>
    bottom - ((PANEL_HEIGHT - MARGIN.top - MARGIN.bottom) * (value - low)) / (high - low);
  const path = points.map(([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  return `<text x="${MARGIN.left}" y="${top + 14}" font-weight="bold">${name}</text>
<text x="${MARGIN.left - 6}" y="${y(high) + 4}" text-anchor="end">${high.toPrecision(3)}</text>
<text x="${MARGIN.left - 6}" y="${y(low) + 4}" text-anchor="end">${low.toPrecision(3)}</text>
<text x="${x(lastStep)}" y="${bottom + 14}" text-anchor="end">step ${lastStep}</text>
<polyline points="${path}" fill="none" stroke="#b5367a" stroke-width="1.5"/>`;
}
