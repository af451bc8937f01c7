/** The folder that a verb will write a model into, checked before any work is done. */
import { readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LookhearError } from '../errors.ts';

/** @throws LookhearError OUTPUT_EXISTS where something lies in it already, OUTPUT_UNWRITABLE where it cannot be made */
export async function checkOutputFolder(path: string, force: boolean): Promise<void> {
  const entry = await stat(path).catch(() => undefined);
  if (entry === undefined) {
    const parent = await stat(dirname(path)).catch(() => undefined);
    if (parent?.isDirectory()) return;
    throw new LookhearError('OUTPUT_UNWRITABLE', `Cannot write ${path}: there is no folder ${dirname(path)}.`, {
      hint: 'Make the folder first.',
    });
  }
  if (!entry.isDirectory()) throw new LookhearError('OUTPUT_UNWRITABLE', `Cannot write ${path}: it is a file.`);
  if (force || (await readdir(path)).length === 0) return;
  throw new LookhearError('OUTPUT_EXISTS', `Cannot write ${path}: there is something in that folder already.`, {
    hint: 'Choose another name, or add --force to replace the model in it.',
  });
}
