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
  const [first, ...others] = table.columns.map(
    (text, column) =>
      `<th scope="col"${isWordColumn(table, column) ? ' class="words"' : ''}>${escapeMarkup(text)}</th>`,
  );
  const head = [
    first,
    ...(graph ? [`<th scope="col" class="graph">${escapeMarkup(graph.heading)}</th>`] : []),
    ...others,
  ];
  const rows = table.rows.map((row, index) => htmlRow(table, row, graph?.draw(index)));
  return scrolling(
    table.caption,
    `<table>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`,
  );
}

/** The caption stays where it is while the table scrolls under it. */
export function scrolling(caption: string, table: string): string {
  const text = escapeMarkup(caption);
  return `<figure class="table"><figcaption>${text}</figcaption>
<div class="scroll" role="region" tabindex="0" aria-label="${text}">${table}</div></figure>`;
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
