/**
 * Audio-visual segmentation (AVSBench, Zhou et al., ECCV 2022; METRICS section 8): masks of what sounds, frame by frame.
 *
 * - mIoU: mean over frames of intersection by union of the mask of probabilities above 0.5; a frame in which nothing
 *   sounds scores the share of its pixels that are left empty.
 * - F: F-measure with beta^2 = 0.3 along 255 thresholds, the curves averaged over the frames in which something sounds,
 *   then the best threshold.
 *
 * The published evaluator takes the best threshold in each batch, averages the batches, and counts a batch without any
 * sounding thing as 0, so that its F depends on the batch size: `batchDependentAvsScores` does the same.
 * `AvsBenchTally` keeps one curve for the whole set, as ACL-SSL's corrected evaluator does; its F is NaN where no frame has
 * anything that sounds. Both are NaN where there are no frames. NaN as a probability is never predicted.
 *
 * Probabilities and thresholds are float32, as in PyTorch: a logit below 1e-7 makes a probability of 0.5, which is not
 * above 0.5 but reaches the middle threshold; the first threshold is 0 and the last is 1. Sums are float64.
 */
import { LookhearError } from '../errors.ts';
import { torchLinspace } from './torchLinspace.ts';

export type AvsFrame = (
  | {
      /** Before the sigmoid. */
      readonly logits: Float32Array;
    }
  | {
      /** After it, 0..1. */
      readonly probabilities: Float32Array;
    }
) & {
  /** Not 0 where something sounds; of the same length. */
  readonly mask: ArrayLike<number>;
};

export interface AvsScores {
  readonly miou: number;
  readonly f: number;
}

const betaSquared = 0.3;

const thresholds = torchLinspace(0, 1 - 1e-10, 255);

function probabilitiesOf(frame: AvsFrame): Float32Array {
  const { fround, exp } = Math;
  return 'logits' in frame ? frame.logits.map((logit) => 1 / fround(1 + fround(exp(-logit)))) : frame.probabilities;
}

/** Scores of a data set, a frame at a time. */
export class AvsBenchTally {
  #frames = 0;
  #iou = 0;
  #sounding = 0;
  readonly #curve = new Float64Array(thresholds.length);

  add(frame: AvsFrame): void {
    const probabilities = probabilitiesOf(frame);
    this.#frames++;
    this.#iou += frameIou(probabilities, frame.mask);
    const curve = fCurve(probabilities, frame.mask);
    if (curve === undefined) return;
    this.#sounding++;
    for (let index = 0; index < curve.length; index++) this.#curve[index] += curve[index];
  }

  /** Frames in which something sounds. */
  get sounding(): number {
    return this.#sounding;
  }

  scores(): AvsScores {
    return {
      miou: this.#iou / this.#frames,
      f: this.#sounding === 0 ? Number.NaN : Math.max(...this.#curve) / this.#sounding,
    };
  }
}

/**
 * The published evaluator's numbers, which depend on how the frames were cut into batches; the last may be smaller, and
 * its frames then weigh more.
 * @param batchSize In frames, from 1; fails with INPUT_UNSUPPORTED.
 */
export function batchDependentAvsScores(frames: readonly AvsFrame[], batchSize: number): AvsScores {
  if (!(batchSize >= 1)) throw new LookhearError('INPUT_UNSUPPORTED', `Expected a batch of frames, got ${batchSize}.`);
  const batches: AvsScores[] = [];
  for (let start = 0; start < frames.length; start += batchSize) {
    const tally = new AvsBenchTally();
    for (const frame of frames.slice(start, start + batchSize)) tally.add(frame);
    const { miou, f } = tally.scores();
    batches.push({ miou, f: tally.sounding === 0 ? 0 : f });
  }
  const mean = (select: (batch: AvsScores) => number): number =>
    batches.reduce((sum, batch) => sum + select(batch), 0) / batches.length;
  return { miou: mean(({ miou }) => miou), f: mean(({ f }) => f) };
}

function frameIou(probabilities: Float32Array, mask: ArrayLike<number>): number {
  let [both, either, sounding] = [0, 0, 0];
  for (let pixel = 0; pixel < probabilities.length; pixel++) {
    const isPredicted = probabilities[pixel] > 0.5;
    const isTrue = mask[pixel] !== 0;
    if (isTrue) sounding++;
    if (isPredicted && isTrue) both++;
    if (isPredicted || isTrue) either++;
  }
  return sounding === 0 ? 1 - either / probabilities.length : both / (either + 1e-7);
}

/** Undefined where nothing sounds. */
function fCurve(probabilities: Float32Array, mask: ArrayLike<number>): Float64Array | undefined {
  // Pixels by how many of the thresholds they reach: the counts at each threshold are then sums from above.
  const predicted = new Float64Array(thresholds.length + 1);
  const right = new Float64Array(thresholds.length + 1);
  let sounding = 0;
  for (let pixel = 0; pixel < probabilities.length; pixel++) {
    const reached = thresholdsReached(probabilities[pixel]);
    predicted[reached]++;
    if (mask[pixel] === 0) continue;
    right[reached]++;
    sounding++;
  }
  if (sounding === 0) return undefined;
  const curve = new Float64Array(thresholds.length);
  let [allPredicted, allRight] = [0, 0];
  for (let index = thresholds.length - 1; index >= 0; index--) {
    allPredicted += predicted[index + 1];
    allRight += right[index + 1];
    const precision = allRight / (allPredicted + 1e-20);
    const recall = allRight / (sounding + 1e-20);
    const below = betaSquared * precision + recall;
    curve[index] = below === 0 ? 0 : ((1 + betaSquared) * precision * recall) / below;
  }
  return curve;
}

/** How many thresholds are not above it. They are almost evenly spaced, so that the first guess is next to right. */
function thresholdsReached(probability: number): number {
  if (Number.isNaN(probability)) return 0;
  const last = thresholds.length - 1;
  let reached = Math.min(last, Math.max(0, Math.floor(probability * last)));
  while (reached <= last && thresholds[reached] <= probability) reached++;
  while (reached > 0 && thresholds[reached - 1] > probability) reached--;
  return reached;
}
