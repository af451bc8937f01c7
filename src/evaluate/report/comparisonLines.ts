/** A comparison of two measurements for the terminal. */
import type { ChangedPair, ComparedSide, Comparison } from '../compare.ts';
import { counted, decimal, difference, percent, probability } from './figures.ts';
import type { Row } from './table.ts';
import { textTable } from './textTable.ts';

const measureNames = { success: 'success', auc: 'AUC', meanCiou: 'mean cIoU' } as const;

/** Without colours and control characters. */
export function comparisonLines(comparison: Comparison): string[] {
  const { a, b, count, figures, answers, changed, notes } = comparison;
  const rows = [
    ...figures.map(({ rule, measure, ...figure }): Row => {
      return {
        cells: [
          `${measureNames[measure]}, ${rule}`,
          percent(figure.a),
          percent(figure.b),
          difference(figure.difference),
          probability(figure.p),
        ],
      };
    }),
    ...(answers ?? []).map(({ condition, a: one, b: two }): Row => {
      const change = { value: two - one, low: null, high: null };
      return { cells: [`answered "here", ${condition}`, percent(one), percent(two), difference(change), '-'] };
    }),
  ];
  const lines = [
    `A  ${sideLine(a)}`,
    `B  ${sideLine(b)}`,
    `${counted(count, 'pair')} in both, ${a.alone.count} only in A, ${b.alone.count} only in B`,
    '',
    ...textTable({ caption: '', columns: ['percent', 'A', 'B', 'B - A (95 %)', 'p'], rows }),
  ];
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
