/**
 * Consensus IoU (Senocak et al. 2018) of one mask, and what is said over many: the share of successes, the area under
 * the success curve, the mean. Source: the evaluators of LVS, EZ-VSL, SLAVC and SSLalignment. NaN, which stands for
 * nothing there and nothing predicted, counts as a miss, but makes the mean NaN, as in all of them.
 */

/**
 * sum(M G) / (sum(G) + sum(M [G = 0])), 0..1; NaN where both are empty. A pixel that only half of the annotators mark
 * costs nothing extra where it is predicted.
 */
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

/** Under one rule, over many items; shares 0..1. */
export interface RuleScores {
  /** Share of items that reach 0.5: cIoU, CIoU, AP50 or LocAcc in the papers. */
  readonly success: number;
  /** Area under the success curve: 0.025 for a model that never hits, 1 at best. */
  readonly auc: number;
  /** NaN where one is. */
  readonly meanCiou: number;
}

/** The curve's thresholds: 0, 0.05 ... 1 as float products, so that 0.15 does not reach the fourth. */
const thresholds: readonly number[] = Array.from({ length: 21 }, (_, index) => 0.05 * index);

/** Adds up consensus IoUs one at a time, for any number of items. The order decides the last digits of the mean. */
export class CiouTally {
  readonly #reached = new Float64Array(thresholds.length);
  #sum = 0;
  #count = 0;

  add(ciou: number): void {
    this.#count++;
    this.#sum += ciou;
    for (let index = 0; index < thresholds.length && ciou >= thresholds[index]; index++) this.#reached[index]++;
  }

  get count(): number {
    return this.#count;
  }

  /** Share of items that reach 0, 0.05, ... 1. */
  curve(): number[] {
    return Array.from(this.#reached, (reached) => reached / this.#count);
  }

  scores(): RuleScores {
    const curve = this.curve();
    const area = curve.slice(1).reduce((sum, share, index) => sum + ((share + curve[index]) / 2) * 0.05, 0);
    return { success: curve[10], auc: area, meanCiou: this.#sum / this.#count };
  }
}

function tallyOf(cious: readonly number[]): CiouTally {
  const tally = new CiouTally();
  for (const ciou of cious) tally.add(ciou);
  return tally;
}

export const scoresOf = (cious: readonly number[]): RuleScores => tallyOf(cious).scores();

/** Share of items whose consensus IoU reaches 0.5. */
export const success = (cious: readonly number[]): number => scoresOf(cious).success;

/** Area under the share of items that reach 0, 0.05, ... 1 (trapezoids): 0.025 for an all-zero model, 1 at best. */
export const areaUnderCurve = (cious: readonly number[]): number => scoresOf(cious).auc;

export const meanCiou = (cious: readonly number[]): number => scoresOf(cious).meanCiou;

/** Share of items that reach 0, 0.05, ... 1: 21 numbers. */
export const successCurve = (cious: readonly number[]): number[] => tallyOf(cious).curve();

/** SLAVC's `precision_at_50`: share of items that exceed 0.5, where all others count those that reach it. */
export function precisionAt50(cious: readonly number[]): number {
  return cious.filter((ciou) => ciou > 0.5).length / cious.length;
}
