/**
 * Files that appear whole or not at all: written under a temporary name in the same folder, then renamed. A process that
 * is killed on the way leaves at most a file `.lookhear-*.tmp` behind, never half a result under the wanted name. Nothing
 * is overwritten unless asked for.
 */
import { randomBytes } from 'node:crypto';
import { access, constants, type FileHandle, link, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LookhearError } from '../errors.ts';

export interface WriteOptions {
  /** Whether a file of that name may be replaced. Unset: no. */
  readonly force?: boolean | undefined;
}

/** What to write: all of it, or a function that writes it piece by piece into the open file. */
export type FileContent = Uint8Array | string | ((file: FileHandle) => Promise<void>);

/**
 * Writes a file that is either complete or absent. A pipe or device (/dev/stdout, /dev/null) is written straight into.
 * What the content function throws is passed on, with nothing left on disk.
 * @throws LookhearError OUTPUT_EXISTS, OUTPUT_UNWRITABLE
 */
export async function writeFileAtomically(
  path: string,
  content: FileContent,
  options: WriteOptions = {},
): Promise<void> {
  const { isStream } = await checkOutput(path, options);
  if (isStream) return await writeTo(path, 'w', content, path);
  await replaceAtomically(path, (temporary) => writeTo(temporary, 'wx', content, path), options);
}

/**
 * As `writeFileAtomically`, for a program that writes a file by itself: it is given the temporary name, in the folder of
 * the file, and the file gets its own name when it is done.
 * @throws LookhearError OUTPUT_EXISTS, OUTPUT_UNWRITABLE, also for pipes and devices
 */
export async function replaceAtomically(
  path: string,
  write: (temporary: string) => Promise<void>,
  options: WriteOptions = {},
): Promise<void> {
  const target = await checkOutput(path, options);
  if (target.isStream) throw new LookhearError('OUTPUT_UNWRITABLE', `Cannot write ${path}: it has to be a file.`);
  const temporary = join(dirname(target.path), `.lookhear-${randomBytes(6).toString('hex')}.tmp`);
  try {
    await write(temporary);
    if (options.force) await rename(temporary, target.path);
    else await moveWithoutReplacing(temporary, target.path);
  } catch (cause) {
    throw isSystemError(cause) ? unwritable(path, cause) : cause;
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Finds out whether a file could be written, before work is spent on what goes into it.
 * @returns the path behind symbolic links, and whether it is a pipe or device
 * @throws LookhearError OUTPUT_EXISTS, OUTPUT_UNWRITABLE
 */
export async function checkOutput(
  path: string,
  options: WriteOptions = {},
): Promise<{ readonly path: string; readonly isStream: boolean }> {
  try {
    const status = await stat(path).catch(undefinedIfMissing);
    if (status?.isDirectory()) throw new LookhearError('OUTPUT_UNWRITABLE', `Cannot write ${path}: it is a folder.`);
    if (status !== undefined && !status.isFile()) return { path, isStream: true };
    if (status !== undefined && !options.force) throw exists(path);
    const folder = await stat(dirname(path)).catch(undefinedIfMissing);
    if (!folder?.isDirectory()) {
      throw new LookhearError('OUTPUT_UNWRITABLE', `Cannot write ${path}: there is no folder ${dirname(path)}.`, {
        hint: 'Make the folder first.',
      });
    }
    const target = status === undefined ? path : await realpath(path);
    await access(dirname(target), constants.W_OK);
    return { path: target, isStream: false };
  } catch (cause) {
    throw isSystemError(cause) ? unwritable(path, cause) : cause;
  }
}

async function writeTo(path: string, flags: 'w' | 'wx', content: FileContent, name: string): Promise<void> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, flags);
    if (typeof content === 'function') await content(file);
    else await file.writeFile(content);
  } catch (cause) {
    throw isSystemError(cause) ? unwritable(name, cause) : cause;
  } finally {
    await file?.close();
  }
}

// A hard link fails where the name is taken, in one step; file systems without links get a check and a rename.
async function moveWithoutReplacing(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (cause) {
    if (isSystemError(cause) && cause.code === 'EEXIST') throw exists(path);
    if ((await stat(path).catch(undefinedIfMissing)) !== undefined) throw exists(path);
    await rename(temporary, path);
  }
}

function undefinedIfMissing(cause: unknown): undefined {
  if (isSystemError(cause) && cause.code === 'ENOENT') return undefined;
  throw cause;
}

function isSystemError(cause: unknown): cause is NodeJS.ErrnoException {
  return cause instanceof Error && !(cause instanceof LookhearError) && 'syscall' in cause && 'code' in cause;
}

function exists(path: string): LookhearError {
  return new LookhearError('OUTPUT_EXISTS', `Cannot write ${path}: there is a file of that name already.`, {
    hint: 'Choose another name, or add --force (in code: force: true) to replace it.',
  });
}

function unwritable(path: string, cause: NodeJS.ErrnoException): LookhearError {
  const reasons: Record<string, string> = {
    EACCES: 'you have no permission to write there',
    EPERM: 'you have no permission to write there',
    EROFS: 'the disk can only be read',
    ENOSPC: 'the disk is full',
    EDQUOT: 'your quota on the disk is used up',
    ENOTDIR: 'a part of its path is a file, not a folder',
    ENAMETOOLONG: 'the name is too long',
  };
  const reason = reasons[cause.code ?? ''] ?? `the system says ${cause.code}`;
  return new LookhearError('OUTPUT_UNWRITABLE', `Cannot write ${path}: ${reason}.`, { cause });
}
