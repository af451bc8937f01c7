/** Random values for tests, from a seeded generator. */

export function uniform(random: () => number, count: number, low: number, high: number): Float32Array {
  return Float32Array.from({ length: count }, () => low + (high - low) * random());
}

/** Shuffled values around 0, at least 0.1 apart and at least 0.05 from 0: safe near kinks and ties. */
export function separated(random: () => number, count: number): Float32Array {
  const ranks = Array.from({ length: count }, (_, index) => index);
  for (let index = count - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [ranks[index], ranks[other]] = [ranks[other], ranks[index]];
  }
  const middle = Math.floor(count / 2);
  return Float32Array.from(ranks, (rank) => (rank - middle + 0.5) * 0.1);
}
