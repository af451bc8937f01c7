/**
 * How a failure is shown: one line that says what, one that says what to do; the stack only with `--verbose`. Where
 * JSON was asked for on standard output, the same as one object there.
 */
import { styleText } from 'node:util';
import { type ErrorCode, errorCodes, LookhearError } from '../errors.ts';

/** What to do where an error brings no hint of its own. */
const remedies: Readonly<Record<ErrorCode, string | null>> = {
  INPUT_MISSING: 'Check the name, and the folder that you are in.',
  INPUT_UNREADABLE: 'Give a file that you may read.',
  INPUT_EMPTY: 'Fetch or export the file again.',
  INPUT_UNSUPPORTED: 'Convert it first, a picture to PNG, a sound to wav or flac.',
  INPUT_CORRUPT: 'Fetch or export the file again.',
  INPUT_TOO_LARGE: 'Cut or shrink it first.',
  USAGE: '"lookhear --help" shows what each verb takes.',
  OUTPUT_EXISTS: 'Give another name, or --force to write over it.',
  OUTPUT_UNWRITABLE: 'Give another name, in a folder that is yours to write.',
  MODEL_INVALID: 'Get the model again.',
  FAILED: 'Try again with -v, which shows where it failed.',
  CHECK_FAILED: 'Compare with the earlier result.',
  FFMPEG_MISSING: 'Install ffmpeg, or convert the sound to wav, flac, mp3 or ogg.',
  ENGINE_MISSING: '"lookhear doctor" shows which engines there are.',
  MODEL_MISSING: '"lookhear models list" shows the models of this machine.',
  ABORTED: null,
};

export interface FailureOptions {
  readonly verbose: boolean;
  /** JSON was asked for on standard output. */
  readonly json: boolean;
}

/** Prints a failure. @returns the exit code that goes with it. */
export function reportFailure(error: unknown, { verbose, json }: FailureOptions): number {
  const { code, message, hint } = describeFailure(error);
  const red = (word: string): string => styleText('red', word, { stream: process.stderr });
  console.error(code === 'ABORTED' ? 'stopped' : `${red('error')}  ${message}   (${code})`);
  if (hint !== null) console.error(`hint   ${hint}`);
  if (verbose) console.error(stackOf(error));
  const details = error instanceof LookhearError ? error.details : undefined;
  if (json)
    console.log(JSON.stringify({ schema: 'lookhear/error@1', code, message, hint, ...(details && { details }) }));
  return errorCodes[code];
}

/** Code, sentence and remedy of anything that was thrown. */
export function describeFailure(error: unknown): { code: ErrorCode; message: string; hint: string | null } {
  if (error instanceof LookhearError) {
    return { code: error.code, message: error.message, hint: error.hint ?? remedies[error.code] };
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
