/** What the commands of the studies and benches share: stopping, numbers, failures. */
import { errorCodes, LookhearError } from '../errors.ts';

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
