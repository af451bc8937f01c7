/** A table for a terminal: columns as wide as their widest cell. */
import { isWordColumn, type Table } from './table.ts';

/** @param corner Heading of the first column. */
export function textTable(table: Table, corner = table.columns[0]): string[] {
  const rows = [[corner, ...table.columns.slice(1)], ...table.rows.map(({ cells }) => cells)];
  const widths = table.columns.map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  return rows.map((cells) =>
    cells
      .map((text, column) =>
        isWordColumn(table, column) ? text.padEnd(widths[column]) : text.padStart(widths[column]),
      )
      .join('  ')
      .trimEnd(),
  );
}
