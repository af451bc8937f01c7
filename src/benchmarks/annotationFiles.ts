/**
 * The published lists and boxes, found in the folders where people keep them, plain or with .gz, and read with a bound:
 * the largest that was published has 2.6 MB.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { findFolder, listFolder } from '../data/mediaFolders.ts';
import { decodeText } from '../data/readText.ts';
import { LookhearError } from '../errors.ts';
import { readBytes } from '../media/readBytes.ts';
import type { AnnotationFile } from './benchmark.ts';

const MAXIMUM_BYTES = 2 ** 24;

export interface WantedFile {
  /** The names that copies of it have, the most usual first. */
  readonly names: readonly string[];
  /** Where it is published, to end "It is published in ". */
  readonly source: string;
}

export interface Annotations {
  /** Folders in which files are looked for, in order. */
  readonly places: readonly string[];
  /** What was read until now; a reader adds what it read by itself. */
  readonly files: AnnotationFile[];
  /**
   * The text of a file, and its path for errors.
   * @throws LookhearError INPUT_MISSING, naming every name and place; INPUT_UNREADABLE, INPUT_EMPTY, INPUT_TOO_LARGE (more
   * than 16 MB, packed or not), INPUT_CORRUPT (not gzip, not UTF-8)
   */
  read(wanted: WantedFile): Promise<{ readonly text: string; readonly path: string }>;
}

/**
 * @param root the user's folder
 * @param folders names of the set's own folder in a collection of several sets
 * @throws LookhearError INPUT_MISSING, INPUT_UNREADABLE for the root itself
 */
export async function openAnnotations(root: string, folders: readonly string[]): Promise<Annotations> {
  const places = await placesIn(root, folders);
  const files: AnnotationFile[] = [];
  return {
    places,
    files,
    async read(wanted) {
      const path = await findFile(wanted, places, folders);
      const bytes = await unpack(await readBytes(path, { limit: MAXIMUM_BYTES }), path);
      files.push({ path, sha256: createHash('sha256').update(bytes).digest('hex') });
      return { text: decodeText(bytes, path), path };
    },
  };
}

async function placesIn(root: string, folders: readonly string[]): Promise<string[]> {
  await listFolder(root);
  const parents = [root];
  for (const name of ['annotations', 'metadata']) {
    const found = await findFolder([root], [name]);
    if (found !== undefined) parents.push(found);
  }
  const places: string[] = [];
  for (const parent of parents) {
    places.push(parent);
    for (const folder of folders) {
      const found = await findFolder([parent], [folder]);
      if (found !== undefined) places.push(found);
    }
  }
  return places;
}

async function findFile(
  { names, source }: WantedFile,
  places: readonly string[],
  folders: readonly string[],
): Promise<string> {
  for (const place of places) {
    for (const name of names) {
      for (const path of [join(place, name), join(place, `${name}.gz`)]) if (await exists(path)) return path;
    }
  }
  const [first, ...others] = names;
  const orNames = [...others, `${first}.gz`].join(', ');
  throw new LookhearError('INPUT_MISSING', `Cannot find ${first} (or ${orNames}) in ${places.join(', ')}.`, {
    hint:
      `It is published in ${source}. Put it into that folder, into annotations, metadata or ${folders.join(' or ')} below it, or name ` +
      'its folder with --annotations.',
    details: { names, places, source },
  });
}

// Also a folder of that name: reading it then says that it is one.
async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function unpack(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  if (!path.endsWith('.gz')) return bytes;
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: MAXIMUM_BYTES });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new LookhearError(
        'INPUT_TOO_LARGE',
        `Cannot read ${path}: it unpacks to more than ${MAXIMUM_BYTES / 2 ** 20} MB.`,
        { cause },
      );
    }
    throw new LookhearError('INPUT_CORRUPT', `Cannot unpack ${basename(path)} (${path}): it is cut off, or not gzip.`, {
      cause,
    });
  }
}
