/** How alike two maps are in where they are hot, whatever their level. */

/** Pearson's correlation of two maps of one size, -1..1; NaN where one of them is constant. */
export function pearsonCorrelation(a: Float32Array, b: Float32Array): number {
  const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [product, squareA, squareB] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    const [fromA, fromB] = [a[index] - meanA, b[index] - meanB];
    product += fromA * fromB;
    squareA += fromA * fromA;
    squareB += fromB * fromB;
  }
  return Math.min(1, Math.max(-1, product / Math.sqrt(squareA * squareB)));
}
