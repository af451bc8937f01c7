/** How alike two maps are in where they are hot, whatever their level. */

/**
 * Pearson's correlation of two maps of one size, -1..1; NaN where one of them is constant or empty, or holds NaN. Both are
 * first shifted by their first value: so a constant map is exactly 0, and a small signal on a high level keeps its digits.
 */
export function pearsonCorrelation(a: Float32Array, b: Float32Array): number {
  const [shiftA, shiftB] = [a[0], b[0]];
  let [sumA, sumB] = [0, 0];
  for (let index = 0; index < a.length; index++) {
    sumA += a[index] - shiftA;
    sumB += b[index] - shiftB;
  }
  const [meanA, meanB] = [sumA / a.length, sumB / a.length];
  let [product, squareA, squareB] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    const fromA = a[index] - shiftA - meanA;
    const fromB = b[index] - shiftB - meanB;
    product += fromA * fromB;
    squareA += fromA * fromA;
    squareB += fromB * fromB;
  }
  return Math.min(1, Math.max(-1, product / (Math.sqrt(squareA) * Math.sqrt(squareB))));
}
