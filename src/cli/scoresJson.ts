/** What `score` found out over all maps, and the object that `--json` prints of it. */
import type { CiouTally, RuleScores } from '../metrics/consensusIou.ts';
import { ruleNames } from '../metrics/mapToMask.ts';
import type { FloorName } from './scoreWorkers.ts';

export interface Scores {
  readonly rules: Map<string, CiouTally>;
  readonly floors: Readonly<Record<FloorName, Map<string, CiouTally>>>;
  /** Of the best masks of half of the picture. */
  readonly ceiling: CiouTally;
  /** Scored items in whose annotation nothing is marked. */
  withoutSource: number;
  readonly missing: string[];
  readonly unreadable: { readonly id: string; readonly problem: string }[];
}

/** Shares as they are, NaN as null. */
export function scoresJson(scores: Scores, threshold: number | null): object {
  const { rules, floors, ceiling, withoutSource, missing, unreadable } = scores;
  // Where no map could be scored, every rule is still there.
  const names = ruleNames.filter((name) => name !== 'universal' || threshold !== null);
  const table = (tallies: Map<string, CiouTally>, wanted: readonly string[]): object =>
    Object.fromEntries(wanted.map((name) => [name, scoresOf(tallies.get(name))]));
  return {
    schema: 'lookhear/scores@1',
    count: ceiling.count,
    rules: table(rules, names),
    threshold,
    withoutSource,
    floors: Object.fromEntries(
      Object.entries(floors).map(([name, tallies]) => [name, table(tallies, [...tallies.keys()])]),
    ),
    halfRuleCeiling: scoresOf(ceiling),
    missing,
    unreadable,
  };
}

function scoresOf(tally: CiouTally | undefined): Record<keyof RuleScores, number | null> {
  const { success, auc, meanCiou } = tally?.scores() ?? { success: NaN, auc: NaN, meanCiou: NaN };
  return { success: finite(success), auc: finite(auc), meanCiou: finite(meanCiou) };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
