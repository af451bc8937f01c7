/**
 * The pictures, sounds and masks of a published set among the user's files. Copies differ in their folders (`frames`,
 * `visual_frames`, beside the list) and in how a file is named, so a file is looked for under each of its names in each
 * folder; where it is not there, its place is that of the first name in the first folder.
 */
import { basename, dirname, join, parse } from 'node:path';
import {
  findFolder,
  listFolder,
  type MediaIndex,
  type MediaKind,
  mediaIn,
  pictures,
  sounds,
} from '../data/mediaFolders.ts';
import { LookhearError } from '../errors.ts';

const kinds = {
  picture: { ...pictures, folders: [...pictures.folders, 'visual_frames', 'video_frames'] },
  sound: { ...sounds, folders: [...sounds.folders, 'audio_wav', 'audio_frames'] },
  mask: { folders: ['gt_masks', 'masks', 'mask'], endings: ['.png'] },
} as const satisfies Record<string, MediaKind>;

export type MediaWord = keyof typeof kinds;

export interface MediaFiles {
  /**
   * @param names below the folder of its kind, with slashes between folders and without an ending, the usual one first
   * @param ending the usual one, where it is not that of most sets
   * @returns an absolute path, whether or not there is a file
   */
  find(word: MediaWord, names: readonly string[], ending?: string): Promise<string>;
}

export interface MediaLayout {
  /** The folders that its authors gave it; where a set has no masks, that is left out. */
  readonly folders: Readonly<Record<'picture' | 'sound', string>> & { readonly mask?: string | undefined };
  /** Folders that copies have around these, each in any before it; lower case. */
  readonly inner: readonly string[];
}

/**
 * @param folder absolute path of the user's folder
 * @throws LookhearError INPUT_MISSING, INPUT_UNREADABLE for the folder itself
 */
export async function openMedia(folder: string, { folders, inner }: MediaLayout): Promise<MediaFiles> {
  const parents = [folder];
  for (const name of inner) {
    const found = await findFolder(parents, [name]);
    if (found !== undefined) parents.push(found);
  }
  const roots = {
    picture: await rootsOf(folders.picture, kinds.picture, parents),
    sound: await rootsOf(folders.sound, kinds.sound, parents),
    mask: await rootsOf(folders.mask ?? kinds.mask.folders[0], kinds.mask, parents),
  };
  const tree = openTree(new Set([...roots.picture, ...roots.sound, ...roots.mask]));
  return {
    async find(word, names, ending = kinds[word].endings[0]) {
      for (const name of names) {
        for (const root of roots[word]) {
          const { dir, base } = parse(join(root, `${name}.`));
          const found = (await tree.filesIn(dir, word)).get(base.slice(0, -1));
          if (found !== undefined) return found;
        }
      }
      return join(roots[word][0], `${names[0]}${ending}`);
    },
  };
}

// Folders of a usual name, then those around them: some keep everything side by side.
async function rootsOf(
  usual: string,
  kind: MediaKind,
  parents: readonly string[],
): Promise<readonly [string, ...string[]]> {
  const found: string[] = [];
  for (const parent of parents) {
    const folder = await findFolder([parent], [usual, ...kind.folders]);
    if (folder !== undefined) found.push(folder);
  }
  const [first = join(parents[0], usual), ...others] = found;
  return [first, ...others, ...parents];
}

/** Folders are listed once, and only where the folder above says that they are there. */
function openTree(roots: ReadonlySet<string>): { filesIn(path: string, word: MediaWord): Promise<MediaIndex> } {
  const indices = new Map<string, Promise<MediaIndex>>();
  const listings = new Map<string, Promise<ReadonlySet<string>>>();
  const remembered = <Value>(known: Map<string, Promise<Value>>, key: string, read: () => Promise<Value>) => {
    const value = known.get(key) ?? read();
    known.set(key, value);
    return value;
  };
  const isThere = async (path: string): Promise<boolean> => {
    if (roots.has(path)) return true;
    const above = dirname(path);
    return (await isThere(above)) && (await remembered(listings, above, () => namesIn(above))).has(basename(path));
  };
  return {
    filesIn: (path, word) =>
      remembered(indices, `${word} ${path}`, async () =>
        (await isThere(path)) ? await orNothing(mediaIn(path, kinds[word]), new Map()) : new Map(),
      ),
  };
}

async function namesIn(folder: string): Promise<ReadonlySet<string>> {
  const entries = await orNothing(listFolder(folder), []);
  return new Set(entries.filter((entry) => !entry.isFile()).map(({ name }) => name));
}

// No such folder: none of its files are there, which is said file by file.
async function orNothing<Value>(listing: Promise<Value>, nothing: Value): Promise<Value> {
  try {
    return await listing;
  } catch (error) {
    if (error instanceof LookhearError && error.code === 'INPUT_MISSING') return nothing;
    throw error;
  }
}
