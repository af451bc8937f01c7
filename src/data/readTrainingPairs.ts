/** The training data of `lookhear train --data`: whichever of the three layouts a folder has, as one kind of set. */
import { join, resolve } from 'node:path';
import { LookhearError } from '../errors.ts';
import { findAnnotations, readFlickrSoundnet } from './flickrSoundnet.ts';
import { listFolder } from './mediaFolders.ts';
import { readPairLines } from './pairLines.ts';
import type { TrainingSet } from './trainingPair.ts';
import { readVggSs } from './vggSs.ts';

/**
 * Reads the list of a folder, not its pictures and sounds: `pairs.jsonl` (our own layout), `Annotations/`
 * (Flickr-SoundNet) or `vggss.json` (VGG-SS), looked for in this order. Files that are not there and pairs of published
 * test sets are listed and left out.
 * @throws LookhearError INPUT_MISSING (no such folder, none of the three, or no pair with all its files),
 * INPUT_CORRUPT and the other INPUT codes for a list or an annotation that cannot be read
 */
export async function readTrainingPairs(folder: string): Promise<TrainingSet> {
  const set = await readLayout(resolve(folder));
  if (set.pairs.length > 0) return set;
  const first = set.missing.length > 0 ? ` (the first is ${set.missing[0]})` : '';
  throw new LookhearError(
    'INPUT_MISSING',
    `Cannot train on ${folder}: it has no usable pair; ${set.missing.length} files are missing${first}, and ${set.refused.length} pairs belong to a published test set.`,
  );
}

async function readLayout(folder: string): Promise<TrainingSet> {
  const names = (await listFolder(folder)).map(({ name }) => name);
  if (names.includes('pairs.jsonl')) return await readPairLines(join(folder, 'pairs.jsonl'));
  const annotations = await findAnnotations(folder);
  if (annotations !== undefined) return await readFlickrSoundnet(folder, annotations);
  if (names.includes('vggss.json')) return await readVggSs(folder, join(folder, 'vggss.json'));
  throw new LookhearError(
    'INPUT_MISSING',
    `Cannot find training pairs in ${folder}: it has no pairs.jsonl, no Annotations folder and no vggss.json.`,
    { hint: 'docs/training-data.md shows the three layouts.' },
  );
}
