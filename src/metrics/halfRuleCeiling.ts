/**
 * What a rule that always marks half of the picture can reach at best, however good the map: a thing of a tenth of the
 * picture has a consensus IoU of 0.2 then (METRICS section 3).
 */
import { sizeOf } from './groundTruth.ts';
import { sumOfLargest } from './sumOfLargest.ts';

/**
 * The largest consensus IoU of any mask of half of the pixels; 0 for an empty ground truth, where every such mask is wrong.
 * @param groundTruth Weights of 0, 0.5 (one annotator) and 1.
 */
export function halfRuleCeiling(groundTruth: Float32Array, { weight, pixels } = sizeOf(groundTruth)): number {
  const half = groundTruth.length >> 1;
  if (pixels <= half) return weight / (weight + half - pixels);
  return sumOfLargest(groundTruth, half) / weight;
}

/** The same for a thing without weights. @param share Of the picture, 0..1. */
export function halfRuleCeilingOfArea(share: number): number {
  return share === 0 ? 0 : Math.min(share / 0.5, 0.5 / share);
}
