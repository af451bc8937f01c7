/**
 * Which pairs a training sees, and when. Everything is a pure function of the pairs, the seed, the epoch and the step,
 * so that a training that was stopped goes on with the batches it would have seen.
 */
import { LookhearError } from '../errors.ts';
import { byFraction, stableFraction } from './stableFraction.ts';
import type { TrainingPair } from './trainingPair.ts';

export interface EpochOptions {
  readonly seed: number;
  /** 0 for the first. */
  readonly epoch: number;
  /** Draw every category equally often instead of every pair once; false unless given. */
  readonly balanced?: boolean | undefined;
}

/**
 * The pairs of one epoch in their order, as indices into `pairs`; as many as there are pairs. The order of `pairs`
 * itself does not matter: with the same ids, the same ids come in the same order.
 *
 * Plain: a permutation, every pair once. Balanced: every place is drawn by itself and with replacement, first a
 * category, all equally likely, then a pair of it, all equally likely. In one epoch a category of n pairs among N pairs
 * of C categories is seen about N / C times, each of its pairs about N / (C n) times: pairs of a large category may be
 * left out and those of a small one come again. Pairs without a category are together one more.
 * @throws LookhearError USAGE where a balanced order is asked of pairs of which none has a category
 */
export function epochOrder(pairs: readonly TrainingPair[], options: EpochOptions): number[] {
  const { seed, epoch, balanced = false } = options;
  if (!balanced) {
    return pairs
      .map(({ id }, index) => ({ index, name: id, fraction: stableFraction('order', seed, epoch, id) }))
      .sort(byFraction)
      .map(({ index }) => index);
  }
  const categories = indicesByCategory(pairs);
  return pairs.map((_, place) => {
    const category = pick(categories, stableFraction('category', seed, epoch, place));
    return pick(category, stableFraction('pair', seed, epoch, place));
  });
}

/** Batches in an epoch; the last one may be filled up. */
export function stepsPerEpoch(pairs: number, batchSize: number): number {
  return Math.ceil(pairs / batchSize);
}

/**
 * One batch of an epoch, as indices into the pairs. All batches are equally large, as a training graph of fixed shapes
 * needs: the last is filled up from the beginning of the order.
 * @param order of the epoch, not empty
 * @param step 0 for the epoch's first
 */
export function batchOf(order: readonly number[], step: number, batchSize: number): number[] {
  return Array.from({ length: batchSize }, (_, index) => order[(step * batchSize + index) % order.length]);
}

// Sorted by name, so that the order of the pairs does not matter.
function indicesByCategory(pairs: readonly TrainingPair[]): number[][] {
  const categories = new Map<string, number[]>();
  const sorted = pairs
    .map(({ id, category }, index) => ({ index, id, name: category === undefined ? '' : `category ${category}` }))
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  for (const { index, name } of sorted) {
    const members = categories.get(name);
    if (members === undefined) categories.set(name, [index]);
    else members.push(index);
  }
  if (pairs.length > 0 && categories.has('') && categories.size === 1) {
    throw new LookhearError('USAGE', 'Cannot balance the categories: none of the pairs has one.', {
      hint: 'Give the pairs a "category", or train without balancing.',
    });
  }
  return [...categories.keys()].sort().map((name) => categories.get(name) as number[]);
}

function pick<Item>(items: readonly Item[], fraction: number): Item {
  return items[Math.floor(fraction * items.length)];
}
