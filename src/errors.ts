/**
 * Every error that lookhear raises on purpose. Errors are data first: a stable `code`, one clear `message` that names
 * the file and the problem, a `hint` with the remedy, and the original failure in `cause`. Anything else that is
 * thrown is a bug.
 */

/** The codes, each with the exit code that the command line gives it (the contract is in docs/command-line.md). */
export const errorCodes = {
  /** A file, option or argument given by the user cannot be used. */
  INPUT_MISSING: 2,
  INPUT_UNREADABLE: 2,
  INPUT_EMPTY: 2,
  INPUT_UNSUPPORTED: 2,
  INPUT_CORRUPT: 2,
  INPUT_TOO_LARGE: 2,
  USAGE: 2,
  OUTPUT_EXISTS: 2,
  OUTPUT_UNWRITABLE: 2,
  MODEL_INVALID: 2,
  /** Something that should have worked did not. */
  FAILED: 1,
  /** A measured value did not reach the required one. */
  CHECK_FAILED: 4,
  /** Something that lookhear needs is not installed. */
  FFMPEG_MISSING: 5,
  ENGINE_MISSING: 5,
  MODEL_MISSING: 5,
  /** The caller's signal, or Ctrl-C. */
  ABORTED: 130,
} as const;

export type ErrorCode = keyof typeof errorCodes;

export class LookhearError extends Error {
  readonly code: ErrorCode;
  /** What to do about it, one sentence. */
  readonly hint: string | undefined;
  /** More for programs: `--json` prints it beside the message. */
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LookhearError';
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }
}
