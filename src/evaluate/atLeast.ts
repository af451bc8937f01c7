/**
 * The rules of `evaluate --at-least`: a figure of the report, and what it must reach, so that a build fails when a model
 * gets worse. Figures are named as in report.json, `half_ez.success`; `align_adaptive.auc-centre` is the difference to a
 * floor or control, pair by pair.
 */
import { LookhearError } from '../errors.ts';
import { ruleNames } from '../metrics/mapToMask.ts';
import { reportedRules } from './cious.ts';
import type { Evaluation } from './evaluation.ts';

export interface AtLeast {
  /** As the user wrote it: `half_ez.success=0.4`. */
  readonly rule: string;
  readonly figure: string;
  /** A share or a difference of shares: -1..1. */
  readonly wanted: number;
}

type Figure = (evaluation: Evaluation) => number | null | undefined;

/** What a margin may be over, and its name among the systems of the report. */
const rivals = { centre: 'centre Gaussian', 'picture-only': 'picture only', wrong: 'wrong sound' } as const;

const figures: ReadonlyMap<string, Figure> = new Map<string, Figure>([
  ['ciou', scoreOf('half_ez', 'success')],
  ['auc', scoreOf('half_ez', 'auc')],
  ['f_loc', ({ negatives }) => negatives?.fLoc],
  ['f_auc', ({ negatives }) => negatives?.fAuc],
  ['ap', ({ extended }) => extended?.half_ez?.ap],
  ['max_f1', ({ extended }) => extended?.half_ez?.maxF1],
  ...ruleNames.flatMap((rule) =>
    (['success', 'auc', 'meanCiou'] as const).map((measure) => [`${rule}.${measure}`, scoreOf(rule, measure)] as const),
  ),
  ...reportedRules.flatMap((rule) =>
    (['success', 'auc'] as const).flatMap((measure) =>
      Object.entries(rivals).map(
        ([name, system]) => [`${rule}.${measure}-${name}`, marginOver(system, rule, measure)] as const,
      ),
    ),
  ),
]);

function scoreOf(rule: string, measure: 'success' | 'auc' | 'meanCiou'): Figure {
  return ({ systems }) => systems.find(({ kind }) => kind === 'model')?.rules[rule]?.[measure].value;
}

function marginOver(system: string, rule: string, measure: 'success' | 'auc'): Figure {
  return ({ differences }) =>
    differences.find((entry) => entry.against === system && entry.rule === rule && entry.measure === measure)
      ?.difference.value;
}

/**
 * @param text `figure=number`, such as `half_ez.success=0.4`.
 * @throws LookhearError USAGE, naming the figures that are known
 */
export function parseAtLeast(text: string): AtLeast {
  const [, figure = '', number = ''] = /^\s*([^=\s]+)\s*=\s*(\S+)\s*$/.exec(text) ?? [];
  if (!figures.has(figure)) {
    throw new LookhearError('USAGE', `Expected a figure and a number for --at-least, got "${text}".`, {
      hint: `Write for instance half_ez.success=0.4. There are ciou, auc, f_loc, f_auc, ap and max_f1 (the half_ez rule); RULE.success, RULE.auc and RULE.meanCiou with one of ${ruleNames.join(', ')}; and margins over ${Object.keys(rivals).join(', ')}, such as align_adaptive.auc-centre=0.05, under ${reportedRules.join(', ')}.`,
    });
  }
  const wanted = Number(number);
  if (!(wanted >= -1 && wanted <= 1)) {
    throw new LookhearError('USAGE', `Expected a number from -1 to 1 for ${figure} in --at-least, got "${number}".`, {
      hint: 'Figures are shares: 40 percent is 0.4.',
    });
  }
  return { rule: text.trim(), figure, wanted };
}

/** @returns one for each rule, in order; what the evaluation cannot say (null) does not hold. */
export function checkAtLeast(
  evaluation: Evaluation,
  rules: readonly AtLeast[],
): { readonly rule: string; readonly wanted: number; readonly got: number | null; readonly holds: boolean }[] {
  return rules.map(({ rule, figure, wanted }) => {
    const got = figures.get(figure)?.(evaluation) ?? null;
    return { rule, wanted, got, holds: got !== null && got >= wanted };
  });
}
