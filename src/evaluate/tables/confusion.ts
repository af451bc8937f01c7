/** What was heard where what sounds. */
import type { Evaluation } from '../evaluation.ts';
import type { ScoredItem } from '../itemRecord.ts';

const silent = '(silent)';

export function confusionOf(items: readonly ScoredItem[]): Evaluation['confusion'] {
  const pairs = items.flatMap(({ label, maps }) =>
    label === null || maps.own === undefined ? [] : [[label, maps.own.heard?.label ?? silent] as const],
  );
  const rows = [...new Set(pairs.map(([label]) => label))].toSorted();
  const columns = [...new Set(pairs.map(([, heard]) => heard))].toSorted();
  const rowOf = new Map(rows.map((label, row) => [label, row]));
  const columnOf = new Map(columns.map((heard, column) => [heard, column]));
  const counts = rows.map(() => columns.map(() => 0));
  for (const [label, heard] of pairs) counts[rowOf.get(label)!][columnOf.get(heard)!]++;
  return { rows, columns, counts };
}
