/**
 * Scene parsing on ADE20K (Zhou et al., CVPR 2017; the CSAIL evaluator; METRICS section 9). Classes are counted from 1; 0
 * is unlabelled, and what is predicted there does not count.
 *
 * - pixel accuracy: correct by labelled pixels, over all pictures together.
 * - mIoU: mean over all classes of intersection by union, over all pictures together; a class that occurs nowhere is 0.
 * - challenge score: the mean of the two.
 */

export interface SceneParsingScores {
  readonly pixelAccuracy: number;
  readonly meanIou: number;
  readonly challengeScore: number;
  /** By class, the first for class 1. */
  readonly ious: readonly number[];
}

/** Scores of any number of pictures in the memory of one. */
export class SceneParsingTally {
  readonly #both: Float64Array;
  readonly #predicted: Float64Array;
  readonly #labelled: Float64Array;

  /** @param classes 150 for ADE20K. */
  constructor(classes = 150) {
    this.#both = new Float64Array(classes + 1);
    this.#predicted = new Float64Array(classes + 1);
    this.#labelled = new Float64Array(classes + 1);
  }

  /**
   * @param label The annotation, 0..classes. @param prediction Of the same size.
   * @returns the picture's own pixel accuracy; 0 where nothing is labelled
   */
  add(label: ArrayLike<number>, prediction: ArrayLike<number>): number {
    let [correct, labelled] = [0, 0];
    for (let pixel = 0; pixel < label.length; pixel++) {
      const truth = label[pixel];
      if (truth === 0) continue;
      labelled++;
      this.#labelled[truth]++;
      this.#predicted[prediction[pixel]]++;
      if (prediction[pixel] !== truth) continue;
      this.#both[truth]++;
      correct++;
    }
    return labelled === 0 ? 0 : correct / labelled;
  }

  /** NaN as accuracy where nothing was labelled. */
  scores(): SceneParsingScores {
    const total = (counts: Float64Array): number => counts.subarray(1).reduce((sum, count) => sum + count, 0);
    const ious = Array.from(this.#both.subarray(1), (both, index) => {
      const union = this.#labelled[index + 1] + this.#predicted[index + 1] - both;
      return union === 0 ? 0 : both / union;
    });
    const pixelAccuracy = total(this.#both) / total(this.#labelled);
    const meanIou = ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
    return { pixelAccuracy, meanIou, challengeScore: (pixelAccuracy + meanIou) / 2, ious };
  }
}
