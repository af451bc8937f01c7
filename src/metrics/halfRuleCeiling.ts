/**
 * What a rule that always marks half of the picture can reach at best, however good the map: a thing of a tenth of the
 * picture has a consensus IoU of 0.2 then (METRICS section 3).
 */

/**
 * The largest consensus IoU of any mask of half of the pixels; NaN for an empty ground truth.
 * @param groundTruth Weights of 0, 0.5 (one annotator) and 1.
 */
export function halfRuleCeiling(groundTruth: Float32Array): number {
  const half = groundTruth.length >> 1;
  const weights = groundTruth.toSorted().reverse();
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let [hit, outside] = [0, 0];
  for (let index = 0; index < half; index++) {
    hit += weights[index];
    if (weights[index] === 0) outside++;
  }
  return hit / (total + outside);
}
