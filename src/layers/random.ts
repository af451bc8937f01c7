/** Seeded random numbers, uniform in 0..1: the counter-based generator mulberry32, whose state is one integer. */

export interface Random {
  (): number;
  /** The state from which the sequence continues: what a checkpoint stores. */
  state: number;
}

export function seededRandom(seed: number): Random {
  const random = (() => {
    random.state = (random.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(random.state ^ (random.state >>> 15), random.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }) as Random;
  random.state = seed | 0;
  return random;
}

/** A seed for a name: FNV-1a over its characters, mixed with the seed. */
export function seedOf(name: string, seed: number): number {
  let hash = 2166136261 ^ seed;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 16777619);
  return hash | 0;
}
