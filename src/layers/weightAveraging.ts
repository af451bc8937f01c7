/**
 * Means of weights over time, which generalise better than the last ones (Polyak and Juditsky 1992; Izmailov et al.
 * 2018, stochastic weight averaging).
 */

export type NamedWeights = ReadonlyMap<string, Float32Array>;

/**
 * Moves an exponential average, in place: average = d * average + (1 - d) * weights. d is `decay` (mostly 0.99 to
 * 0.9999), but step / (step + 9) while that is less, so that the random first weights do not linger.
 * @param step counted from 1
 */
export function moveAverage(average: NamedWeights, weights: NamedWeights, decay: number, step: number): void {
  const d = Math.min(decay, step / (step + 9));
  for (const [name, values] of average) {
    const fresh = valuesOf(weights, name, values.length);
    for (let index = 0; index < values.length; index++) values[index] = d * values[index] + (1 - d) * fresh[index];
  }
}

/** The plain mean of several checkpoints of one training. */
export function meanOfCheckpoints(checkpoints: readonly NamedWeights[]): Map<string, Float32Array> {
  if (checkpoints.length === 0) throw new RangeError('meanOfCheckpoints: there is no checkpoint');
  return new Map(
    [...checkpoints[0]].map(([name, first]) => {
      const columns = checkpoints.map((checkpoint) => valuesOf(checkpoint, name, first.length));
      const meanAt = (index: number): number =>
        columns.reduce((total, values) => total + values[index], 0) / columns.length;
      return [name, Float32Array.from(first, (_, index) => meanAt(index))];
    }),
  );
}

function valuesOf(weights: NamedWeights, name: string, length: number): Float32Array {
  const values = weights.get(name);
  if (values?.length !== length) {
    throw new RangeError(`${name}: ${values === undefined ? 'no' : values.length} values instead of ${length}`);
  }
  return values;
}
