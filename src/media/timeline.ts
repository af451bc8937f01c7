/**
 * A timeline as a picture: stretches of time in colours, each with a word in it where there is room, over an axis in
 * minutes and seconds, and a curve between 0 and 1. Text is drawn with our own strokes, as in figure.
 */
import type { Picture } from '../picture/picture.ts';
import { strokeText, textWidth } from '../picture/strokeFont.ts';
import { checkOutput, type WriteOptions } from './atomicWrite.ts';
import { loadSharp } from './loadSharp.ts';
import { outputFormat, writePicture } from './writePicture.ts';

export interface TimelineStretch {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  /** As SVG writes it: #rrggbb. */
  readonly colour: string;
  /** Written into the stretch where it fits. */
  readonly text: string;
}

export interface Timeline {
  readonly title: string;
  /** Length of the axis. */
  readonly seconds: number;
  readonly stretches: readonly TimelineStretch[];
  /** What the colours mean. */
  readonly legend: readonly { readonly colour: string; readonly text: string }[];
  /** Points of the curve in time order, values 0..1, and what they are. */
  readonly curve: {
    readonly name: string;
    readonly points: readonly { readonly time: number; readonly value: number }[];
  };
}

// All lengths are in pixels of the figure.
const width = 1100;
const margin = { left: 64, right: 40 };
const bar = { top: 64, height: 56 };
const plot = { top: 150, height: 110 };
const height = 340;
const legendTop = 322;
const capital = 9;
const ink = '#222222';
const line = '#1f5fa8';
const pixelsPerTick = 90;
/** Steps between ticks that read well, in seconds. */
const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

/** Draws the timeline: a picture of 1100 x 340 pixels. */
export async function drawTimeline({ title, seconds, stretches, legend, curve }: Timeline): Promise<Picture> {
  const span = Math.max(seconds, 1e-3);
  const room = width - margin.left - margin.right;
  const x = (time: number): number => margin.left + (room * Math.min(Math.max(time, 0), span)) / span;
  const y = (value: number): number => plot.top + plot.height * (1 - value);
  const marks = [
    strokeText(title, {
      x: width / 2,
      y: 34,
      capital: Math.min(14, (14 * (width - 40)) / textWidth(title, 14)),
      anchor: 'middle',
    }),
    ...stretches.map((stretch) => stretchMarks(stretch, x(stretch.start), x(stretch.end))),
    `<rect x="${margin.left}" y="${bar.top}" width="${room}" height="${bar.height}" fill="none"/>`,
    `<rect x="${margin.left}" y="${plot.top}" width="${room}" height="${plot.height}" fill="none"/>`,
    ...[0, 0.5, 1].map((value) =>
      strokeText(String(value), { x: margin.left - 8, y: y(value) + 4.5, capital, anchor: 'end' }),
    ),
    strokeText(curve.name, { x: margin.left, y: plot.top - 8, capital }),
    curveMarks(curve.points.map(({ time, value }) => [x(time), y(value)])),
    ...ticks(span, room).map((time) => tickMarks(time, x(time), span)),
    ...legendMarks(legend),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" stroke="${ink}">${marks.join('')}</svg>`;
  const sharp = await loadSharp();
  const data = await sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite([{ input: Buffer.from(svg), left: 0, top: 0 }])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { width, height, data: new Uint8Array(data) };
}

/**
 * Draws the timeline into a file, whose ending names the format (.png, .jpg, .webp, .avif, .tiff).
 * @throws LookhearError USAGE, OUTPUT_EXISTS (without `force`), OUTPUT_UNWRITABLE
 */
export async function writeTimeline(path: string, timeline: Timeline, options: WriteOptions = {}): Promise<void> {
  outputFormat(path);
  await checkOutput(path, options);
  await writePicture(path, await drawTimeline(timeline), options);
}

function stretchMarks({ colour, text }: TimelineStretch, left: number, right: number): string {
  const { top, height } = bar;
  const box = `<rect x="${left.toFixed(1)}" y="${top}" width="${(right - left).toFixed(1)}" height="${height}" fill="${colour}" stroke="none"/>`;
  if (textWidth(text, capital) + 8 > right - left) return box;
  return box + strokeText(text, { x: (left + right) / 2, y: top + (height + capital) / 2, capital, anchor: 'middle' });
}

/** Of a long video, many points share a pixel: the path then stays as long as the figure is wide. */
function curveMarks(points: readonly (readonly [number, number])[]): string {
  const kept = points.filter((_, index) => index % Math.ceil(points.length / (2 * width)) === 0);
  if (kept.length === 0) return '';
  const path = kept.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join(' ');
  return `<path d="M${path}" fill="none" stroke="${line}" stroke-width="1.6"/>`;
}

function tickMarks(time: number, x: number, span: number): string {
  const bottom = plot.top + plot.height;
  const mark = `<path d="M${x.toFixed(1)} ${bottom}V${bottom + 5}"/>`;
  return mark + strokeText(clock(time, span), { x, y: bottom + 20, capital, anchor: 'middle' });
}

function legendMarks(legend: Timeline['legend']): string[] {
  let left = margin.left;
  return legend.map(({ colour, text }) => {
    const box = `<rect x="${left}" y="${legendTop - 11}" width="14" height="14" fill="${colour}" stroke="none"/>`;
    const words = strokeText(text, { x: left + 22, y: legendTop, capital });
    left += 22 + textWidth(text, capital) + 28;
    return box + words;
  });
}

function ticks(span: number, room: number): number[] {
  const atLeast = (span * pixelsPerTick) / room;
  const step = steps.find((candidate) => candidate >= atLeast) ?? Math.ceil(atLeast / 3600) * 3600;
  return Array.from({ length: Math.floor(span / step + 1e-6) + 1 }, (_, index) => index * step);
}

/** `1:02`, `1:00:02`; with tenths, `0:02.4`, where the whole is shorter than ten seconds. */
export function clock(seconds: number, whole: number): string {
  const tenths = whole < 10 ? Math.round(10 * seconds) : 10 * Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(tenths / 36000), Math.floor(tenths / 600) % 60, (tenths % 600) / 10];
  const last = whole < 10 ? rest.toFixed(1).padStart(4, '0') : String(rest).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${last}` : `${minutes}:${last}`;
}
