/** What was heard where what sounds, as a table whose cells are the darker the larger their share of the row. */
import type { Evaluation } from '../../evaluation.ts';
import { count, counted } from '../figures.ts';
import { scrolling } from '../htmlTable.ts';
import { escapeMarkup } from '../markup.ts';

/** More cannot be read; the rest are summed. */
const mostNames = 20;

const others = 'others';

/** Empty where the benchmark names no classes. */
export function confusionHeat({ confusion }: Evaluation): string {
  if (confusion.rows.length === 0 || confusion.columns.length === 0) return '';
  const { rows, columns, counts } = largest(confusion);
  const body = rows.map((label, row) => {
    const total = counts[row].reduce((sum, times) => sum + times, 0);
    const cells = counts[row].map((times, column) => {
      const level = times === 0 ? 0 : Math.max(1, Math.round((9 * times) / total));
      const isSame = label === columns[column] && label !== others;
      return `<td class="heat-${level}${isSame ? ' same' : ''}">${times === 0 ? '' : count(times)}</td>`;
    });
    return `<tr><th scope="row">${escapeMarkup(label)}</th>${cells.join('')}<td class="total">${count(total)}</td></tr>`;
  });
  const heads = columns.map((heard) => `<th scope="col"><span>${escapeMarkup(heard)}</span></th>`);
  const left = [
    ...(confusion.rows.length > mostNames ? [counted(confusion.rows.length - mostNames, 'rarer sound')] : []),
    ...(confusion.columns.length > mostNames
      ? [counted(confusion.columns.length - mostNames, 'name rarely heard', 'names rarely heard')]
      : []),
  ];
  const rest = left.length > 0 ? ` Summed as "${others}": ${left.join(' and ')}.` : '';
  const caption = `Rows: what sounds; columns: what was heard most; numbers of pairs, the darker the larger their share of the row. Framed: the same name.${rest}`;
  return scrolling(
    caption,
    `<table class="heat">
<thead><tr><th scope="col">sounds \\ heard</th>${heads.join('')}<th scope="col"><span>all</span></th></tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table>`,
  );
}

type Confusion = Evaluation['confusion'];

/** The most frequent rows; the most frequent columns, in the order of the rows of the same name, then by count. */
function largest({ rows, columns, counts }: Confusion): Confusion {
  const rowTotals = counts.map((row) => row.reduce((sum, times) => sum + times, 0));
  const columnTotals = columns.map((_, column) => counts.reduce((sum, row) => sum + row[column], 0));
  const keptRows = mostFrequent(rowTotals);
  const places = new Map(keptRows.map((row, index) => [rows[row], index]));
  const placeOf = (column: number): number => places.get(columns[column]) ?? keptRows.length;
  const keptColumns = mostFrequent(columnTotals).sort(
    (a, b) => placeOf(a) - placeOf(b) || columnTotals[b] - columnTotals[a],
  );
  const keptOfRow = (row: readonly number[]): number[] => {
    const kept = keptColumns.map((column) => row[column]);
    return keptColumns.length < columns.length ? [...kept, sum(row) - sum(kept)] : kept;
  };
  const kept = keptRows.map((row) => keptOfRow(counts[row]));
  const rest = counts.filter((_, row) => !keptRows.includes(row)).map(keptOfRow);
  const summed = rest.length === 0 ? [] : [rest[0].map((_, column) => sum(rest.map((row) => row[column])))];
  return {
    rows: [...keptRows.map((row) => rows[row]), ...summed.map(() => others)],
    columns: [
      ...keptColumns.map((column) => columns[column]),
      ...(keptColumns.length < columns.length ? [others] : []),
    ],
    counts: [...kept, ...summed],
  };
}

function mostFrequent(totals: readonly number[]): number[] {
  return totals
    .map((_, index) => index)
    .sort((a, b) => totals[b] - totals[a])
    .slice(0, mostNames);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
