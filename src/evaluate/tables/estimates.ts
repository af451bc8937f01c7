/** Means over items with their intervals; items of one scene are drawn together. */
import { bootstrapMean } from '../../metrics/bootstrap.ts';
import { signFlipTest } from '../../metrics/permutation.ts';
import { finiteOrNull } from '../cious.ts';
import type { Estimate } from '../evaluation.ts';
import type { ScoredItem } from '../itemRecord.ts';

export interface Clusters {
  /** The scene of each item, as a number from 0. */
  readonly of: readonly number[];
  readonly seed: number;
}

export function clustersOf(items: readonly ScoredItem[], seed: number): Clusters {
  const numbers = new Map<string, number>();
  for (const { scene } of items) if (!numbers.has(scene)) numbers.set(scene, numbers.size);
  return { of: items.map(({ scene }) => numbers.get(scene)!), seed };
}

type Values = readonly (number | undefined)[];

/** @param values One an item; undefined is left out. */
export function estimateOf(values: Values, clusters: Clusters): Estimate {
  const { kept, keptClusters } = known(values, clusters);
  if (kept.length === 0) return { value: null, low: null, high: null };
  const { mean, low, high } = bootstrapMean(kept, { clusters: keptClusters, seed: clusters.seed });
  return { value: finiteOrNull(mean), low: finiteOrNull(low), high: finiteOrNull(high) };
}

export function differenceOf(values: Values, clusters: Clusters): { difference: Estimate; p: number | null } {
  const { kept, keptClusters } = known(values, clusters);
  const p = kept.length === 0 ? null : signFlipTest(kept, { clusters: keptClusters, seed: clusters.seed });
  return { difference: estimateOf(values, clusters), p };
}

function known(values: Values, { of }: Clusters): { kept: number[]; keptClusters: number[] } {
  const kept: number[] = [];
  const keptClusters: number[] = [];
  for (const [index, value] of values.entries()) {
    if (value === undefined) continue;
    kept.push(value);
    keptClusters.push(of[index]);
  }
  return { kept, keptClusters };
}
