/**
 * From a map to the pixels that count as the answer. The rule decides the number, so each has a name, and all stand in
 * one table: how the map becomes 224 x 224, how it is normalised, where the threshold lies, and what is compared.
 *
 * The evaluators compute all of this in float32 (their ground truth and their sums are float64), and so does this file,
 * step by step: where a map holds one value that is far above the others, `1 - minmax(-x)` rounds the others to ties,
 * and a strict comparison then keeps none of them; a raw score below 2e-6 disappears in SLAVC's `x + 1/tau`, so that
 * slightly negative pixels pass `>= 0`. A threshold given by the user is rounded to float32 as NumPy does.
 *
 * Every normalisation rises with the value. So its order statistics are those of the map, normalised, and every mask is
 * "all pixels from some value up": the cut, which is all that scoring needs.
 */
import { LookhearError } from '../errors.ts';
import type { PixelMap } from '../picture/picture.ts';
import { leastKept, type OrderedValues, orderValues, placeOf } from './floatOrder.ts';
import { evaluationSide, sizeOf } from './groundTruth.ts';
import { invertedTwice, minmax, type Normalise, rangeOf, slavcScore, unguardedMinmax } from './normalise.ts';
import { type ResizeConvention, resizeForEvaluation } from './resizeForEvaluation.ts';

const { fround, trunc } = Math;

/** Each with the range of the resized map. */
const normalisations = {
  none: () => (value) => value,
  minmax,
  'minmax, unguarded': unguardedMinmax,
  '1 - minmax(-x)': invertedTwice,
  'SLAVC score': () => slavcScore,
  'minmax of SLAVC score': (low, high) => {
    const stretched = minmax(slavcScore(low), slavcScore(high));
    return (value) => stretched(slavcScore(value));
  },
} as const satisfies Record<string, (low: number, high: number) => Normalise>;

/** What a normalised value becomes: in the mask (1), out of it (0), or NaN, which spoils the whole mask. */
const comparisons = {
  '>=': (value, threshold) => Number(value >= threshold),
  '>': (value, threshold) => Number(value > threshold),
  /** LVS sets what is above to 1, then all below 1 to 0: what is 1 anyway stays. */
  '> or 1': (value, threshold) => Number(value > threshold || value >= 1),
  /** SSPL sets what reaches the threshold to 1, then all below 1 to 0: NaN stays. */
  '>=, or NaN': (value, threshold) => (value >= threshold ? 1 : value < 1 ? 0 : value),
} as const satisfies Record<string, (value: number, threshold: number) => number>;

export interface MaskRule {
  /** Who counts so. */
  readonly usedBy: string;
  readonly resize: ResizeConvention;
  readonly normalise: keyof typeof normalisations;
  /** The upper median; the value above which about as many pixels lie as the ground truth has; a number; or the user's. */
  readonly threshold: 'median' | 'truth' | 'given' | number;
  readonly compare: keyof typeof comparisons;
}

/** The rules by name, as METRICS and `lookhear score` write them. */
export const maskRules = {
  half_lvs: {
    usedBy: 'LVS, SSL-TIE',
    resize: 'cv2_linear',
    normalise: '1 - minmax(-x)',
    threshold: 'median',
    compare: '> or 1',
  },
  half_ez: {
    usedBy: 'EZ-VSL, FNAC',
    resize: 'torch_bilinear_align_true',
    normalise: 'minmax',
    threshold: 'median',
    compare: '>=',
  },
  slavc_relative: {
    usedBy: 'SLAVC --relative_prediction',
    resize: 'torch_bicubic_align_true',
    normalise: 'minmax of SLAVC score',
    threshold: 'median',
    compare: '>=',
  },
  slavc_absolute: {
    usedBy: 'SLAVC',
    resize: 'torch_bicubic_align_true',
    normalise: 'SLAVC score',
    threshold: 0.5,
    compare: '>=',
  },
  fixed_half: {
    usedBy: 'SSPL, as reported',
    resize: 'cv2_linear',
    normalise: 'minmax, unguarded',
    threshold: 0.5,
    compare: '>=',
  },
  half_sspl: {
    usedBy: 'SSPL without thres',
    resize: 'cv2_linear',
    normalise: 'minmax, unguarded',
    threshold: 'median',
    compare: '>=, or NaN',
  },
  align_half: {
    usedBy: 'SSLalignment',
    resize: 'cv2_linear',
    normalise: '1 - minmax(-x)',
    threshold: 'median',
    compare: '>',
  },
  align_adaptive: {
    usedBy: 'SSLalignment, "adap"',
    resize: 'cv2_linear',
    normalise: '1 - minmax(-x)',
    threshold: 'truth',
    compare: '>',
  },
  universal: { usedBy: 'vssl_eval', resize: 'cv2_linear', normalise: 'none', threshold: 'given', compare: '>' },
} as const satisfies Record<string, MaskRule>;

export type RuleName = keyof typeof maskRules;

/** In the order of METRICS section 3. */
export const ruleNames = Object.keys(maskRules) as readonly RuleName[];

/** ACL-SSL tries all of these on its sigmoid maps, which have 224 x 224 already, and reports the best. */
export const aclThresholds: readonly number[] = Array.from({ length: 19 }, (_, index) => (index + 1) / 20);

/** ACL's rule at one of its thresholds; `acl_grid` is all of them. */
export function aclRule(threshold: number): MaskRule {
  return { usedBy: 'ACL-SSL', resize: 'cv2_linear', normalise: 'none', threshold, compare: '>=' };
}

/** A map in all the sizes of 224 x 224 that rules ask for; each is made once. */
export type PreparedMap = (convention: ResizeConvention) => OrderedValues;

/**
 * @param map Of any size; its values may have any range.
 * @param name What to call the map in an error, a file name say.
 * Fails with INPUT_UNSUPPORTED where a value is not finite or the values lie further apart than float32 can tell.
 */
export function prepareMap(map: PixelMap, name = 'the map'): PreparedMap {
  const isOnGrid = map.width === evaluationSide && map.height === evaluationSide;
  const own = isOnGrid ? orderValues(map.data) : undefined;
  const { low, high } = own ?? rangeOf(map.data);
  // Cubic resizing overshoots by less than the range on either side.
  if (!Number.isFinite(fround(4 * (high - low)))) {
    throw new LookhearError('INPUT_UNSUPPORTED', `Cannot score ${name}: it holds NaN, infinite or enormous values.`, {
      hint: 'Write finite numbers; a system without an answer should write zeros.',
    });
  }
  const views = new Map<ResizeConvention, OrderedValues>();
  return (convention) => {
    const view = own ?? views.get(convention) ?? orderValues(resizeForEvaluation(map, convention));
    views.set(convention, view);
    return view;
  };
}

/**
 * The least value that a rule keeps in a map; Infinity where it keeps nothing, NaN where the mask is undefined.
 * @param truthPixels Pixels of the ground truth that are not 0; only rules with the threshold `truth` ask for it.
 * @param given The threshold of the user, for rules with the threshold `given`.
 */
export function cutOf(rule: MaskRule, view: OrderedValues, truthPixels: number, given?: number): number {
  const normalise = normalisations[rule.normalise](view.low, view.high);
  const compare = comparisons[rule.compare];
  const threshold = thresholdOf(rule, view, normalise, truthPixels, given);
  if (Number.isNaN(compare(normalise(view.high), threshold))) return Number.NaN;
  return leastKept(view.low, view.high, (value) => compare(normalise(value), threshold) === 1);
}

function thresholdOf(
  { threshold }: MaskRule,
  { places, valueOfRank }: OrderedValues,
  normalise: Normalise,
  truthPixels: number,
  given: number | undefined,
): number {
  if (threshold === 'median') return normalise(valueOfRank(trunc(places.length / 2)));
  if (threshold === 'truth') return normalise(valueOfRank(places.length - (truthPixels || places.length >> 1)));
  if (threshold !== 'given') return fround(threshold);
  if (given === undefined) throw new RangeError('Expected a threshold for a rule that has none of its own.');
  return fround(given);
}

/**
 * The mask itself, 224 x 224, 1 where the rule keeps the pixel. Where SSPL's is undefined (`half_sspl` of a constant
 * map), it is empty.
 */
export function maskOf(rule: RuleName, map: PixelMap, groundTruth: Float32Array, threshold?: number): Uint8Array {
  const view = prepareMap(map)(maskRules[rule].resize);
  const cut = cutOf(maskRules[rule], view, sizeOf(groundTruth).pixels, threshold);
  const leastPlace = placeOf(Number.isNaN(cut) ? Number.POSITIVE_INFINITY : cut);
  return Uint8Array.from(view.places, (place) => Number(place >= leastPlace));
}
