/**
 * The pointing game (Zhang et al., ECCV 2016, as TorchRay plays it; METRICS section 10): does the hottest pixel lie on the
 * thing, give or take a few pixels?
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The published tolerance, in pixels. */
const publishedTolerance = 15;

/**
 * Whether a pixel of the mask is nearer to the point than the tolerance.
 * @param mask Not 0 on the thing, row by row.
 * @param width In pixels.
 * @param tolerance In pixels; 1 asks for a peak on the thing itself (AVOL-Net's localisation accuracy). Unset: 15.
 */
export function pointingHit(
  mask: ArrayLike<number>,
  width: number,
  { x, y }: Point,
  tolerance = publishedTolerance,
): boolean {
  const height = mask.length / width;
  const reach = Math.ceil(tolerance);
  for (let row = Math.max(0, y - reach); row < Math.min(height, y + reach + 1); row++) {
    for (let column = Math.max(0, x - reach); column < Math.min(width, x + reach + 1); column++) {
      if (mask[row * width + column] !== 0 && (row - y) ** 2 + (column - x) ** 2 < tolerance ** 2) return true;
    }
  }
  return false;
}

/** Mean over labels of the share of hits; NaN where there is no item. */
export function pointingAccuracy(items: readonly { readonly label: string; readonly hit: boolean }[]): number {
  const tallies = new Map<string, { hits: number; count: number }>();
  for (const { label, hit } of items) {
    const tally = tallies.get(label) ?? { hits: 0, count: 0 };
    tallies.set(label, { hits: tally.hits + (hit ? 1 : 0), count: tally.count + 1 });
  }
  return [...tallies.values()].reduce((sum, { hits, count }) => sum + hits / count, 0) / tallies.size;
}
