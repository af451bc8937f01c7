/** How numbers are written, for programs and for people. */

/** Six decimals say all that a float32 probability knows, and read well. */
export function rounded(value: number): number {
  return Math.round(1e6 * value) / 1e6;
}

/** ` 83 %`, five characters wide. */
export function percent(probability: number): string {
  return `${Math.round(100 * probability)} %`.padStart(5);
}

/** A time in milliseconds to a tenth: the clock knows no more. */
export function tenths(milliseconds: number): number {
  return Math.round(10 * milliseconds) / 10;
}
