/** The main table: the model with its own sounds, and all that it must be better than, under each rule. */
import { areaUnderCurve, successCurve } from '../../metrics/consensusIou.ts';
import { reportedRules } from '../cious.ts';
import type { PairedDifference, RuleScores, SystemScores } from '../evaluation.ts';
import { type Cious, type FloorName, floorNames, type ScoredItem, type SoundCondition } from '../itemRecord.ts';
import { type Clusters, differenceOf, estimateOf } from './estimates.ts';

interface System {
  readonly name: string;
  readonly kind: SystemScores['kind'];
  /** NaN where it is undefined, undefined where the item says nothing under that rule. */
  readonly ciou: (item: ScoredItem, rule: string) => number | undefined;
}

const controls: readonly SoundCondition[] = ['wrong', 'shuffled', 'picture only', 'silence', 'white noise'];

const controlNames: Readonly<Partial<Record<SoundCondition, string>>> = {
  wrong: 'wrong sound',
  shuffled: 'shuffled sound',
};

const systems: readonly System[] = [
  { name: 'own sound', kind: 'model', ciou: underSound('own') },
  ...controls.map((condition): System => {
    return { name: controlNames[condition] ?? condition, kind: 'control', ciou: underSound(condition) };
  }),
  ...floorNames.map((name): System => ({ name, kind: 'floor', ciou: ofFloor(name) })),
  {
    name: 'best possible under the half rule',
    kind: 'ceiling',
    ciou: ({ ceiling }, rule) => (rule === 'half_ez' ? (ceiling ?? undefined) : undefined),
  },
];

export function systemScores(items: readonly ScoredItem[], clusters: Clusters): SystemScores[] {
  const modelRules = Object.keys(items[0]?.maps.own?.ciou ?? {});
  return systems.flatMap(({ name, kind, ciou }) => {
    const told = kind === 'model' ? modelRules : reportedRules;
    const rows = told.flatMap((rule) => {
      const values = items.map((item) => ciou(item, rule));
      return values.every((value) => value === undefined) ? [] : [[rule, ruleScores(values, clusters)] as const];
    });
    if (rows.length === 0) return [];
    const count = items.filter((item) => ciou(item, rows[0][0]) !== undefined).length;
    return [{ name, kind, count, rules: Object.fromEntries(rows) }];
  });
}

function ruleScores(values: readonly (number | undefined)[], clusters: Clusters): RuleScores {
  return {
    success: estimateOf(values.map(successOf), clusters),
    auc: estimateOf(values.map(aucOf), clusters),
    meanCiou: estimateOf(values, clusters),
    curve: successCurve(values.filter((value) => value !== undefined)),
  };
}

const measures = { success: successOf, auc: aucOf } as const;

/** The model less each control and floor, on the items that both have. */
export function pairedDifferences(items: readonly ScoredItem[], clusters: Clusters): PairedDifference[] {
  const [model, ...others] = systems.filter(({ kind }) => kind !== 'ceiling');
  return others.flatMap((other) =>
    reportedRules.flatMap((rule) =>
      (['success', 'auc'] as const).flatMap((measure) => {
        const value = measures[measure];
        const differences = items.map((item) => {
          const [own, theirs] = [model.ciou(item, rule), other.ciou(item, rule)];
          return own === undefined || theirs === undefined ? undefined : value(own)! - value(theirs)!;
        });
        const count = differences.filter((difference) => difference !== undefined).length;
        if (count === 0) return [];
        return [{ against: other.name, rule, measure, count, ...differenceOf(differences, clusters) }];
      }),
    ),
  );
}

/** NaN is a miss. */
function successOf(ciou: number | undefined): number | undefined {
  return ciou === undefined ? undefined : Number(ciou >= 0.5);
}

/** Of one item; that of a set is the mean. */
function aucOf(ciou: number | undefined): number | undefined {
  return ciou === undefined ? undefined : areaUnderCurve([ciou]);
}

function underSound(condition: SoundCondition): System['ciou'] {
  return (item, rule) => ciouUnder(item.maps[condition]?.ciou, rule);
}

/** A mask has the same value under every rule. */
function ofFloor(name: FloorName): System['ciou'] {
  return (item, rule) => ciouUnder(item.floors[name], 'any') ?? ciouUnder(item.floors[name], rule);
}

function ciouUnder(cious: Cious | undefined, rule: string): number | undefined {
  const value = cious?.[rule];
  return value === null ? Number.NaN : value;
}
