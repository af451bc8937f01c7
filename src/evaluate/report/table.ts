/** A report before it is Markdown or HTML: plain text in sections and tables. Whoever writes it out escapes it. */

export interface Row {
  /** One for each column; the first names the row. */
  readonly cells: readonly string[];
  /** What the table is about, among what it is compared with. */
  readonly isMain?: boolean;
}

export interface Table {
  /** A sentence or two: what is counted, and in what. */
  readonly caption: string;
  readonly columns: readonly string[];
  /** Columns of words are flush left; the others hold numbers. */
  readonly wordColumns?: readonly number[];
  readonly rows: readonly Row[];
}

export interface Section {
  readonly id: SectionId;
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly tables: readonly Table[];
}

export type SectionId =
  | 'short'
  | 'systems'
  | 'differences'
  | 'answers'
  | 'negatives'
  | 'field'
  | 'groups'
  | 'classes'
  | 'confusion'
  | 'gallery'
  | 'leaks'
  | 'origin';

export function isWordColumn({ wordColumns = [] }: Table, column: number): boolean {
  return column === 0 || wordColumns.includes(column);
}
