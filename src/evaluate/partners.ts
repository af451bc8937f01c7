/**
 * Whose sounds an item's picture is shown with beside its own. Drawn from a pool of the benchmark, so that a shard of a
 * large set has a bounded number of sounds to hear; seeded by the item's id, so that the draw is the same in any shard,
 * in any order and after any interruption.
 */
import type { BenchmarkItem } from '../benchmarks/benchmark.ts';
import { seededRandom, seedOf } from '../layers/random.ts';

/** Sounds of this many items stand for those of all. */
const poolSize = 512;

/** As many as the fixed seeds of Juanola et al. */
const offscreenDraws = 10;

export interface Partners {
  /** Sound of another class and scene; null where there is none. */
  readonly wrong: string | null;
  /** Sound of any other item. */
  readonly shuffled: string | null;
  /** Ten different sounds of other classes, fewer where there are not so many. */
  readonly offscreen: readonly string[];
}

export type PartnerDraw = (item: BenchmarkItem) => Partners;

/** @param items Those whose files are there. */
export function partnersAmong(items: readonly BenchmarkItem[], seed: number): PartnerDraw {
  const order = new Map(items.map((item) => [item, seededRandom(seedOf(item.id, seed))()]));
  const pool = items.toSorted((a, b) => order.get(a)! - order.get(b)!).slice(0, poolSize);

  return (item) => {
    const random = seededRandom(seedOf(`partners of ${item.id}`, seed));
    const others = pool.filter(({ sound, id }) => id !== item.id && sound !== item.sound);
    const foreign = others.filter((other) => isForeign(item, other));
    const draws = shuffled(foreign, random);
    return {
      wrong: draws[0]?.sound ?? null,
      shuffled: shuffled(others, random)[0]?.sound ?? null,
      offscreen: [...new Set(draws.map(({ sound }) => sound))].slice(0, offscreenDraws),
    };
  };
}

/** Whether the other's sound is of nothing that the item's picture is said to show. */
function isForeign(item: BenchmarkItem, other: BenchmarkItem): boolean {
  if (other.scene === item.scene || other.pictureGroup === item.pictureGroup) return false;
  return other.label === null || !(other.label === item.label || item.others.includes(other.label));
}

/** Fisher and Yates. */
function shuffled<Element>(elements: readonly Element[], random: () => number): Element[] {
  const result = [...elements];
  for (let last = result.length - 1; last > 0; last--) {
    const chosen = Math.floor(random() * (last + 1));
    [result[last], result[chosen]] = [result[chosen], result[last]];
  }
  return result;
}
