/** How numbers are written for programs. */

/** Six decimals say all that a float32 probability knows, and read well. */
export function rounded(value: number): number {
  return Math.round(1e6 * value) / 1e6;
}

/** A time in milliseconds to a tenth: the clock knows no more. */
export function tenths(milliseconds: number): number {
  return Math.round(10 * milliseconds) / 10;
}
