/**
 * The files that a verb will write, checked before any work is done: a long run must not end with "cannot write".
 */
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { LookhearError } from '../errors.ts';
import { checkOutput } from '../media/atomicWrite.ts';

export interface OutputOptions {
  /** Files that exist may be written over. */
  readonly force: boolean;
  /** Files that are read; they are not written over even so. */
  readonly inputs: readonly string[];
}

/**
 * Undefined paths are skipped.
 * @throws LookhearError OUTPUT_EXISTS, OUTPUT_UNWRITABLE, or USAGE where one file is given for two purposes
 */
export async function checkOutputs(paths: readonly (string | undefined)[], options: OutputOptions): Promise<void> {
  const purposes = new Map<string, string>();
  for (const input of options.inputs) purposes.set(await trueName(input), 'an input');
  for (const path of paths) {
    if (path === undefined) continue;
    const { isStream } = await checkOutput(path, { force: options.force });
    if (isStream) continue;
    const name = await trueName(path);
    const purpose = purposes.get(name);
    if (purpose !== undefined) {
      throw new LookhearError('USAGE', `Cannot write ${path}: it is ${purpose} of the same command.`, {
        hint: 'Give each file a name of its own.',
      });
    }
    purposes.set(name, 'another output');
  }
}

/** One name for a file however it is spelt, also before it exists. */
async function trueName(path: string): Promise<string> {
  const absolute = resolve(path);
  return realpath(absolute).catch(async () => {
    const folder = await realpath(dirname(absolute)).catch(() => dirname(absolute));
    return join(folder, basename(absolute));
  });
}
