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
 * The k-th smallest of many values, k from 0, as `sort(values)[k]` would have it: the digits of its place are found from
 * the highest down, each by counting those that share the digits before it.
 * @param values Finite.
 */
export function orderStatistics(values: Float32Array): (rank: number) => number {
  const patterns = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const places = new Uint32Array(values.length);
  for (let index = 0; index < places.length; index++) places[index] = placeOfBits(patterns[index]);
  const first = countDigits(places, digits[0]);
  const known = new Map<number, number>();

  function find(rank: number): number {
    let candidates: Uint32Array = places;
    let [counts, rest] = [first, rank];
    for (const [level, digit] of digits.entries()) {
      if (level > 0) counts = countDigits(candidates, digit);
      let wanted = 0;
      while (rest >= counts[wanted]) rest -= counts[wanted++];
      candidates = withDigit(candidates, digit, wanted, counts[wanted]);
    }
    return valueAt(candidates[0]);
  }

  return (rank) => {
    const value = known.get(rank) ?? find(rank);
    known.set(rank, value);
    return value;
  };
}

interface Digit {
  /** Bits below it. */
  readonly shift: number;
  readonly mask: number;
}

/** Of a place, the highest first. */
const digits: readonly [Digit, Digit, Digit] = [
  { shift: 21, mask: 0x7ff },
  { shift: 10, mask: 0x7ff },
  { shift: 0, mask: 0x3ff },
];

function countDigits(places: Uint32Array, { shift, mask }: Digit): Uint32Array {
  const counts = new Uint32Array(mask + 1);
  for (let index = 0; index < places.length; index++) counts[(places[index] >>> shift) & mask]++;
  return counts;
}

/** The places, so many, that have that digit. */
function withDigit(places: Uint32Array, { shift, mask }: Digit, digit: number, count: number): Uint32Array {
  if (count === places.length) return places;
  const found = new Uint32Array(count);
  let next = 0;
  for (let index = 0; next < count; index++) {
    const place = places[index];
    if (((place >>> shift) & mask) === digit) found[next++] = place;
  }
  return found;
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
