/** The arithmetic by which evaluators bring a map to 0..1, in float32 as theirs is. Everything here rises with the value. */

const { fround } = Math;

export type Normalise = (value: number) => number;

/** Stretched to 0..1; a constant map stays as it is. */
export function minmax(low: number, high: number): Normalise {
  const range = fround(high - low);
  return range === 0 ? (value) => value : (value) => fround(fround(value - low) / range);
}

/** SSPL's, without the guard: 0 / 0 makes a constant map NaN. */
export function unguardedMinmax(low: number, high: number): Normalise {
  const range = fround(high - low);
  return (value) => fround(fround(value - low) / range);
}

/** LVS' detour 1 - minmax(-x): what lies near the maximum is rounded to ties; a constant c becomes 1 + c. */
export function invertedTwice(low: number, high: number): Normalise {
  const inverted = minmax(-high, -low);
  return (value) => fround(1 - inverted(-value));
}

/** EZ-VSL, SLAVC and FNAC divide cosines by 0.03, so no score lies beyond this. */
const largestScore = 1 / 0.03;

/** SLAVC's score: 1 for the largest that can be reached, 0 for its negative. */
export const slavcScore: Normalise = (value) => fround(fround(value + fround(largestScore)) / fround(2 * largestScore));

/** Least and largest value; both NaN where a value is not finite. */
export function rangeOf(values: Float32Array): { readonly low: number; readonly high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value - value !== 0) return { low: Number.NaN, high: Number.NaN };
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}
