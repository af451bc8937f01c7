/**
 * Object-guided localisation (OGL): a map of what is striking in the picture, mixed into the map of the sound. Both maps
 * have the evaluation's size already; the result goes through the rule of whoever mixes.
 */
import { minmax, rangeOf, slavcScore } from './normalise.ts';

const { fround } = Math;

/**
 * As EZ-VSL does: both stretched to 0..1, mixed, stretched again.
 * @param alpha Weight of the sound's map, 0..1: 0.4 in EZ-VSL.
 */
export function mixWithObjectPrior(map: Float32Array, prior: Float32Array, alpha: number): Float32Array {
  return stretched(mixed(stretched(map), stretched(prior), alpha));
}

/**
 * As SLAVC does: the map by its known range of +-1 / 0.03, the prior by 0..2.5, both left unstretched.
 * @param alpha 0.4 by default there, 0.9 in its README.
 */
export function mixSlavcScores(map: Float32Array, prior: Float32Array, alpha: number): Float32Array {
  return mixed(
    map.map(slavcScore),
    prior.map((value) => value / 2.5),
    alpha,
  );
}

function mixed(map: Float32Array, prior: Float32Array, alpha: number): Float32Array {
  const [own, other] = [fround(alpha), fround(1 - alpha)];
  return map.map((value, index) => fround(value * own) + fround(prior[index] * other));
}

function stretched(values: Float32Array): Float32Array {
  const { low, high } = rangeOf(values);
  return values.map(minmax(low, high));
}
