/**
 * Training and validation pairs. Frames of one recording look and sound alike, so whole groups go to one side: a split
 * through a group would measure memory.
 */
import { LookhearError } from '../errors.ts';
import { byFraction, stableFraction } from './stableFraction.ts';
import type { TrainingPair } from './trainingPair.ts';

export interface Split {
  readonly training: readonly TrainingPair[];
  readonly validation: readonly TrainingPair[];
}

/**
 * Puts about `share` of the pairs into validation. Groups stand in an order that only the seed and their names decide;
 * from its beginning, each group that brings validation nearer to its share goes there, so that one large group does
 * not swallow it. With a share above 0 both sides get at least one group. Both sides keep the order of `pairs`.
 * @param share of the pairs, 0..1 (1 excluded)
 * @throws LookhearError USAGE for another share, or where a share is asked of pairs of one single group
 */
export function splitByGroup(pairs: readonly TrainingPair[], share: number, seed: number): Split {
  if (!(share >= 0 && share < 1)) {
    throw new LookhearError('USAGE', `Expected a share for validation from 0 to below 1, got ${share}.`);
  }
  if (share === 0) return { training: pairs, validation: [] };
  const groups = groupsInOrder(pairs, seed);
  if (groups.length < 2) {
    throw new LookhearError('USAGE', 'Cannot split the pairs: all of them belong to one group.', {
      hint: 'Give every recording or scene a group of its own, or train without validation.',
    });
  }
  const chosen = chooseGroups(groups, share * pairs.length);
  return {
    training: pairs.filter((pair) => !chosen.has(groupOf(pair))),
    validation: pairs.filter((pair) => chosen.has(groupOf(pair))),
  };
}

/** The group of a pair; one without a group is alone in its own. */
export function groupOf(pair: TrainingPair): string {
  return pair.group === undefined ? `pair ${pair.id}` : `group ${pair.group}`;
}

interface Group {
  readonly name: string;
  readonly size: number;
  readonly fraction: number;
}

function groupsInOrder(pairs: readonly TrainingPair[], seed: number): Group[] {
  const sizes = new Map<string, number>();
  for (const pair of pairs) sizes.set(groupOf(pair), (sizes.get(groupOf(pair)) ?? 0) + 1);
  return Array.from(sizes, ([name, size]) => ({ name, size, fraction: stableFraction('split', seed, name) })).sort(
    byFraction,
  );
}

function chooseGroups(groups: readonly Group[], target: number): Set<string> {
  const chosen = new Set<string>();
  let count = 0;
  for (const { name, size } of groups) {
    if (chosen.size === groups.length - 1) break;
    if (Math.abs(count + size - target) >= Math.abs(count - target)) continue;
    chosen.add(name);
    count += size;
  }
  if (chosen.size === 0) chosen.add(groups.reduce((least, group) => (group.size < least.size ? group : least)).name);
  return chosen;
}
