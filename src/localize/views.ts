/**
 * Looking at a picture more than once and averaging the probabilities: mirrored, at several scales, in tiles that slide
 * over it. This is how PSPNet is evaluated (Zhao et al. 2017); the steps follow its Keras port: tiles advance by
 * ceil(size (1 - overlap)), the last one of a row is moved back to the border, a picture smaller than a tile is filled
 * up with black at the right and bottom, overlapping answers are averaged.
 */
import type { Picture } from '../picture/picture.ts';
import { resizeLikePillow } from '../picture/pillowResize.ts';
import { resizeMap } from '../picture/resize.ts';

/** P(channel | place) for a grid, [channels, rows, columns]. */
export interface ProbabilityGrid {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float32Array;
}

/** Asks the network about a picture that it stretches to its size. */
export type Look = (picture: Picture) => Promise<ProbabilityGrid>;

export interface ViewOptions {
  readonly mirror: boolean;
  readonly scales: readonly number[];
  readonly tileOverlap: number | null;
  readonly longSide: number;
}

/**
 * @param size of the network's input, in pixels
 * @returns probabilities on the grid of the network's output where the picture is stretched at one scale, else on the
 * pixels of the picture, reduced to `longSide`
 */
export async function lookOften(
  look: Look,
  size: { readonly width: number; readonly height: number },
  picture: Picture,
  { mirror, scales, tileOverlap, longSide }: ViewOptions,
): Promise<ProbabilityGrid> {
  const seen: Look = mirror ? (part) => lookTwice(look, part) : look;
  if (tileOverlap === null) {
    // However large the picture is, stretching it to the network's size gives the same grid.
    return averageOver(scales, (scale) => seen(scaled(picture, scale)));
  }
  const base = scaled(picture, Math.min(1, longSide / Math.max(picture.width, picture.height)));
  return averageOver(scales, async (scale) => {
    const grid = await slide(seen, size, scaled(base, scale), tileOverlap);
    return resized(grid, base.width, base.height);
  });
}

async function averageOver(
  scales: readonly number[],
  lookAt: (scale: number) => Promise<ProbabilityGrid>,
): Promise<ProbabilityGrid> {
  const [first, ...rest] = scales;
  const mean = await lookAt(first);
  for (const scale of rest) {
    const { values } = await lookAt(scale);
    for (let index = 0; index < values.length; index++) mean.values[index] += values[index];
  }
  if (rest.length > 0) for (let index = 0; index < mean.values.length; index++) mean.values[index] /= scales.length;
  return mean;
}

async function lookTwice(look: Look, picture: Picture): Promise<ProbabilityGrid> {
  const grid = await look(picture);
  const { columns, rows, values: other } = await look(mirrored(picture));
  const values = grid.values.slice();
  for (let line = 0; line < values.length / columns; line++) {
    for (let x = 0; x < columns; x++) {
      const at = line * columns + x;
      values[at] = (values[at] + other[line * columns + columns - 1 - x]) / 2;
    }
  }
  return { columns, rows, values };
}

async function slide(
  look: Look,
  size: { readonly width: number; readonly height: number },
  picture: Picture,
  overlap: number,
): Promise<ProbabilityGrid> {
  const { width, height } = picture;
  const area = width * height;
  const counts = new Float32Array(area);
  let sums = new Float32Array();
  for (const top of tileStarts(height, size.height, overlap)) {
    for (const left of tileStarts(width, size.width, overlap)) {
      const tile = await look(cut(picture, left, top, size.width, size.height));
      const pixels = resized(tile, size.width, size.height).values;
      const channels = pixels.length / (size.width * size.height);
      if (sums.length === 0) sums = new Float32Array(channels * area);
      const [right, bottom] = [Math.min(width, left + size.width), Math.min(height, top + size.height)];
      for (let channel = 0; channel < channels; channel++) {
        for (let y = top; y < bottom; y++) {
          const from = (channel * size.height + y - top) * size.width - left;
          for (let x = left; x < right; x++) sums[channel * area + y * width + x] += pixels[from + x];
        }
      }
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) counts[y * width + x]++;
    }
  }
  for (let index = 0; index < sums.length; index++) sums[index] /= counts[index % area];
  return { columns: width, rows: height, values: sums };
}

/** Where tiles begin along one axis. */
export function tileStarts(length: number, tile: number, overlap: number): number[] {
  const stride = Math.ceil(tile * (1 - overlap));
  const count = Math.max(1, Math.ceil((length - tile) / stride) + 1);
  return Array.from({ length: count }, (_, index) => Math.max(0, Math.min(index * stride, length - tile)));
}

function cut(picture: Picture, left: number, top: number, width: number, height: number): Picture {
  const data = new Uint8Array(3 * width * height);
  const columns = Math.min(width, picture.width - left);
  for (let y = 0; y < Math.min(height, picture.height - top); y++) {
    const from = 3 * ((top + y) * picture.width + left);
    data.set(picture.data.subarray(from, from + 3 * columns), 3 * y * width);
  }
  return { width, height, data };
}

function mirrored({ width, height, data }: Picture): Picture {
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 3 * (y * width + x);
      turned.set(data.subarray(from, from + 3), 3 * (y * width + width - 1 - x));
    }
  }
  return { width, height, data: turned };
}

function scaled(picture: Picture, scale: number): Picture {
  if (scale === 1) return picture;
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return resizeLikePillow(picture, side(picture.width), side(picture.height));
}

function resized({ columns, rows, values }: ProbabilityGrid, width: number, height: number): ProbabilityGrid {
  if (columns === width && rows === height) return { columns, rows, values };
  const area = columns * rows;
  const channels = values.length / area;
  const result = new Float32Array(channels * width * height);
  for (let channel = 0; channel < channels; channel++) {
    const map = { width: columns, height: rows, data: values.subarray(channel * area, (channel + 1) * area) };
    result.set(resizeMap(map, width, height).data, channel * width * height);
  }
  return { columns: width, rows: height, values: result };
}
