/**
 * Whether paired differences are more than chance: the sign-flip permutation test (Fisher 1935) over clusters. If the two
 * systems were alike, the difference of any scene might as well have the other sign.
 */
import { type ClusterOptions, clusterSums } from './bootstrap.ts';
import { seededDraws } from './seededDraws.ts';

/** So many clusters have all their sign patterns tried; more have random ones. */
const mostExact = 12;

const randomFlips = 1999;

/**
 * Two-sided p-value of the mean difference: (1 + other sign patterns whose sum lies as far from 0) / (1 + other patterns),
 * of up to 12 clusters over all patterns, of more over 1999 random ones. 1 where there is nothing to compare; NaN where a
 * difference is. Deterministic for a seed.
 */
export function signFlipTest(differences: readonly number[], options: ClusterOptions = {}): number {
  const { sums } = clusterSums(differences, options.clusters);
  const observed = Math.abs(sums.reduce((total, sum) => total + sum, 0));
  if (Number.isNaN(observed)) return Number.NaN;
  // Sums that are equal may differ in the last digits.
  const limit = observed - 1e-12 * sums.reduce((total, sum) => total + Math.abs(sum), 0);
  if (sums.length <= mostExact) {
    const patterns = 2 ** sums.length;
    let count = 0;
    for (let pattern = 0; pattern < patterns; pattern++) if (flippedSum(sums, () => pattern) >= limit) count++;
    return count / patterns;
  }
  const draw = seededDraws(options.seed ?? 1);
  const randomBits = (): number => Math.floor(draw() * 2 ** 32);
  let count = 1;
  for (let flip = 0; flip < randomFlips; flip++) if (flippedSum(sums, randomBits) >= limit) count++;
  return count / (randomFlips + 1);
}

/** |sum| with some signs flipped. @param nextBits The signs of the next 32 clusters. */
function flippedSum(sums: Float64Array, nextBits: () => number): number {
  let total = 0;
  for (let start = 0; start < sums.length; start += 32) {
    const end = Math.min(start + 32, sums.length);
    let bits = nextBits();
    for (let cluster = start; cluster < end; cluster++) {
      total += (bits & 1) === 1 ? -sums[cluster] : sums[cluster];
      bits >>>= 1;
    }
  }
  return Math.abs(total);
}
