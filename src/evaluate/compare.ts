/**
 * Two measurements against each other, on the pairs that both have: each pair is compared with itself, so that what is
 * hard for both does not hide what one does better.
 */
import { LookhearError } from '../errors.ts';
import { areaUnderCurve } from '../metrics/consensusIou.ts';
import { finiteOrNull, reportedRules } from './cious.ts';
import type { Estimate } from './evaluation.ts';
import type { ScoredItem } from './itemRecord.ts';
import type { Measured, MeasuredPair } from './readMeasured.ts';
import { answerCounts } from './tables/answers.ts';
import { type Clusters, differenceOf } from './tables/estimates.ts';

export const comparisonSchema = 'lookhear/comparison@1';

export interface ComparedSide {
  readonly path: string;
  /** Null for a file of `lookhear score`. */
  readonly model: { readonly name: string; readonly version: string; readonly sha256: string } | null;
  readonly pairs: number;
  /** Pairs that the other one does not have, and the first hundred of them. */
  readonly alone: { readonly count: number; readonly ids: readonly string[] };
}

/** Shares 0..1; null where one of the pairs is undefined. */
export interface ComparedFigure {
  readonly rule: string;
  readonly measure: 'success' | 'auc' | 'meanCiou';
  readonly count: number;
  readonly a: number | null;
  readonly b: number | null;
  /** B - A, pair by pair, with its 95 % interval by bootstrap over scenes. */
  readonly difference: Estimate;
  /** Two-sided, from sign flips of scenes. */
  readonly p: number | null;
}

/** Share of looks that were answered "here". */
export interface ComparedAnswers {
  readonly condition: string;
  readonly present: boolean;
  readonly a: number;
  readonly b: number;
}

export interface ChangedPair {
  readonly id: string;
  readonly a: number;
  readonly b: number;
}

export interface Comparison {
  readonly schema: typeof comparisonSchema;
  readonly a: ComparedSide;
  readonly b: ComparedSide;
  /** Pairs that both have. */
  readonly count: number;
  readonly figures: readonly ComparedFigure[];
  /** Null unless both are evaluations. */
  readonly answers: readonly ComparedAnswers[] | null;
  /** By consensus IoU under `rule`, the largest change first; null where they have no rule in common. */
  readonly changed: {
    readonly rule: string;
    readonly better: readonly ChangedPair[];
    readonly worse: readonly ChangedPair[];
  } | null;
  /** What the two do not have in common and should have, in plain sentences. */
  readonly notes: readonly string[];
}

/** So many pairs that changed are listed, each way. */
const mostChanged = 10;

const mostAlone = 100;

const seed = 1;

interface Both {
  readonly id: string;
  readonly a: MeasuredPair;
  readonly b: MeasuredPair;
}

/**
 * Deterministic: the same two give the same comparison.
 * @param only A rule; unset: all that both have.
 * @throws LookhearError INPUT_UNSUPPORTED where they have nothing in common, or where one id is of two different sources;
 *   USAGE where they do not have that rule
 */
export function compare(a: Measured, b: Measured, only?: string): Comparison {
  const both = [...a.pairs].flatMap(([id, pair]): Both[] => {
    const other = b.pairs.get(id);
    return other ? [{ id, a: pair, b: other }] : [];
  });
  checkComparable(a, b, both);
  const rules = rulesOf(both, only);
  const answers = answersOf(both);
  if (rules.length === 0 && answers === null) {
    throw new LookhearError('INPUT_UNSUPPORTED', `${a.path} and ${b.path} have no rule in common.`, {
      hint: 'Score both with the same rules.',
    });
  }
  return {
    schema: comparisonSchema,
    a: sideOf(a, b),
    b: sideOf(b, a),
    count: both.length,
    figures: rules.flatMap((rule) => figuresOf(both, rule)),
    answers,
    changed: changesOf(both, rules),
    notes: notesOn(a, b),
  };
}

function checkComparable(a: Measured, b: Measured, both: readonly Both[]): void {
  if (both.length === 0) {
    throw new LookhearError('INPUT_UNSUPPORTED', `${a.path} and ${b.path} have no pair in common.`, {
      hint: 'Pairs are the same where their ids are; compare what was measured on one test set.',
    });
  }
  const other = both.find(
    ({ a: { record: one }, b: { record: two } }) =>
      one !== null && two !== null && (one.sources !== two.sources || one.area !== two.area),
  );
  if (other === undefined) return;
  throw new LookhearError(
    'INPUT_UNSUPPORTED',
    `Cannot compare ${a.path} with ${b.path}: "${other.id}" has another source in the one than in the other.`,
    { hint: 'Evaluate both on the same annotations.' },
  );
}

/** Those that both have, the reported ones first. */
function rulesOf(both: readonly Both[], only: string | undefined): string[] {
  const rules = new Set(both.flatMap(({ a, b }) => [...a.cious.keys()].filter((rule) => b.cious.has(rule))));
  const reported: readonly string[] = reportedRules.filter((rule) => rules.has(rule));
  const common = [...reported, ...[...rules].filter((rule) => !reported.includes(rule))];
  if (only === undefined) return common;
  if (rules.has(only)) return [only];
  throw new LookhearError('USAGE', `The two have no rule "${only}" in common.`, {
    hint: `Both have ${common.join(', ') || 'none'}.`,
  });
}

/** A mean cIoU is NaN where one pair's is, which is a miss for the others. */
const measures = {
  success: (ciou: number) => Number(ciou >= 0.5),
  auc: (ciou: number) => areaUnderCurve([ciou]),
  meanCiou: (ciou: number) => ciou,
} as const;

function figuresOf(both: readonly Both[], rule: string): ComparedFigure[] {
  const pairs = withRule(both, rule);
  const clusters = clustersOf(pairs);
  return (['success', 'auc', 'meanCiou'] as const).map((measure) => {
    const of = measures[measure];
    const one = pairs.map(({ a }) => of(a.cious.get(rule)!));
    const two = pairs.map(({ b }) => of(b.cious.get(rule)!));
    const { difference, p } = differenceOf(
      one.map((value, index) => two[index] - value),
      clusters,
    );
    return {
      rule,
      measure,
      count: pairs.length,
      a: finiteOrNull(mean(one)),
      b: finiteOrNull(mean(two)),
      difference,
      p: p === null ? null : finiteOrNull(p),
    };
  });
}

function withRule(both: readonly Both[], rule: string): Both[] {
  return both.filter(({ a, b }) => a.cious.has(rule) && b.cious.has(rule));
}

/** Scenes, where one of the two knows them. */
function clustersOf(pairs: readonly Both[]): Clusters {
  const numbers = new Map<string, number>();
  const of = pairs.map(({ id, a, b }) => {
    const scene = a.scene ?? b.scene;
    const name = scene === null ? `pair ${id}` : `scene ${scene}`;
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  });
  return { of, seed };
}

function answersOf(both: readonly Both[]): ComparedAnswers[] | null {
  const records = both.flatMap(({ a, b }) => (a.record && b.record ? [{ a: a.record, b: b.record }] : []));
  if (records.length === 0) return null;
  const one = answerCounts(records.map(({ a }): ScoredItem => a));
  const two = answerCounts(records.map(({ b }): ScoredItem => b));
  return one.flatMap(({ condition, present, count, here }) => {
    const other = two.find((entry) => entry.condition === condition);
    return other ? [{ condition, present, a: here / count, b: other.here / other.count }] : [];
  });
}

function changesOf(both: readonly Both[], rules: readonly string[]): Comparison['changed'] {
  const rule = rules.includes('align_adaptive') ? 'align_adaptive' : rules[0];
  if (rule === undefined) return null;
  const changes = withRule(both, rule)
    .map(({ id, a, b }): ChangedPair => ({ id, a: a.cious.get(rule)!, b: b.cious.get(rule)! }))
    .filter(({ a, b }) => Number.isFinite(b - a));
  const rise = ({ a, b }: ChangedPair): number => b - a;
  return {
    rule,
    better: changes
      .filter((pair) => rise(pair) > 0)
      .sort((one, two) => rise(two) - rise(one))
      .slice(0, mostChanged),
    worse: changes
      .filter((pair) => rise(pair) < 0)
      .sort((one, two) => rise(one) - rise(two))
      .slice(0, mostChanged),
  };
}

function sideOf({ path, plan, pairs }: Measured, other: Measured): ComparedSide {
  const alone = [...pairs.keys()].filter((id) => !other.pairs.has(id));
  return {
    path,
    model: plan?.model ?? null,
    pairs: pairs.size,
    alone: { count: alone.length, ids: alone.slice(0, mostAlone) },
  };
}

function notesOn(a: Measured, b: Measured): string[] {
  const notes = [a, b].flatMap(({ path, plan, pairs, skipped }) => {
    const missing = plan === null ? 0 : plan.items - pairs.size - skipped;
    return missing > 0 ? [`${path} is not finished: ${missing} of ${plan?.items} pairs are still to be done.`] : [];
  });
  if (a.plan === null || b.plan === null) return notes;
  if (a.plan.dataSha256 !== b.plan.dataSha256) {
    notes.push(
      'The two were measured on different data (their checksums differ); only pairs of the same id are compared.',
    );
  }
  if (a.plan.threshold !== b.plan.threshold) {
    notes.push(
      `The threshold of the universal rule is ${a.plan.threshold ?? 'none'} in A and ${b.plan.threshold ?? 'none'} in B.`,
    );
  }
  if (a.plan.seed !== b.plan.seed) {
    notes.push(`The seed is ${a.plan.seed} in A and ${b.plan.seed} in B, so wrong sounds are not the same ones.`);
  }
  if (a.plan.model.sha256 === b.plan.model.sha256) notes.push('Both are of the same model.');
  return notes;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
