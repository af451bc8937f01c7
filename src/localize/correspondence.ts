/**
 * How well what a cell shows fits what is heard: both are vectors of probabilities, q over the sound labels, p over the
 * same labels (what the picture shows, brought to them by the relation R). Four functions behind one interface, each
 * mapped to 0..1, 1 for the best fit. The report takes the dot product and discusses the others.
 */

/**
 * @param heard q, one number a label
 * @param seen p, [labels, cells]
 * @returns one number a cell, 0..1
 */
export type Correspondence = (heard: Float32Array, seen: Float32Array) => Float32Array;

/** Keeps the logarithm finite where a cell excludes what is heard. */
const LEAST_PROBABILITY = 1e-7;

/** sum_c q_c p_c. It is 1 only where both are sure of the same label; two uniform vectors of n labels give 1 / n. */
export const dot: Correspondence = (heard, seen) =>
  sumOverLabels(heard, seen, (q, p) => q * p).map((sum) => Math.min(1, sum));

/** sum_c q_c p_c / (|q| |p|): as the dot product, however unsure the two are. 0 where one of them is all zeros. */
export const cosine: Correspondence = (heard, seen) => {
  const length = Math.hypot(...heard);
  const lengths = sumOverLabels(heard, seen, (_, p) => p * p);
  return sumOverLabels(heard, seen, (q, p) => q * p).map((sum, cell) => {
    const both = length * Math.sqrt(lengths[cell]);
    return both > 0 ? Math.min(1, sum / both) : 0;
  });
};

/** 1 - |q - p| / sqrt(2): the square root of 2 lies between two vectors that are sure of different labels. */
export const euclidean: Correspondence = (heard, seen) =>
  sumOverLabels(heard, seen, (q, p) => (q - p) ** 2).map((sum) => Math.max(0, 1 - Math.sqrt(sum / 2)));

/** exp(sum_c q_c ln p_c), e to the minus cross entropy of p under q: the probability p gives to what q is sure of. */
export const crossEntropy: Correspondence = (heard, seen) =>
  sumOverLabels(heard, seen, (q, p) => q * Math.log(Math.max(p, LEAST_PROBABILITY))).map((sum) =>
    Math.min(1, Math.exp(sum)),
  );

export const correspondences = { dot, cosine, euclidean, 'cross-entropy': crossEntropy } as const;

function sumOverLabels(heard: Float32Array, seen: Float32Array, term: (q: number, p: number) => number): Float32Array {
  const cells = seen.length / heard.length;
  const sums = new Float32Array(cells);
  for (const [label, q] of heard.entries()) {
    const start = label * cells;
    for (let cell = 0; cell < cells; cell++) sums[cell] += term(q, seen[start + cell]);
  }
  return sums;
}
