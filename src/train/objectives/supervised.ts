/**
 * Supervised: the score of each cell against the boxes. The report behind this system trains with boxes and names no
 * loss; binary cross entropy of score and box, cell by cell, is the plainest that boxes allow. Pairs without boxes have
 * no part in it.
 */
import { add, clip, divide, log, maximum, multiply, negate, power, subtract } from '../../graph/elementwise.ts';
import { mean, sum } from '../../graph/reductions.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Objective } from './objective.ts';

/** Keeps logarithms finite: scores are taken between this and 1 minus this (as Keras does). */
const CLIP = 1e-7;
/** Share of the positive cells, and the strength with which well judged ones are passed over (Lin et al. 2017). */
const FOCAL_ALPHA = 0.25;
const FOCAL_GAMMA = 2;

export type PixelLoss = 'cross-entropy' | 'focal' | 'dice';

const overCells = [1, 2];

/** Probability given to what is true: p where the target is 1, 1 - p where it is 0. */
const ofTruth = (p: Tensor, t: Tensor): Tensor => add(multiply(p, t), multiply(subtract(1, p), subtract(1, t)));

/** From scores and targets [N, H, W] to a loss for each sample, [N]. */
const pixelLosses: Readonly<Record<PixelLoss, (p: Tensor, t: Tensor) => Tensor>> = {
  /** -t log p - (1 - t) log(1 - p), mean over the cells. */
  'cross-entropy': (p, t) =>
    negate(mean(add(multiply(t, log(p)), multiply(subtract(1, t), log(subtract(1, p)))), { axes: overCells })),
  /** -alpha_t (1 - p_t)^gamma log p_t, mean over the cells (Lin et al. 2017); targets are meant to be 0 or 1. */
  focal: (p, t) => {
    const truth = ofTruth(p, t);
    const balance = add(multiply(t, 2 * FOCAL_ALPHA - 1), 1 - FOCAL_ALPHA);
    const missed = power(subtract(1, truth), FOCAL_GAMMA);
    return negate(mean(multiply(balance, multiply(missed, log(truth))), { axes: overCells }));
  },
  /** 1 - 2 sum(p t) / (sum(p^2) + sum(t^2)) (Milletari et al. 2016). */
  dice: (p, t) => {
    const total = (x: Tensor): Tensor => sum(x, { axes: overCells });
    return subtract(1, divide(multiply(total(multiply(p, t)), 2), add(total(multiply(p, p)), total(multiply(t, t)))));
  },
};

/** Mean over the pairs of the batch that have boxes; 0 where none has. */
export const supervised =
  (pixelLoss: PixelLoss = 'cross-entropy'): Objective =>
  ({ score, targets, labelled }) => {
    const losses = pixelLosses[pixelLoss](clip(score, CLIP, 1 - CLIP), targets);
    return divide(sum(multiply(losses, labelled)), maximum(sum(labelled), 1));
  };
