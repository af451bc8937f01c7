/**
 * Semi-supervised: boxes where there are some, correspondence everywhere. The sum of both losses, as Senocak et al.
 * (CVPR 2018) train with 2,500 boxed pairs among 10,000; pairs without boxes have no part in the first.
 */
import { add } from '../../graph/elementwise.ts';
import type { Objective } from './objective.ts';

export const semiSupervised =
  (supervised: Objective, unsupervised: Objective): Objective =>
  (inputs) =>
    add(supervised(inputs), unsupervised(inputs));
