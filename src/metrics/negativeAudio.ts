/**
 * What a model marks for sounds that nothing in the picture makes: silence, noise, off-screen sounds (Juanola et al., "A
 * Critical Assessment of Visual Sound Source Localization Models Including Negative Audio", 2024; vssl_eval; METRICS
 * section 7). Masks are made with one universal threshold, strictly above it, of maps that are not normalised. The
 * published numbers are percents, these are shares, 0..1. A mean over nothing is NaN, and so is what is made of it.
 *
 * - pIA: predicted pixels by all pixels; 0 is best.
 * - AUC_N: area under the share of maps whose pIA is at most 0, 0.05, ... 1; 1 for always empty, 0.025 for always full.
 * - F_LOC: harmonic mean of the positives' mean consensus IoU and the mean 1 - pIA of the sorts of negatives.
 * - F_AUC: harmonic mean of the positives' AUC and the mean AUC_N.
 * - map IoU: how alike the masks of one picture under two sounds are.
 */
import { quantile } from './bootstrap.ts';

/** pIA of one map: the share of its pixels above the threshold. */
export function predictedArea(map: Float32Array, threshold: number): number {
  // The maps are float32 where the evaluator compares, and so is what they are compared with.
  const limit = Math.fround(threshold);
  let count = 0;
  for (let pixel = 0; pixel < map.length; pixel++) if (map[pixel] > limit) count++;
  return count / map.length;
}

/** AUC_N. @param areas pIA of each map. NaN where there is none. */
export function areaUnderNegativeCurve(areas: readonly number[]): number {
  const shares = Array.from(
    { length: 21 },
    (_, index) => areas.filter((area) => area <= 0.05 * index).length / areas.length,
  );
  return shares.slice(1).reduce((sum, share, index) => sum + ((share + shares[index]) / 2) * 0.05, 0);
}

/**
 * @param meanCiou Of the positives, at the universal threshold.
 * @param areas Mean pIA of each sort of negatives: silence, noise, off-screen.
 */
export function fLoc(meanCiou: number, areas: readonly number[]): number {
  return harmonicMean(meanCiou, mean(areas.map((area) => 1 - area)));
}

/** @param auc Of the positives, at the universal threshold. @param negativeAucs AUC_N of each sort of negatives. */
export function fAuc(auc: number, negativeAucs: readonly number[]): number {
  return harmonicMean(auc, mean(negativeAucs));
}

/** NaN for 0 and 0. */
export function harmonicMean(a: number, b: number): number {
  return (2 * a * b) / (a + b);
}

/** Intersection by union of two masks of one length, not 0 where something is marked; 1 where both are empty, 0 where one is. */
export function mapIou(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [both, either] = [0, 0];
  for (let index = 0; index < a.length; index++) {
    if (a[index] !== 0 && b[index] !== 0) both++;
    if (a[index] !== 0 || b[index] !== 0) either++;
  }
  return either === 0 ? 1 : both / either;
}

export interface UniversalThresholds {
  readonly max: number;
  /** A tenth above the maximum. */
  readonly max10: number;
  /** Third quartile (with linear interpolation, as NumPy's default): the one that is reported. */
  readonly maxq3: number;
}

/**
 * Thresholds from maps of validation data for sounds that nothing in the picture makes. The published code has the three
 * numbers of each model but not how they were computed; this is what their names say.
 * @param maxima The largest value of each map. All three are NaN where there is none, or one is NaN.
 */
export function calibrateThresholds(maxima: readonly number[]): UniversalThresholds {
  // NaN is sorted last.
  const sorted = Float64Array.from(maxima).sort();
  const max = sorted.at(-1) ?? Number.NaN;
  return { max, max10: 1.1 * max, maxq3: Number.isNaN(max) ? Number.NaN : quantile(sorted, 0.75) };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
