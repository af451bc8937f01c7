/** What the commands of the studies share: stopping, numbers, failures, and the page with a place for their tables. */
import { readFile } from 'node:fs/promises';
import { errorCodes, LookhearError } from '../errors.ts';
import { writeFileAtomically } from '../media/atomicWrite.ts';

/** Runs a command and turns what it fails with into two lines and an exit code. */
export async function runStudyCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const isWrongUse = error instanceof TypeError && 'code' in error && `${error.code}`.startsWith('ERR_PARSE_ARGS');
    const known = isWrongUse ? new LookhearError('USAGE', error.message) : error;
    if (!(known instanceof LookhearError)) throw error;
    console.error(`error: ${known.message}${known.hint ? `\n  ${known.hint}` : ''}`);
    process.exitCode = errorCodes[known.code];
  }
}

/** Aborted by Ctrl-C; a second one ends at once. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort(new LookhearError('ABORTED', 'stopped; the same command goes on'));
    process.once('SIGINT', () => process.exit(errorCodes.ABORTED));
  });
  return stop.signal;
}

export function sayProgress(done: number, total: number, what: string): void {
  if (done % 100 === 0 || done === total) console.error(`${what}  ${done}/${total}`);
}

/** Fails with USAGE. */
export function wholeNumber(option: string, text: string, least = 1): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new LookhearError('USAGE', `expected a whole number from ${least} up for ${option}, got ${text}`);
}

/** The lines between which a study writes. */
export interface Marks {
  readonly begin: string;
  readonly end: string;
}

export interface StudyPage {
  /** Writes the text into its place, over what was there. */
  write(text: string): Promise<void>;
}

/**
 * Opened before a study begins, so that hours are not spent on tables without a place.
 * @throws LookhearError INPUT_MISSING, INPUT_UNREADABLE
 */
export async function openPage(path: string, marks: Marks): Promise<StudyPage> {
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
