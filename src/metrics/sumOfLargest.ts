/** The largest values of a map without sorting it, which would take most of the time of its scoring. */
import { orderValues } from './floatOrder.ts';

/**
 * Sum of the `count` largest values; NaN where the map holds one, as NumPy, which sorts NaN last, has it.
 * @param count From 0 to the number of values.
 */
export function sumOfLargest(values: Float32Array, count: number): number {
  const least = count === 0 ? Number.POSITIVE_INFINITY : orderValues(values).valueOfRank(values.length - count);
  let [sum, above] = [0, 0];
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value > least) {
      sum += value;
      above++;
    } else if (Number.isNaN(value)) return Number.NaN;
  }
  return count === above ? sum : sum + (count - above) * least;
}
