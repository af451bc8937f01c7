/**
 * Consensus IoU (Senocak et al. 2018) of one mask, and what is said over many: the share of successes and the area
 * under the success curve. Source: the evaluators of LVS, EZ-VSL and SSLalignment.
 */

/** sum(M G) / (sum(G) + sum(M [G = 0])), 0..1; NaN where both are empty. */
export function consensusIou(mask: Uint8Array, groundTruth: Float32Array): number {
  let [hit, truth, miss] = [0, 0, 0];
  for (let index = 0; index < mask.length; index++) {
    truth += groundTruth[index];
    if (mask[index] === 0) continue;
    if (groundTruth[index] === 0) miss++;
    else hit += groundTruth[index];
  }
  return hit / (truth + miss);
}

/** Share of items whose consensus IoU reaches 0.5; NaN counts as a miss. */
export function success(ious: readonly number[]): number {
  return ious.filter((iou) => iou >= 0.5).length / ious.length;
}

/** Area under the share of items that reach 0, 0.05, ... 1 (trapezoids): 0.025 for an all-zero model, 1 at best. */
export function areaUnderCurve(ious: readonly number[]): number {
  const shares = Array.from(
    { length: 21 },
    (_, index) => ious.filter((iou) => iou >= 0.05 * index).length / ious.length,
  );
  return shares.slice(1).reduce((area, share, index) => area + ((share + shares[index]) / 2) * 0.05, 0);
}

/** Share of pictures all of whose sources succeed (IIoU of SSLalignment); `groups` holds the sources of each. */
export function interactiveIou(groups: readonly (readonly number[])[]): number {
  return success(groups.map((ious) => Math.min(...ious.map((iou) => (Number.isNaN(iou) ? 0 : iou)))));
}
