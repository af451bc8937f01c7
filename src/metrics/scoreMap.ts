/**
 * Scores one map of any size under many rules at once: the parts that rules share (resizing, range, order statistics)
 * are made once, and a rule then costs a comparison a pixel.
 */
import type { PixelMap } from '../picture/picture.ts';
import { CiouTally, type RuleScores } from './consensusIou.ts';
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
  truthPixelsOf,
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

function ciousOf(rules: readonly MaskRule[], map: PreparedMap, groundTruth: Float32Array, threshold?: number) {
  const truthPixels = truthPixelsOf(groundTruth);
  const truth = groundTruth.reduce((sum, weight) => sum + weight, 0);
  // Rules that cut one map at one value share the mask.
  const known = new Map<Float32Array, Map<number, number>>();
  return rules.map((rule) => {
    const view = map(rule.resize);
    const cut = cutOf(rule, view, truthPixels, threshold);
    if (Number.isNaN(cut)) return Number.NaN;
    const byCut = known.get(view.values) ?? new Map<number, number>();
    known.set(view.values, byCut);
    const ciou = byCut.get(cut) ?? ciouFrom(cut, view.values, groundTruth, truth);
    byCut.set(cut, ciou);
    return ciou;
  });
}

/** Consensus IoU of the mask of all pixels from a value up. */
function ciouFrom(cut: number, values: Float32Array, groundTruth: Float32Array, truth: number): number {
  let hit = 0;
  let kept = 0;
  let keptInTruth = 0;
  for (let index = 0; index < values.length; index++) {
    const isKept = values[index] >= cut ? 1 : 0;
    const weight = groundTruth[index];
    hit += isKept * weight;
    kept += isKept;
    keptInTruth += isKept & (weight !== 0 ? 1 : 0);
  }
  return hit / (truth + kept - keptInTruth);
}
