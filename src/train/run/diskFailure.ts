/** Failing writes of a run, said so that a person knows what was lost and what is left. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LookhearError } from '../../errors.ts';

export interface FailedWrite {
  readonly path: string;
  /** How many were to be written. */
  readonly bytes: number;
  /** The step of the last good checkpoint; undefined where there is none. */
  readonly lastStep: number | undefined;
  readonly cause: unknown;
}

/** What to throw: FAILED with the story where the system could not write; whatever else failed is passed on. */
export async function diskFailure({ path, bytes, lastStep, cause }: FailedWrite): Promise<unknown> {
  const code = systemCode(cause) ?? systemCode((cause as { cause?: unknown } | undefined)?.cause);
  if (code === undefined) return cause;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const free = await statfs(dirname(path)).catch(() => undefined);
  const problem = isFull
    ? `the disk is full: it takes ${bytesText(bytes)}${free ? `, and ${bytesText(free.bavail * free.bsize)} are free` : ''}`
    : `the system says ${code} to ${bytesText(bytes)}`;
  const left = lastStep === undefined ? 'No checkpoint was written yet' : `The checkpoint of step ${lastStep} stands`;
  return new LookhearError('FAILED', `Cannot write ${path}: ${problem}. ${left}.`, {
    hint: `${isFull ? 'Make room' : 'Make the folder writable'} and run the same command: it goes on from there.`,
    cause,
  });
}

export function bytesText(bytes: number): string {
  if (bytes < 1e3) return `${bytes} bytes`;
  const [unit, name] = bytes < 1e6 ? [1e3, 'kB'] : bytes < 1e9 ? [1e6, 'MB'] : [1e9, 'GB'];
  return `${(bytes / unit).toFixed(1)} ${name}`;
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && !(error instanceof LookhearError) && 'syscall' in error && 'code' in error
    ? String(error.code)
    : undefined;
}
