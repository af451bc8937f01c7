/**
 * An answer that says no: an HTTP status, and what the command line prints with `--json`: a stable code, one sentence,
 * the remedy. A sentence names the part of the upload, never a file of this machine.
 */
import { type ErrorCode, LookhearError } from '../errors.ts';

export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 406 | 408 | 413 | 415 | 422 | 429 | 500 | 503;

/** Codes that only a service needs. */
export type ServiceCode = ErrorCode | 'BUSY' | 'DENIED' | 'NOT_FOUND' | 'TOO_SLOW' | 'STOPPING';

export interface RefusalOptions {
  readonly hint?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

export class Refusal extends Error {
  readonly status: RefusalStatus;
  readonly code: ServiceCode;
  readonly hint: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: RefusalStatus, code: ServiceCode, message: string, options: RefusalOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.hint = options.hint;
    this.headers = options.headers ?? {};
  }
}

export function errorJson({ code, message, hint }: Pick<Refusal, 'code' | 'message' | 'hint'>) {
  return { schema: 'lookhear/error@1', code, message, hint: hint ?? null };
}

/** The status of what is wrong with an upload; what is not in the table is our own failure. */
const statusOf: Partial<Record<ErrorCode, RefusalStatus>> = {
  INPUT_EMPTY: 400,
  INPUT_UNSUPPORTED: 415,
  FFMPEG_MISSING: 415,
  INPUT_CORRUPT: 422,
  INPUT_TOO_LARGE: 413,
};

/** Anything that was thrown, as a refusal; the cause is for the log and never leaves the machine. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof LookhearError) {
    const status = statusOf[error.code];
    if (status !== undefined) return new Refusal(status, error.code, error.message, { hint: error.hint, cause: error });
  }
  return new Refusal(500, 'FAILED', 'Something unexpected happened inside the service.', {
    hint: 'Its log says more.',
    cause: error,
  });
}
