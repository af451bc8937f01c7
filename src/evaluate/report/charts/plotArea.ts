/**
 * Axes from 0 to 100 percent both ways with lines between them, as SVG that fills its place at any width: text keeps its
 * size because only the lines lie in stretched coordinates.
 */
import { coordinate, escapeMarkup } from '../markup.ts';

export interface PlotLine {
  /** Class of the style sheet, which gives colour and dashes. */
  readonly style: string;
  /** Both 0..1. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface PlotArea {
  /** What is to be seen, in a sentence, for those who cannot. */
  readonly description: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xTicks: readonly number[];
  /** How a value of the x axis is written. */
  readonly xText: (value: number) => string;
  /** The last is drawn on top. */
  readonly lines: readonly PlotLine[];
  /** SVG of the caller's in percent of the area, on top of the lines. */
  readonly marks?: string;
}

const yTicks = [0, 0.25, 0.5, 0.75, 1];

export function plotArea({ description, xTitle, yTitle, xTicks, xText, lines, marks = '' }: PlotArea): string {
  const horizontal = yTicks.map((value) => {
    const y = `${100 - 100 * value}%`;
    return `<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="y" x="-8" y="${y}" dy="4">${100 * value}</text>`;
  });
  const vertical = xTicks.map((value) => {
    const x = `${coordinate(100 * value)}%`;
    return `<line class="grid" x1="${x}" x2="${x}" y1="0" y2="100%"/><text class="x" x="${x}" y="100%" dy="18">${escapeMarkup(xText(value))}</text>`;
  });
  return `<div class="plot"><p class="axis">${escapeMarkup(yTitle)}</p>
<svg class="area" role="img" aria-label="${escapeMarkup(description)}">
${[...horizontal, ...vertical].join('\n')}
<svg class="stretched" viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%">
${lines.map(drawLine).join('\n')}
</svg>
${marks}
</svg><p class="axis below">${escapeMarkup(xTitle)}</p></div>`;
}

function drawLine({ style, points }: PlotLine): string {
  const path = points.map(([x, y]) => `${coordinate(100 * x)},${coordinate(100 - 100 * y)}`).join(' ');
  return `<polyline class="${style}" vector-effect="non-scaling-stroke" points="${path}"/>`;
}

/** How a line looks, for a legend. */
export function lineSample(style: string): string {
  return `<svg class="sample" aria-hidden="true"><line class="${style}" x1="0" x2="100%" y1="50%" y2="50%"/></svg>`;
}
