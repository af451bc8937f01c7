/**
 * Metrics for sets in which some sounds come from nothing in the picture (Mo & Morgado, "A Closer Look at
 * Weakly-Supervised Audio-Visual Source Localization", NeurIPS 2022; EvaluatorFull of SLAVC; METRICS section 5). A map is
 * a detection where its confidence reaches a threshold, and a right one where there is a source and its consensus IoU
 * reaches a least one.
 *
 * - AP: area under precision against recall, the threshold falling.
 * - max-F1: the best F1 at some tenth of the confidences.
 * - LocAcc ("Precision-visible"): precision over items with a source, everything a detection.
 * - AUC: under the success curve of the items with a source.
 *
 * As published: a detection in the wrong place is not a miss, so recall reaches 1 early and may fall again, and AP lacks
 * the part below the first recall and may hold negative terms; of one item, or of two, it is 0. The least confidence is a
 * threshold and the largest, for AP, is not. Precision is 1 where nothing is detected, recall where nothing was to be
 * found, F1 0 where both are 0. NaN as a consensus IoU is a wrong place; NaN as a confidence reaches no threshold.
 * Shares are 0..1. Everything is NaN where there are no items, AUC also where none has a source.
 */
import { areaUnderCurve, precisionAt50 } from './consensusIou.ts';
import { sumOfLargest } from './sumOfLargest.ts';

export interface SlavcSample {
  /** Number of boxes; 0: nothing in the picture makes the sound. */
  readonly boxes: number;
  readonly ciou: number;
  readonly confidence: number;
  /** sum(G) in pixels of 224 x 224. */
  readonly area: number;
}

/** By the side of a square of the same area in a picture of 224 x 224: 32, 96, 144. */
export const sizeClasses = ['small', 'medium', 'large', 'huge'] as const;
export type SizeClass = (typeof sizeClasses)[number];

/** @param area sum(G) in pixels of 224 x 224 */
export function sizeClassOf(area: number): SizeClass {
  if (area < 32 ** 2) return 'small';
  if (area < 96 ** 2) return 'medium';
  return area < 144 ** 2 ? 'large' : 'huge';
}

/**
 * Confidence of a map: the mean of the largest quarter of its values (of n / 4 of them, rounded down, at least one); NaN
 * where it holds a NaN or nothing. The evaluator adds up in float32, this in float64: they differ by 1e-7.
 * @param map Not stretched to its own range. SLAVC's own maps go through `slavcScore` of normalise.ts first.
 */
export function slavcConfidence(map: Float32Array): number {
  if (map.length === 0) return Number.NaN;
  const count = Math.max(1, map.length >> 2);
  return sumOfLargest(map, count) / count;
}

export interface SlavcScores {
  readonly precision: number;
  readonly ap: number;
  /** F1 at every tenth of the confidences, from the least: 10 to 19 numbers, or one for each of fewer than 10 items. */
  readonly f1: readonly number[];
  /** The papers give it in percent, rounded as by `percentOneDigit`. */
  readonly maxF1: number;
  /** Area under the success curve of the items with a source. */
  readonly auc: number;
}

/** @param leastCiou From which consensus IoU a place is right: 0.5 or 0.75 in the paper. */
export function slavcScores(samples: readonly SlavcSample[], leastCiou = 0.5): SlavcScores {
  const count = samples.length;
  if (count === 0) return { precision: Number.NaN, ap: Number.NaN, f1: [], maxF1: Number.NaN, auc: Number.NaN };
  const at = detectionsAt(samples, leastCiou);
  const ascending = Float64Array.from(samples, ({ confidence }) => confidence).sort();
  const f1 = everyNth(ascending, Math.max(1, Math.floor(count / 10))).map((threshold) => f1Of(at(threshold)));
  const descending = everyNth(ascending.subarray(0, -1).toReversed(), Math.max(1, Math.floor(count / 200)));
  const cious = samples.filter(({ boxes }) => boxes > 0).map(({ ciou }) => ciou);
  return {
    precision: precisionAndRecall(at(-1000)).precision,
    ap: averagePrecision(descending.map((threshold) => precisionAndRecall(at(threshold)))),
    f1,
    maxF1: Math.max(...f1),
    auc: cious.length === 0 ? Number.NaN : areaUnderCurve(cious),
  };
}

export interface SlavcEvaluation {
  readonly all: SlavcScores;
  /** Items with a source; its precision is LocAcc. */
  readonly visible: SlavcScores;
  /** Items with a source of that size. */
  readonly sizes: Readonly<Record<SizeClass, SlavcScores>>;
  /** `precision_at_50()`: share of items with a source that exceed 0.5, where the others count those that reach it. */
  readonly strictPrecision: number;
}

export function evaluateSlavc(samples: readonly SlavcSample[], leastCiou = 0.5): SlavcEvaluation {
  const visible = samples.filter(({ boxes }) => boxes > 0);
  const ofSize = (size: SizeClass): SlavcScores =>
    slavcScores(
      visible.filter(({ area }) => sizeClassOf(area) === size),
      leastCiou,
    );
  return {
    all: slavcScores(samples, leastCiou),
    visible: slavcScores(visible, leastCiou),
    sizes: { small: ofSize('small'), medium: ofSize('medium'), large: ofSize('large'), huge: ofSize('huge') },
    strictPrecision: precisionAt50(visible.map(({ ciou }) => ciou)),
  };
}

/** F1 where everything of at least that confidence is a detection. */
export function slavcF1(samples: readonly SlavcSample[], threshold: number, leastCiou = 0.5): number {
  return f1Of(detectionsAt(samples, leastCiou)(threshold));
}

/** A share in percent with one digit, as the evaluator prints F1: Python rounds an exact tie to even. */
export function percentOneDigit(share: number): string {
  const percent = 100 * share;
  // Only odd multiples of a quarter lie exactly between two tenths.
  const isTie = Math.abs((percent * 4) % 2) === 1;
  if (!isTie) return percent.toFixed(1);
  const below = Math.floor(percent * 10);
  return ((below % 2 === 0 ? below : below + 1) / 10).toFixed(1);
}

interface Detections {
  readonly right: number;
  readonly wrong: number;
  readonly missed: number;
}

/** Counts at any threshold, from counts of the samples in the order of their confidence. */
function detectionsAt(samples: readonly SlavcSample[], leastCiou: number): (threshold: number) => Detections {
  const sorted = samples
    .filter(({ confidence }) => !Number.isNaN(confidence))
    .sort((a, b) => a.confidence - b.confidence);
  const sources = samples.filter(({ boxes }) => boxes > 0).length;
  const rightFrom = new Float64Array(sorted.length + 1);
  const sourcesFrom = new Float64Array(sorted.length + 1);
  for (let index = sorted.length - 1; index >= 0; index--) {
    const { boxes, ciou } = sorted[index];
    rightFrom[index] = rightFrom[index + 1] + (boxes > 0 && ciou >= leastCiou ? 1 : 0);
    sourcesFrom[index] = sourcesFrom[index + 1] + (boxes > 0 ? 1 : 0);
  }
  return (threshold) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle].confidence >= threshold) high = middle;
      else low = middle + 1;
    }
    return { right: rightFrom[low], wrong: sorted.length - low - rightFrom[low], missed: sources - sourcesFrom[low] };
  };
}

interface PrecisionAndRecall {
  readonly precision: number;
  readonly recall: number;
}

/** 1 where nothing is detected, or nothing is there to be found. */
function precisionAndRecall({ right, wrong, missed }: Detections): PrecisionAndRecall {
  return {
    precision: right + wrong === 0 ? 1 : right / (right + wrong),
    recall: right + missed === 0 ? 1 : right / (right + missed),
  };
}

function f1Of(detections: Detections): number {
  const { precision, recall } = precisionAndRecall(detections);
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

/** Under the envelope of the precisions to come; 0 where there are fewer than two thresholds. */
function averagePrecision(points: readonly PrecisionAndRecall[]): number {
  let envelope = 0;
  let area = 0;
  for (let index = points.length - 1; index >= 0; index--) {
    envelope = Math.max(envelope, points[index].precision);
    if (index + 1 < points.length) area += envelope * (points[index + 1].recall - points[index].recall);
  }
  return area;
}

function everyNth(values: Float64Array, step: number): number[] {
  return Array.from(values.filter((_, index) => index % step === 0));
}
