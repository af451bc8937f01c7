/**
 * Scores one map of any size under many rules at once: the parts that rules share (resizing, range, order statistics)
 * are made once, and a rule then costs a comparison a pixel.
 */
import type { PixelMap } from '../picture/picture.ts';
import { CiouTally, type RuleScores } from './consensusIou.ts';
import { sizeOf } from './groundTruth.ts';
import {
  aclRule,
  aclThresholds,
  cutOf,
  type MapView,
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
  { rules, threshold }: ScoreOptions<Name> = {},
): Record<Name, number> {
  const names = rules ?? ((threshold == null ? ownRules : ruleNames) as readonly Name[]);
  const chosen = names.map((name) => maskRules[name]);
  const cious = ciousOf(chosen, typeof map === 'function' ? map : prepareMap(map), groundTruth, threshold ?? undefined);
  return Object.fromEntries(names.map((name, index) => [name, cious[index]])) as Record<Name, number>;
}

/** Consensus IoUs under `acl_grid`: one for each of `aclThresholds`. ACL reports the threshold that is best overall. */
export function scoreAclGrid(map: PixelMap, groundTruth: Float32Array): number[] {
  return ciousOf(aclThresholds.map(aclRule), prepareMap(map), groundTruth);
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
  threshold?: number,
): number[] {
  const { weight, pixels } = sizeOf(groundTruth);
  const views = rules.map(({ resize }) => map(resize));
  const cuts = rules.map((rule, index) => cutOf(rule, views[index], pixels, threshold));
  const cious = new Map<MapView, (cut: number) => number>();
  for (const view of new Set(views)) {
    const own = cuts.filter((cut, index) => views[index] === view && !Number.isNaN(cut));
    cious.set(view, ciouByCut(own, view.values, groundTruth, weight));
  }
  return cuts.map((cut, index) => cious.get(views[index])!(cut));
}

/** Consensus IoU of the mask of all pixels from a cut up, for all cuts in one pass; NaN for others. */
function ciouByCut(
  cuts: readonly number[],
  values: Float32Array,
  groundTruth: Float32Array,
  weight: number,
): (cut: number) => number {
  const steps = Float64Array.from(new Set(cuts)).sort();
  // What lies between a cut and the next.
  const hits = new Float64Array(steps.length + 1);
  const misses = new Float64Array(steps.length + 1);
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    let step = 0;
    while (step < steps.length && value >= steps[step]) step++;
    const truth = groundTruth[index];
    if (truth === 0) misses[step]++;
    else hits[step] += truth;
  }
  const cious = new Map<number, number>();
  let [hit, miss] = [0, 0];
  for (let step = steps.length; step > 0; step--) {
    hit += hits[step];
    miss += misses[step];
    cious.set(steps[step - 1], hit / (weight + miss));
  }
  return (cut) => cious.get(cut) ?? Number.NaN;
}
