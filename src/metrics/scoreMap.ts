/**
 * Scores one map of any size under many rules at once: the parts that rules share (resizing, range, order statistics)
 * are made once, and a rule then costs a comparison a pixel.
 */
import type { PixelMap } from '../picture/picture.ts';
import { CiouTally, type RuleScores } from './consensusIou.ts';
import { type OrderedValues, placeOf } from './floatOrder.ts';
import { evaluationSide, sizeOf, type TruthSize } from './groundTruth.ts';
import {
  aclRule,
  aclThresholds,
  cutOf,
  type MaskRule,
  maskRules,
  type PreparedMap,
  prepareMap,
  type RuleName,
  ruleNames,
} from './mapToMask.ts';

export interface ScoreOptions<Name extends RuleName> {
  /** Unset: all, `universal` only where there is a threshold. */
  readonly rules?: readonly Name[];
  /** The universal threshold, in the map's own values; null: none. */
  readonly threshold?: number | null | undefined;
  /** Of the ground truth, where it is known already; many maps may have one truth. */
  readonly size?: TruthSize;
}

/** The rules that need no threshold of the user. */
export const ownRules: readonly RuleName[] = ruleNames.filter((name) => maskRules[name].threshold !== 'given');

/**
 * Consensus IoU of a map under each rule, NaN where it is undefined.
 * @param map Of any size and range; what was prepared before is not prepared again.
 * @param groundTruth 224 x 224, as of `groundTruthOf`.
 * Fails with INPUT_UNSUPPORTED where the map holds values that are not finite.
 */
export function scoreMap<Name extends RuleName = RuleName>(
  map: PixelMap | PreparedMap,
  groundTruth: Float32Array,
  { rules, threshold, size = sizeOf(groundTruth) }: ScoreOptions<Name> = {},
): Record<Name, number> {
  const names = rules ?? ((threshold == null ? ownRules : ruleNames) as readonly Name[]);
  const prepared = typeof map === 'function' ? map : prepareMap(map);
  const chosen = names.map((name) => maskRules[name]);
  const cious = ciousOf(chosen, prepared, groundTruth, size, threshold ?? undefined);
  return Object.fromEntries(names.map((name, index) => [name, cious[index]])) as Record<Name, number>;
}

/** Consensus IoUs under `acl_grid`: one for each of `aclThresholds`. ACL reports the threshold that is best overall. */
export function scoreAclGrid(map: PixelMap, groundTruth: Float32Array): number[] {
  return ciousOf(aclThresholds.map(aclRule), prepareMap(map), groundTruth, sizeOf(groundTruth));
}

/** success, AUC and mean of each rule over many maps. */
export function scoresByRule<Name extends string>(
  items: readonly Readonly<Record<Name, number>>[],
): Record<Name, RuleScores> {
  const tallies = new Map<Name, CiouTally>();
  for (const item of items) {
    for (const [name, ciou] of Object.entries(item) as [Name, number][]) {
      const tally = tallies.get(name) ?? new CiouTally();
      tallies.set(name, tally);
      tally.add(ciou);
    }
  }
  return Object.fromEntries([...tallies].map(([name, tally]) => [name, tally.scores()])) as Record<Name, RuleScores>;
}

function ciousOf(
  rules: readonly MaskRule[],
  map: PreparedMap,
  groundTruth: Float32Array,
  { weight, pixels }: TruthSize,
  threshold?: number,
): number[] {
  if (groundTruth.length !== evaluationSide ** 2) {
    throw new RangeError(`Expected a ground truth of 224 x 224, got ${groundTruth.length} values.`);
  }
  const views = rules.map(({ resize }) => map(resize));
  const cuts = rules.map((rule, index) => cutOf(rule, views[index], pixels, threshold));
  const byCut = new Map<OrderedValues, ReadonlyMap<number, number>>();
  for (const view of new Set(views)) {
    const own = cuts.filter((cut, index) => views[index] === view && !Number.isNaN(cut));
    byCut.set(view, ciousByCut(own, view, groundTruth, weight));
  }
  return cuts.map((cut, index) => byCut.get(views[index])?.get(cut) ?? Number.NaN);
}

/** Consensus IoU of the masks of all pixels from each cut up, in one pass. */
function ciousByCut(
  cuts: readonly number[],
  { places }: OrderedValues,
  groundTruth: Float32Array,
  weight: number,
): ReadonlyMap<number, number> {
  const rising = [...new Set(cuts)].sort((a, b) => a - b);
  // The sums of what lies between a cut and the next.
  const hits = new Float64Array(rising.length + 1);
  const misses = new Float64Array(rising.length + 1);
  addBySteps(Uint32Array.from(rising, placeOf), places, groundTruth, hits, misses);
  const cious = new Map<number, number>();
  let [hit, miss] = [0, 0];
  for (let step = rising.length; step > 0; step--) {
    hit += hits[step];
    miss += misses[step];
    cious.set(rising[step - 1], hit / (weight + miss));
  }
  return cious;
}

/** Marks the upper halves of places in which a step lies, so that the whole place must be compared. */
const undecided = 0xff;

/** Adds each pixel to the hits or the misses of its step, the number of cuts that it reaches. */
function addBySteps(
  steps: Uint32Array,
  places: Uint32Array,
  groundTruth: Float32Array,
  hits: Float64Array,
  misses: Float64Array,
): void {
  // On a map of noise every comparison would be mispredicted half of the time; the upper half of a place mostly decides.
  const stepOfUpperHalf = new Uint8Array(0x10000);
  for (const [index, step] of steps.entries()) stepOfUpperHalf.fill(index + 1, (step >>> 16) + 1);
  for (const step of steps) stepOfUpperHalf[step >>> 16] = undecided;
  for (let index = 0; index < places.length; index++) {
    const place = places[index];
    let reached = stepOfUpperHalf[place >>> 16];
    if (reached === undecided) {
      reached = 0;
      while (reached < steps.length && place >= steps[reached]) reached++;
    }
    const truth = groundTruth[index];
    if (truth === 0) misses[reached]++;
    else hits[reached] += truth;
  }
}
