/**
 * Interactive localisation (Senocak et al., ICCV 2023): a picture with several sources counts only where each sound
 * finds its own. Source: SSLalignment, whose masks are those of `align_half` and `align_adaptive`.
 */
import { scoresOf } from './consensusIou.ts';

export interface InteractiveScores {
  /** Share of pictures all of whose sources reach a consensus IoU of 0.5; 0..1. */
  readonly iiou: number;
  /** Area under the share of pictures all of whose sources reach 0, 0.05, ... 1. */
  readonly iauc: number;
}

/**
 * @param groups The consensus IoUs of the sources of each picture. NaN is a miss, as elsewhere; the original, whose sets
 * have no source without a box, would become NaN as a whole.
 */
export function interactive(groups: readonly (readonly number[])[]): InteractiveScores {
  const { success, auc } = scoresOf(groups.map((cious) => Math.min(...cious)));
  return { iiou: success, iauc: auc };
}
