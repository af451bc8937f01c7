/** Pages of the documentation with a place for what a command found, so that no figure is typed by hand. */
import { readFile } from 'node:fs/promises';
import { LookhearError } from '../errors.ts';
import { writeFileAtomically } from '../media/atomicWrite.ts';

/** The lines between which a command writes. */
export interface Marks {
  readonly begin: string;
  readonly end: string;
}

export interface MarkedPage {
  /** Writes the text into its place, over what was there. */
  write(text: string): Promise<void>;
}

/**
 * Opened before a command begins, so that hours are not spent on tables without a place.
 * @throws LookhearError INPUT_MISSING, INPUT_UNREADABLE
 */
export async function openPage(path: string, marks: Marks): Promise<MarkedPage> {
  const page = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new LookhearError('INPUT_MISSING', `cannot read ${path}`, { hint: 'give the page with --out', cause });
  });
  placeInPage(page, '', path, marks);
  return { write: (text) => writeFileAtomically(path, placeInPage(page, text, path, marks), { force: true }) };
}

/** The page with the text between the two marks. Fails with INPUT_UNREADABLE where they are not there. */
export function placeInPage(page: string, text: string, path: string, { begin, end }: Marks): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) {
    throw new LookhearError('INPUT_UNREADABLE', `${path} has no place for the tables`, {
      hint: `the lines ${begin} and ${end} must stand in it`,
    });
  }
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}
