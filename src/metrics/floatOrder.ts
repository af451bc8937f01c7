/**
 * The float32 numbers in their order: each has a whole-number place from 0 to 2^32 that rises with its value, so that an
 * order statistic is found by counting, and where a rule flips by halving. -0 has the place of 0; NaN, which is no rule's
 * business, lies outside the infinities.
 */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

const signBit = 0x80000000;

/** Sorting takes about as long as so many searches. */
const fewRanks = 16;

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

export function placeOf(value: number): number {
  float[0] = value;
  return placeOfBits(bits[0]);
}

function placeOfBits(pattern: number): number {
  return (pattern > signBit ? ~pattern : pattern | signBit) >>> 0;
}

export function valueAt(place: number): number {
  bits[0] = place >= signBit ? place & ~signBit : ~place;
  return float[0];
}

/** Values by their places in the order of all floats. */
export interface OrderedValues {
  /** Of each value. */
  readonly places: Uint32Array;
  readonly low: number;
  readonly high: number;
  /** The k-th smallest value, k from 0, as `sort(values)[k]` would have it. */
  readonly valueOfRank: (rank: number) => number;
}

export function orderValues(values: Float32Array): OrderedValues {
  const patterns = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const places = new Uint32Array(values.length);
  const counts = new Uint32Array(digits[0].mask + 1);
  const extremes = Uint32Array.of(0xffffffff, 0);
  fillPlaces(patterns, places, counts, extremes);
  const [low, high] = Array.from(extremes, valueAt);
  return { places, low, high, valueOfRank: ranksOf(places, counts) };
}

/**
 * The places of bit patterns, how many have each first digit, and the least and the most of them. A function that ends
 * with its loop, as others below: V8 throws optimised loops away where they lead into code that has not run yet.
 */
function fillPlaces(patterns: Uint32Array, places: Uint32Array, counts: Uint32Array, extremes: Uint32Array): void {
  const { shift } = digits[0];
  for (let index = 0; index < patterns.length; index++) {
    const place = placeOfBits(patterns[index]);
    places[index] = place;
    counts[place >>> shift]++;
    if (place < extremes[0]) extremes[0] = place;
    if (place > extremes[1]) extremes[1] = place;
  }
}

/**
 * The digits of a place are found from the highest down, each by counting among those that share the ones before.
 * @param first How many places have each first digit.
 */
function ranksOf(places: Uint32Array, first: Uint32Array): (rank: number) => number {
  const known = new Map<number, number>();
  let sorted: Uint32Array | undefined;

  function find(rank: number): number {
    let candidates = places;
    let counts = first;
    let rest = rank;
    for (const [level, digit] of digits.entries()) {
      if (level > 0) counts = countDigits(candidates, digit);
      let wanted = 0;
      while (rest >= counts[wanted]) rest -= counts[wanted++];
      candidates = withDigit(candidates, digit, wanted, counts[wanted]);
    }
    return valueAt(candidates[0]);
  }

  return (rank) => {
    // Who asks often is better served by one sort.
    if (known.size === fewRanks) sorted ??= places.toSorted();
    if (sorted) return valueAt(sorted[rank]);
    const value = known.get(rank) ?? find(rank);
    known.set(rank, value);
    return value;
  };
}

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
