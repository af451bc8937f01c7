/**
 * What a model can be taught by. An objective is a graph: from what the model makes of a batch of pairs, and the boxes
 * that some of them have, to one number that training makes small. Pair k is picture k with sound k; unsupervised
 * objectives take the other sounds of the batch for wrong ones and look at nothing else.
 */
import type { Tensor } from '../../graph/tensor.ts';

export interface ObjectiveInputs {
  /** What each cell of each picture shows, in the space of the sounds, [N, C, H, W]. Need not be of unit length. */
  readonly maps: Tensor;
  /** What is heard, [N, C]: an embedding, or the probabilities of C classes that the maps hold too. */
  readonly sounds: Tensor;
  /** The model's own answer, how surely each cell makes the sound, 0..1, [N, H, W]. */
  readonly score: Tensor;
  /** How much of each cell lies in a box, 0..1, [N, H, W]; whatever it holds where `labelled` is 0 is not looked at. */
  readonly targets: Tensor;
  /** 1 for a pair with boxes, 0 for one without, [N]. */
  readonly labelled: Tensor;
}

/** Builds the scalar loss of a batch. */
export type Objective = (inputs: ObjectiveInputs) => Tensor;
