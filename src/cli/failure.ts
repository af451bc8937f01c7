/**
 * How a failure is shown: one line that says what, one that says what to do; the stack only with `--verbose`. Where
 * JSON was asked for on standard output, the same as one object there.
 */
import { styleText } from 'node:util';
import { type ErrorCode, errorCodes, LookhearError } from '../errors.ts';

export interface FailureOptions {
  readonly verbose: boolean;
  /** JSON was asked for on standard output. */
  readonly json: boolean;
}

/** Prints a failure. @returns the exit code that goes with it. */
export function reportFailure(error: unknown, { verbose, json }: FailureOptions): number {
  const { code, message, hint } = describeFailure(error);
  const isAbort = code === 'ABORTED';
  console.error(
    `${styleText('red', isAbort ? 'stopped' : 'error', { stream: process.stderr })}  ${message}${isAbort ? '' : `   (${code})`}`,
  );
  if (hint !== null) console.error(`hint   ${hint}`);
  if (verbose) console.error(stackOf(error));
  if (json) console.log(JSON.stringify({ schema: 'lookhear/error@1', code, message, hint }));
  return errorCodes[code];
}

/** Code, sentence and remedy of anything that was thrown. */
export function describeFailure(error: unknown): { code: ErrorCode; message: string; hint: string | null } {
  if (error instanceof LookhearError) {
    return { code: error.code, message: error.message, hint: error.hint ?? null };
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return { code: 'ABORTED', message: 'Stopped.', hint: null };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'FAILED',
    message: `Something unexpected happened: ${message.split('\n')[0]}`,
    hint: 'This is a bug. Please report it with the output of "lookhear doctor", and of the same command with -v.',
  };
}

/** The stack of an error and of what caused it. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${stackOf(error.cause)}`;
}
