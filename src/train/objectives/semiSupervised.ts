/**
 * Semi-supervised: boxes where there are some, correspondence everywhere. The sum of both losses, as Senocak et al.
 * (CVPR 2018) train with 2,500 boxed pairs among 10,000; pairs without boxes have no part in the first.
 */
import { add, multiply } from '../../graph/elementwise.ts';
import type { Objective } from './objective.ts';

/** @param weight of the unsupervised loss; 1 in the paper, whose two losses are of a size */
export const semiSupervised =
  (supervised: Objective, unsupervised: Objective, weight = 1): Objective =>
  (inputs) =>
    add(supervised(inputs), multiply(unsupervised(inputs), weight));
