/**
 * DenseAV's segmentation scores (Hamilton et al., CVPR 2024; METRICS section 10). They choose the threshold that suits
 * the ground truth best, so they say what a map could be cut to, not what a program would answer: an oracle, and named so.
 * All pixels of a class are pooled. The evaluator stretches the maps of a set to 0..1 together first, which changes
 * neither score.
 *
 * - oracle IoU: the best intersection by union over 20 thresholds; mIoU is its mean over classes.
 * - pixel average precision; mAP is its mean over classes.
 * - IoU above zero: of what is above 0, without an oracle.
 */
import { torchLinspace } from './torchLinspace.ts';

const thresholdCount = 20;

/** The pixels of all pictures of a class, one after the other. */
export interface PooledPixels {
  /** Finite. */
  readonly values: Float32Array;
  /** Not 0 on the thing; of the same length. */
  readonly mask: ArrayLike<number>;
}

/**
 * Best intersection by union over 20 thresholds from the least to the largest value, strictly above each. So the pixels of
 * the least value are never predicted: 0 for a constant map, and for a mask of nothing.
 */
export function oracleIou({ values, mask }: PooledPixels): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let pixel = 0; pixel < values.length; pixel++) {
    low = Math.min(low, values[pixel]);
    high = Math.max(high, values[pixel]);
  }
  let best = 0;
  for (const threshold of torchLinspace(low, high, thresholdCount)) {
    const { both, either } = overlapAbove({ values, mask }, threshold);
    best = Math.max(best, both / Math.max(1, either));
  }
  return best;
}

/** Intersection by union of what lies above 0; 1 where nothing is predicted and nothing there. */
export function iouAboveZero(pixels: PooledPixels): number {
  const { both, either } = overlapAbove(pixels, 0);
  return either === 0 ? 1 : both / either;
}

/**
 * Pixel average precision: sum over distinct values, the largest first, of precision times the gain in recall, as
 * scikit-learn's average_precision_score. NaN where no pixel is on the thing (0 / 0 in torchmetrics, which the evaluator
 * asks; scikit-learn warns and says 0) or a value is NaN.
 */
export function pixelAveragePrecision({ values, mask }: PooledPixels): number {
  const right = values.filter((_, pixel) => mask[pixel] !== 0).sort();
  const wrong = values.filter((_, pixel) => mask[pixel] === 0).sort();
  if (Number.isNaN(right.at(-1)) || Number.isNaN(wrong.at(-1))) return Number.NaN;
  let [nextRight, nextWrong] = [right.length - 1, wrong.length - 1];
  let area = 0;
  while (nextRight >= 0) {
    const value = Math.max(right[nextRight], nextWrong < 0 ? Number.NEGATIVE_INFINITY : wrong[nextWrong]);
    const before = nextRight;
    while (nextRight >= 0 && right[nextRight] === value) nextRight--;
    while (nextWrong >= 0 && wrong[nextWrong] === value) nextWrong--;
    const hits = right.length - 1 - nextRight;
    const predicted = hits + wrong.length - 1 - nextWrong;
    area += (hits / predicted) * (before - nextRight);
  }
  return area / right.length;
}

/** mIoU: mean over classes of `oracleIou`; NaN where there are none. */
export const oracleMeanIou = (classes: readonly PooledPixels[]): number => mean(classes.map(oracleIou));

/** mAP: mean over classes of `pixelAveragePrecision`; NaN where there are none, or one has none. */
export const meanAveragePrecision = (classes: readonly PooledPixels[]): number =>
  mean(classes.map(pixelAveragePrecision));

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function overlapAbove({ values, mask }: PooledPixels, threshold: number): { both: number; either: number } {
  let [both, either] = [0, 0];
  for (let pixel = 0; pixel < values.length; pixel++) {
    const isPredicted = values[pixel] > threshold;
    const isTrue = mask[pixel] !== 0;
    if (isPredicted && isTrue) both++;
    if (isPredicted || isTrue) either++;
  }
  return { both, either };
}
