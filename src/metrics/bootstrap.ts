/**
 * Intervals for means, by the percentile bootstrap (Efron 1979) over clusters: items of one scene are drawn together,
 * because they are not independent. For the difference of two systems on the same items, give the differences.
 */
import { LookhearError } from '../errors.ts';
import { seededDraws } from './seededDraws.ts';

export interface ClusterOptions {
  /** The cluster of each value, numbered from 0. Unset: each value is a cluster of its own. */
  readonly clusters?: readonly number[];
  /** Unset: 1. */
  readonly seed?: number;
}

export interface BootstrapOptions extends ClusterOptions {
  /** Unset: 1000. */
  readonly replicates?: number;
}

export interface MeanWithInterval {
  readonly mean: number;
  /** 2.5th and 97.5th percentile of the replicates' means. */
  readonly low: number;
  readonly high: number;
}

/**
 * NaN throughout where there is no value or one is not finite. Of one cluster the interval is the mean alone: it says
 * nothing. Deterministic for a seed. Fails with INPUT_UNSUPPORTED where there are more or fewer clusters than values.
 */
export function bootstrapMean(values: readonly number[], options: BootstrapOptions = {}): MeanWithInterval {
  const { seed = 1, replicates = 1000 } = options;
  const { sums, counts } = clusterSums(values, options.clusters);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (!Number.isFinite(mean)) return { mean: Number.NaN, low: Number.NaN, high: Number.NaN };
  const draw = seededDraws(seed);
  const means = Float64Array.from({ length: replicates }, () => {
    let [sum, count] = [0, 0];
    for (let drawn = 0; drawn < sums.length; drawn++) {
      const cluster = Math.floor(draw() * sums.length);
      sum += sums[cluster];
      count += counts[cluster];
    }
    return sum / count;
  }).sort();
  return { mean, low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

/** Sum and number of the values of each cluster that has any. */
export function clusterSums(
  values: readonly number[],
  clusters: readonly number[] | undefined,
): { readonly sums: Float64Array; readonly counts: Float64Array } {
  if (clusters === undefined)
    return { sums: Float64Array.from(values), counts: new Float64Array(values.length).fill(1) };
  if (clusters.length !== values.length) {
    const problem = `Expected a cluster for each of ${values.length} values, got ${clusters.length}.`;
    throw new LookhearError('INPUT_UNSUPPORTED', problem);
  }
  const places = new Map<number, number>();
  for (const cluster of clusters) if (!places.has(cluster)) places.set(cluster, places.size);
  const sums = new Float64Array(places.size);
  const counts = new Float64Array(places.size);
  for (const [index, value] of values.entries()) {
    const place = places.get(clusters[index])!;
    sums[place] += value;
    counts[place]++;
  }
  return { sums, counts };
}

/** With linear interpolation between order statistics, as NumPy's default. @param sorted Ascending. */
export function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}
