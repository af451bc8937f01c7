/**
 * Published sets come in folders that everyone names a little differently. A folder is found by any of its usual names,
 * in upper or lower case, and a picture or a sound by its name without the ending.
 */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { LookhearError } from '../errors.ts';

export interface MediaKind {
  /** In lower case, the most usual first. */
  readonly folders: readonly string[];
  /** Where there are several files of one name, the first of these endings is taken. */
  readonly endings: readonly string[];
}

export const pictures: MediaKind = {
  folders: ['frames', 'frame', 'images', 'image', 'pictures', 'jpg', 'jpegs', 'png'],
  endings: ['.jpg', '.jpeg', '.png', '.webp'],
};

export const sounds: MediaKind = {
  folders: ['audio', 'audios', 'wav', 'wavs', 'sound', 'sounds'],
  endings: ['.wav', '.flac', '.ogg', '.mp3', '.opus'],
};

/** Name without the ending to absolute path. */
export type MediaIndex = ReadonlyMap<string, string>;

/** The files of a kind that lie directly in a folder. */
export async function mediaIn(folder: string, kind: MediaKind): Promise<MediaIndex> {
  const found = new Map<string, { path: string; rank: number }>();
  for (const entry of await listFolder(folder)) {
    const { name, ext } = parse(entry.name);
    const rank = kind.endings.indexOf(ext.toLowerCase());
    if (rank < 0 || entry.isDirectory()) continue;
    const known = found.get(name);
    if (known === undefined || rank < known.rank) found.set(name, { path: join(folder, entry.name), rank });
  }
  return new Map(Array.from(found, ([name, { path }]) => [name, path]));
}

/** The first folder of one of the names, in upper or lower case, in any of the parents; undefined where there is none. */
export async function findFolder(parents: readonly string[], names: readonly string[]): Promise<string | undefined> {
  for (const parent of parents) {
    const entries = await listFolder(parent);
    for (const name of names) {
      const entry = entries.find((candidate) => candidate.name.toLowerCase() === name && !candidate.isFile());
      if (entry !== undefined && (await isFolder(join(parent, entry.name)))) return join(parent, entry.name);
    }
  }
  return undefined;
}

/** @throws LookhearError INPUT_MISSING or INPUT_UNREADABLE */
export async function listFolder(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT') {
      throw new LookhearError('INPUT_MISSING', `Cannot read ${folder}: there is no such folder.`, { cause });
    }
    const problem = code === 'ENOTDIR' ? 'it is not a folder' : `the system says ${code ?? cause}`;
    throw new LookhearError('INPUT_UNREADABLE', `Cannot read ${folder}: ${problem}.`, { cause });
  }
}

/** Whether there is a file, or a link to one. */
export async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (status) => status.isFile(),
    () => false,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
