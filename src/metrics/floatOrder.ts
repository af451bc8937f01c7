/**
 * The float32 numbers in their order: every finite number and both infinities have a whole-number place from 0 to 2^32,
 * so that an order statistic is found by counting, and where a rule flips by halving. -0 stands just before 0.
 */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

const signBit = 0x80000000;

/** Rises with the value. */
export function placeOf(value: number): number {
  float[0] = value;
  return placeOfBits(bits[0]);
}

function placeOfBits(pattern: number): number {
  return (pattern >= signBit ? ~pattern : pattern | signBit) >>> 0;
}

export function valueAt(place: number): number {
  bits[0] = place >= signBit ? place & ~signBit : ~place;
  return float[0];
}

/**
 * The k-th smallest of many values, k from 0, as `sort(values)[k]` would have it; each further k costs one pass.
 * @param values Finite.
 */
export function orderStatistics(values: Float32Array): (rank: number) => number {
  const patterns = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const counts = new Uint32Array(0x10000);
  for (let index = 0; index < patterns.length; index++) counts[placeOfBits(patterns[index]) >>> 16]++;
  const known = new Map<number, number>();

  function find(rank: number): number {
    let before = 0;
    let high = 0;
    while (before + counts[high] <= rank) before += counts[high++];
    const within = new Uint32Array(0x10000);
    for (let index = 0; index < patterns.length; index++) {
      const place = placeOfBits(patterns[index]);
      if (place >>> 16 === high) within[place & 0xffff]++;
    }
    let low = 0;
    while (before + within[low] <= rank) before += within[low++];
    return valueAt(high * 0x10000 + low);
  }

  return (rank) => {
    const value = known.get(rank) ?? find(rank);
    known.set(rank, value);
    return value;
  };
}

/** The least value from `low` to `high` that is kept, where all above a kept one are kept too; Infinity where none is. */
export function leastKept(low: number, high: number, isKept: (value: number) => boolean): number {
  if (!isKept(high)) return Number.POSITIVE_INFINITY;
  let [start, end] = [placeOf(low), placeOf(high)];
  while (start < end) {
    const middle = Math.floor((start + end) / 2);
    if (isKept(valueAt(middle))) end = middle;
    else start = middle + 1;
  }
  return valueAt(end);
}
