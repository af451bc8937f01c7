/**
 * Unsupervised, by the best place: Mo and Morgado, "Localizing Visual Sounds the Easy Way" (EZ-VSL, ECCV 2022). A sound
 * needs one cell to come from, so a picture fits a sound as well as its best cell does; each picture must find its
 * sound among the batch's sounds, and each sound its picture.
 */
import { bestPlaceSimilarity, contrastive } from '../../layers/losses.ts';
import type { Objective } from './objective.ts';
import { unitLength } from './unitLength.ts';

/** The paper's. */
const TEMPERATURE = 0.03;

export const multipleInstance: Objective = ({ maps, sounds }) =>
  contrastive(bestPlaceSimilarity(unitLength(maps, 1), unitLength(sounds, 1)), TEMPERATURE);
