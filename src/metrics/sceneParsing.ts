/**
 * Scene parsing on ADE20K (Zhou et al., CVPR 2017; the CSAIL evaluator; METRICS section 9). Classes are counted from 1; 0
 * is unlabelled, and what is predicted there does not count. A prediction of 0, or of a class beyond the last, is wrong but
 * of no class.
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
  #correctPixels = 0;
  #labelledPixels = 0;

  /** @param classes 150 for ADE20K. */
  constructor(classes = 150) {
    this.#both = new Float64Array(classes + 1);
    this.#predicted = new Float64Array(classes + 1);
    this.#labelled = new Float64Array(classes + 1);
  }

  /**
   * @param label The annotation, 0..classes. @param prediction Of the same size.
   * @returns the picture's own pixel accuracy; NaN where nothing is labelled
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
    this.#correctPixels += correct;
    this.#labelledPixels += labelled;
    return correct / labelled;
  }

  /** NaN as accuracy and challenge score where nothing was labelled. */
  scores(): SceneParsingScores {
    const ious = Array.from(this.#both.subarray(1), (both, index) => {
      const union = this.#labelled[index + 1] + this.#predicted[index + 1] - both;
      return union === 0 ? 0 : both / union;
    });
    const pixelAccuracy = this.#correctPixels / this.#labelledPixels;
    const meanIou = ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
    return { pixelAccuracy, meanIou, challengeScore: (pixelAccuracy + meanIou) / 2, ious };
  }
}
