/**
 * The pointing game (Zhang et al., ECCV 2016, as TorchRay plays it; METRICS section 10): does the hottest pixel lie on the
 * thing, give or take a few pixels?
 *
 * - hit: a pixel of the thing is nearer to the peak than the tolerance.
 * - accuracy: mean over classes of the share of hits.
 * - peak in box: AVOL-Net's localisation accuracy (Arandjelovic & Zisserman, ECCV 2018), without a tolerance.
 */
import type { Box, PixelMap } from '../picture/picture.ts';

/** A pixel, counted from the top left. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The published tolerance, in pixels. */
const publishedTolerance = 15;

/** The hottest pixel: the first of several, row by row. NaN is passed over; a map of nothing else has its peak nowhere (NaN). */
export function peakOf({ width, data }: PixelMap): Point {
  let peak = Number.NaN;
  let most = Number.NEGATIVE_INFINITY;
  for (let pixel = 0; pixel < data.length; pixel++) {
    if (data[pixel] > most || (data[pixel] === most && Number.isNaN(peak))) {
      most = data[pixel];
      peak = pixel;
    }
  }
  return { x: peak % width, y: Math.floor(peak / width) };
}

/**
 * Whether a pixel of the mask is nearer to the point than the tolerance; false for an empty mask.
 * @param mask Not 0 on the thing, row by row.
 * @param width In pixels.
 * @param tolerance In pixels; 1 asks for a point on the thing itself, 0 is never reached. Unset: 15.
 */
export function pointingHit(
  mask: ArrayLike<number>,
  width: number,
  { x, y }: Point,
  tolerance = publishedTolerance,
): boolean {
  const height = mask.length / width;
  const [lastRow, lastColumn] = [Math.min(height - 1, y + tolerance), Math.min(width - 1, x + tolerance)];
  for (let row = Math.max(0, Math.ceil(y - tolerance)); row <= lastRow; row++) {
    for (let column = Math.max(0, Math.ceil(x - tolerance)); column <= lastColumn; column++) {
      if (mask[row * width + column] !== 0 && (row - y) ** 2 + (column - x) ** 2 < tolerance ** 2) return true;
    }
  }
  return false;
}

/** Whether the middle of the point's pixel lies in one of the boxes. */
export function peakInBox({ x, y }: Point, boxes: readonly Box[]): boolean {
  const [across, down] = [x + 0.5, y + 0.5];
  return boxes.some(({ xmin, ymin, xmax, ymax }) => across >= xmin && across < xmax && down >= ymin && down < ymax);
}

/**
 * Mean over labels of the share of hits; NaN where there is no item.
 * @param classes How many labels there are, where some may occur in no item: TorchRay counts those as 0. Unset: those that
 *   occur.
 */
export function pointingAccuracy(
  items: readonly { readonly label: string; readonly hit: boolean }[],
  classes?: number,
): number {
  const tallies = new Map<string, { hits: number; count: number }>();
  for (const { label, hit } of items) {
    const tally = tallies.get(label) ?? { hits: 0, count: 0 };
    tallies.set(label, { hits: tally.hits + (hit ? 1 : 0), count: tally.count + 1 });
  }
  return [...tallies.values()].reduce((sum, { hits, count }) => sum + hits / count, 0) / (classes ?? tallies.size);
}
