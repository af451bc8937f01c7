/** Consensus IoU of one map under the rules that an evaluation tells of. */
import type { RuleName } from '../metrics/mapToMask.ts';
import { ownRules, scoreMap } from '../metrics/scoreMap.ts';
import type { PixelMap } from '../picture/picture.ts';
import type { Cious } from './itemRecord.ts';

/** The rules under which everything is told (METRICS section 11); the others only for the model's own sound. */
export const reportedRules = ['half_ez', 'align_adaptive', 'universal'] as const satisfies readonly RuleName[];

export interface CiouOptions {
  /** Universal threshold; null: none. */
  readonly threshold: number | null;
  readonly rules: 'all' | 'reported';
}

/** @param truth On the evaluation grid. */
export function ciousOf(map: PixelMap, truth: Float32Array, { threshold, rules }: CiouOptions): Cious {
  const wanted: readonly RuleName[] = rules === 'all' ? [...ownRules, 'universal'] : reportedRules;
  const possible = wanted.filter((rule) => rule !== 'universal' || threshold !== null);
  const cious = scoreMap(map, truth, { rules: possible, threshold });
  return Object.fromEntries(possible.map((rule) => [rule, finiteOrNull(cious[rule])]));
}

export const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
