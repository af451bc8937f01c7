/**
 * Rows of the comma-separated lists that the field publishes: fields may stand in quotes (class names hold commas), lines
 * end in CR LF or LF, and there is no header that could be relied on.
 */
import { LookhearError } from '../errors.ts';

/**
 * @param place the file, for the error
 * @throws LookhearError INPUT_EMPTY without any row, INPUT_CORRUPT where a quote is not closed
 */
export function parseCsv(text: string, place: string): string[][] {
  const rows: string[][] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    rows.push(fieldsOf(line, `line ${index + 1} of ${place}`));
  }
  if (rows.length > 0) return rows;
  throw new LookhearError('INPUT_EMPTY', `Cannot read ${place}: there is no line in it.`);
}

function fieldsOf(line: string, place: string): string[] {
  const fields: string[] = [];
  const field = /\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(,|$)/y;
  for (;;) {
    const match = field.exec(line);
    if (match === null) throw new LookhearError('INPUT_CORRUPT', `Cannot read ${place}: its quotes do not match.`);
    const [, quoted, plain = '', separator] = match;
    fields.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
    if (separator === '') return fields;
  }
}
