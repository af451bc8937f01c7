/** A comparison of two measurements for the terminal. */
import { reportedRules } from '../cious.ts';
import type { ChangedPair, ComparedSide, Comparison } from '../compare.ts';
import { counted, decimal, difference, interval, percent, probability } from './figures.ts';
import type { Row } from './table.ts';
import { textTable } from './textTable.ts';

const measureNames = { success: 'success', auc: 'AUC', meanCiou: 'mean cIoU' } as const;

/** Without colours and control characters. */
export function comparisonLines(comparison: Comparison): string[] {
  const { a, b, count, figures, answers, changed, notes } = comparison;
  const rules = new Set(figures.map(({ rule }) => rule));
  const shown = reportedRules.filter((rule) => rules.has(rule));
  // Where none of the reported rules is there, those that are.
  const isShown = (rule: string): boolean => shown.length === 0 || shown.some((name) => name === rule);
  const rows = [
    ...figures
      .filter(({ rule }) => isShown(rule))
      .map(({ rule, measure, a: one, b: two, difference: change, p }): Row => {
        const [value, range] = [difference({ ...change, low: null, high: null }), interval(change)];
        return {
          cells: [`${measureNames[measure]}, ${rule}`, percent(one), percent(two), value, range, probability(p)],
        };
      }),
    ...(answers ?? []).map(({ condition, a: one, b: two }): Row => {
      const value = difference({ value: two - one, low: null, high: null });
      return { cells: [`answered "here", ${condition}`, percent(one), percent(two), value, '-', '-'] };
    }),
  ];
  const lines = [
    `A  ${sideLine(a)}`,
    `B  ${sideLine(b)}`,
    `${counted(count, 'pair')} in both, ${a.alone.count} only in A, ${b.alone.count} only in B`,
    '',
    ...textTable({ caption: '', columns: ['percent', 'A', 'B', 'B - A', '95 %', 'p'], rows }),
  ];
  const others = [...rules].filter((rule) => !isShown(rule)).length;
  if (others > 0) lines.push(`${counted(others, 'other rule')} with --json`);
  if (changed !== null && changed.better.length + changed.worse.length > 0) {
    lines.push('', `changed most (cIoU under ${changed.rule})`, ...changedLines('better', changed.better));
    lines.push(...changedLines('worse', changed.worse));
  }
  if (notes.length > 0) lines.push('', ...notes.map((note) => `note   ${note}`));
  return lines.map((line) => line.replace(/\p{Cc}+/gu, ' '));
}

function sideLine({ path, model, pairs }: ComparedSide): string {
  return [path, model ? `model ${model.name} ${model.version}` : 'scores', counted(pairs, 'pair')].join(', ');
}

function changedLines(word: string, pairs: readonly ChangedPair[]): string[] {
  return pairs.map(({ id, a, b }) => `  ${word.padEnd(6)} ${decimal(a)} -> ${decimal(b)}  ${id}`);
}
