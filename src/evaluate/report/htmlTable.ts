/** A table as HTML: it scrolls within itself where the screen is narrow, and may show each row as a little graph too. */
import { escapeMarkup } from './markup.ts';
import { isWordColumn, type Row, type Table } from './table.ts';

export interface GraphColumn {
  readonly heading: string;
  /** Inline SVG of the row; what it shows stands as numbers in the cells beside it. */
  readonly draw: (row: number) => string;
}

/** @param graph A column behind the names of the rows. */
export function htmlTable(table: Table, graph?: GraphColumn): string {
  const caption = escapeMarkup(table.caption);
  const [first, ...others] = table.columns.map(
    (text, column) =>
      `<th scope="col"${isWordColumn(table, column) ? ' class="words"' : ''}>${escapeMarkup(text)}</th>`,
  );
  const head = [
    first,
    ...(graph ? [`<th scope="col" class="words">${escapeMarkup(graph.heading)}</th>`] : []),
    ...others,
  ];
  const rows = table.rows.map((row, index) => htmlRow(table, row, graph?.draw(index)));
  return `<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`;
}

function htmlRow(table: Table, { cells, isMain }: Row, graph: string | undefined): string {
  const [name, ...others] = cells.map(escapeMarkup);
  const data = others.map((text, index) =>
    isWordColumn(table, index + 1)
      ? `<td class="words">${text}</td>`
      : `<td>${text.replace(/\(.*\)$/, (range) => `<span class="range">${range}</span>`)}</td>`,
  );
  const drawn = graph === undefined ? '' : `<td class="graph">${graph}</td>`;
  return `<tr${isMain ? ' class="main"' : ''}><th scope="row">${name}</th>${drawn}${data.join('')}</tr>`;
}
