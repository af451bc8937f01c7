/** Which items of a benchmark a run takes: every n-th, so that all shards have their share of every class. */
import { LookhearError } from '../errors.ts';

export interface Shard {
  /** From 1 to `of`. */
  readonly number: number;
  readonly of: number;
}

export const wholeRun: Shard = { number: 1, of: 1 };

/** Most shards that are worth their start. */
const mostShards = 100_000;

/** @param text `3/64`. Fails with USAGE. */
export function parseShard(text: string): Shard {
  const [, number, of] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (number >= 1 && number <= of && of <= mostShards) return { number, of };
  throw new LookhearError('USAGE', `Expected --shard i/n with i from 1 to n, such as 3/64, got "${text}".`);
}

/** The places in the benchmark of a shard's items, in order. */
export function placesOf({ number, of }: Shard, items: number): number[] {
  const places: number[] = [];
  for (let place = number - 1; place < items; place += of) places.push(place);
  return places;
}

export function itemsFile({ number, of }: Shard): string {
  return of === 1 ? 'items.jsonl' : `items-${number}-of-${of}.jsonl`;
}
