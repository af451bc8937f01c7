/** How numbers are written for people. */

/** ` 83 %`, five characters wide. */
export function percent(probability: number): string {
  return `${Math.round(100 * probability)} %`.padStart(5);
}
