/**
 * What a model marks for sounds that nothing in the picture makes: silence, noise, off-screen sounds (Juanola et al., "A
 * Critical Assessment of Visual Sound Source Localization Models Including Negative Audio", 2024; vssl_eval; METRICS
 * section 7). Masks are made with one universal threshold, strictly above it, of maps that are not normalised. The
 * published numbers are percents, these are shares, 0..1.
 *
 * - pIA: predicted pixels by all pixels; 0 is best.
 * - AUC_N: area under the share of maps whose pIA is at most 0, 0.05, ... 1; 1 for always empty, 0.025 for always full.
 * - F_LOC: harmonic mean of the positives' mean consensus IoU and the mean 1 - pIA of the sorts of negatives.
 * - F_AUC: harmonic mean of the positives' AUC and the mean AUC_N.
 */
import { quantile } from './bootstrap.ts';

/** Share of the pixels above the threshold. */
export function predictedArea(map: Float32Array, threshold: number): number {
  // The maps are float32 where the evaluator compares, and so is what they are compared with.
  const limit = Math.fround(threshold);
  let count = 0;
  for (const value of map) if (value > limit) count++;
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

/** Intersection by union of two masks; 1 where both are empty, 0 where one is. */
export function mapIou(a: Uint8Array, b: Uint8Array): number {
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
 * @param maxima The largest value of each map. NaN where there is none.
 */
export function calibrateThresholds(maxima: readonly number[]): UniversalThresholds {
  const sorted = Float64Array.from(maxima).sort();
  const max = sorted.length === 0 ? Number.NaN : sorted[sorted.length - 1];
  return { max, max10: 1.1 * max, maxq3: quantile(sorted, 0.75) };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
