import { LookhearError } from '../errors.ts';

/** Between two steps of longer work: fails with ABORTED where the caller's signal says so. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LookhearError('ABORTED', 'Stopped by the caller.', { cause: signal.reason });
}
