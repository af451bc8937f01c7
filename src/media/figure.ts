/**
 * The figure of the report: the picture and its score map side by side, with axes in pixels and what was heard as the
 * title. The map's colours run from 0 to 1 whatever it holds, as the bar on the right says. Text is drawn with our own
 * strokes, so the figure does not depend on the fonts of a machine.
 */
import { colourMaps } from '../picture/colourMaps.ts';
import { mapToColours } from '../picture/paint.ts';
import type { Picture, PixelMap } from '../picture/picture.ts';
import { resizeMap, scalePicture } from '../picture/resize.ts';
import { strokeText, textWidth } from '../picture/strokeFont.ts';
import { checkOutput, type WriteOptions } from './atomicWrite.ts';
import { loadSharp } from './loadSharp.ts';
import { outputFormat, writePicture } from './writePicture.ts';

export interface Figure {
  readonly picture: Picture;
  /** 0..1, of any size; it is stretched over the picture. */
  readonly heat: PixelMap;
  /** One line, for instance what was heard and the answer. */
  readonly title: string;
}

// All lengths are in pixels of the figure.
const longestSide = 440;
const shortestBar = 120;
const margin = { left: 58, top: 78, right: 62, bottom: 56 };
const betweenPanels = 66;
const barDistance = 22;
const barWidth = 14;
const tickLength = 5;
const pixelsPerTick = 75;
const ink = '#222222';

/** Draws the figure: a picture of about 1100 pixels' width. */
export async function drawFigure({ picture, heat, title }: Figure): Promise<Picture> {
  const scale = longestSide / Math.max(picture.width, picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const left = margin.left;
  const right = left + width + betweenPanels;
  const barLeft = right + width + barDistance;
  const barHeight = Math.max(height, shortestBar);
  const total = { width: barLeft + barWidth + margin.right, height: margin.top + barHeight + margin.bottom };

  const marks = [
    titleText(title, total.width),
    panelMarks('picture', left, width, height, picture),
    panelMarks('score', right, width, height, picture),
    barMarks(barLeft, barHeight),
  ].join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${total.width}" height="${total.height}" stroke="${ink}">${marks}</svg>`;

  const sharp = await loadSharp();
  const data = await sharp({ create: { ...total, channels: 3, background: '#ffffff' } })
    .composite([
      { ...overlay(scalePicture(picture, width, height)), left, top: margin.top },
      { ...overlay(mapToColours(resizeMap(heat, width, height), 'inferno')), left: right, top: margin.top },
      { ...overlay(colourBar(barHeight)), left: barLeft, top: margin.top },
      { input: Buffer.from(svg), left: 0, top: 0 },
    ])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { ...total, data: new Uint8Array(data) };
}

/**
 * Draws the figure into a file, whose ending names the format (.png, .jpg, .webp, .avif, .tiff).
 * @throws LookhearError USAGE, OUTPUT_EXISTS (without `force`), OUTPUT_UNWRITABLE
 */
export async function writeFigure(path: string, figure: Figure, options: WriteOptions = {}): Promise<void> {
  outputFormat(path);
  await checkOutput(path, options);
  await writePicture(path, await drawFigure(figure), options);
}

function overlay({ width, height, data }: Picture) {
  const input = Buffer.from(data.buffer, data.byteOffset, data.length);
  return { input, raw: { width, height, channels: 3 as const } };
}

function colourBar(height: number): Picture {
  const data = new Uint8Array(3 * barWidth * height);
  for (let pixel = 0; pixel < barWidth * height; pixel++) {
    const fromTop = (Math.floor(pixel / barWidth) + 0.5) / height;
    const colour = Math.floor(256 * (1 - fromTop));
    data.set(colourMaps.inferno.subarray(3 * colour, 3 * colour + 3), 3 * pixel);
  }
  return { width: barWidth, height, data };
}

function titleText(title: string, figureWidth: number): string {
  const room = figureWidth - 2 * 20;
  const capital = Math.min(14, (14 * room) / textWidth(title, 14));
  return strokeText(title, { x: figureWidth / 2, y: 36, capital, anchor: 'middle' });
}

function panelMarks(caption: string, left: number, width: number, height: number, picture: Picture): string {
  const top = margin.top;
  const bottom = top + height;
  let marks = frame(left, top, width, height);
  marks += strokeText(caption, { x: left + width / 2, y: top - 12, capital: 11, anchor: 'middle' });
  // Tick k marks the middle of pixel k.
  for (const tick of ticks(picture.width, width)) {
    const x = left + ((tick + 0.5) * width) / picture.width;
    marks += line(x, bottom, x, bottom + tickLength);
    marks += strokeText(String(tick), { x, y: bottom + 20, capital: 9, anchor: 'middle' });
  }
  for (const tick of ticks(picture.height, height)) {
    const y = top + ((tick + 0.5) * height) / picture.height;
    marks += line(left - tickLength, y, left, y);
    marks += strokeText(String(tick), { x: left - 10, y: y + 4.5, capital: 9, anchor: 'end' });
  }
  return marks + strokeText('pixels', { x: left + width / 2, y: bottom + 40, capital: 9, anchor: 'middle' });
}

function barMarks(left: number, height: number): string {
  let marks = frame(left, margin.top, barWidth, height);
  for (const value of [0, 0.5, 1]) {
    const y = margin.top + (1 - value) * height;
    marks += line(left + barWidth, y, left + barWidth + tickLength, y);
    marks += strokeText(String(value), { x: left + barWidth + 10, y: y + 4.5, capital: 9 });
  }
  return marks;
}

/** Round numbers (1, 2 or 5 times a power of ten) from 0, about one every 75 pixels of the figure. */
function ticks(count: number, length: number): number[] {
  const atLeast = Math.max(1, (count * pixelsPerTick) / length);
  const power = 10 ** Math.floor(Math.log10(atLeast));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= atLeast) ?? 10);
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step);
}

function frame(x: number, y: number, width: number, height: number): string {
  return `<rect x="${x - 0.5}" y="${y - 0.5}" width="${width + 1}" height="${height + 1}" fill="none"/>`;
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<path d="M${x1.toFixed(1)} ${y1.toFixed(1)} ${x2.toFixed(1)} ${y2.toFixed(1)}"/>`;
}
