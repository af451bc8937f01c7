/**
 * Flickr-SoundNet as Senocak et al. (CVPR 2018) published it: pictures, sounds and, for some of them, `Annotations`, all
 * named by the number of the photo. Pictures without an annotation are unlabelled pairs.
 */
import { join } from 'node:path';
import { LookhearError } from '../errors.ts';
import { annotationFrame, readFlickrAnnotation } from './flickrAnnotation.ts';
import { isFlickrTestId } from './flickrTestIds.ts';
import { findFolder, type MediaIndex, type MediaKind, mediaIn, pictures, sounds } from './mediaFolders.ts';
import type { Target, TrainingPair, TrainingSet } from './trainingPair.ts';

/** In `folder` itself or in `Data` below it. */
export async function findAnnotations(folder: string): Promise<string | undefined> {
  return await findFolder(await parentsIn(folder), ['annotations', 'annotation']);
}

/**
 * @param annotations the folder that `findAnnotations` found in `folder`
 * @throws LookhearError INPUT_MISSING where there is no folder of pictures or of sounds; otherwise as
 * `readFlickrAnnotation`
 */
export async function readFlickrSoundnet(folder: string, annotations: string): Promise<TrainingSet> {
  const images = await findMedia(folder, pictures, 'pictures');
  const audio = await findMedia(folder, sounds, 'sounds');
  const notations = await mediaIn(annotations, { folders: [], endings: ['.xml'] });
  const ids = [...new Set([...notations.keys(), ...images.files.keys()])].sort();
  const pairs: TrainingPair[] = [];
  const missing: string[] = [];
  const refused: string[] = [];
  let withoutBox = 0;
  for (const id of ids) {
    if (isFlickrTestId(id)) {
      refused.push(id);
      continue;
    }
    const image = images.files.get(id);
    const sound = audio.files.get(id);
    if (image === undefined) missing.push(join(images.folder, `${id}.jpg`));
    if (sound === undefined) missing.push(join(audio.folder, `${id}.wav`));
    if (image === undefined || sound === undefined) continue;
    const notation = notations.get(id);
    const target = notation === undefined ? unlabelled : await targetOf(notation);
    if (notation !== undefined && target.kind === 'none') withoutBox++;
    pairs.push({ id, image, audio: sound, target });
  }
  const notes = withoutBox === 0 ? [] : [`${withoutBox} annotations hold no box; their pairs count as unlabelled.`];
  return { layout: 'flickr-soundnet', pairs, missing, refused, notes };
}

const unlabelled: Target = { kind: 'none' };

// Without any box it may as well be XML of another kind, so it does not say that there is nothing to be seen.
async function targetOf(path: string): Promise<Target> {
  const annotators = await readFlickrAnnotation(path);
  return annotators.some((boxes) => boxes.length > 0)
    ? { kind: 'annotators', annotators, frame: annotationFrame }
    : unlabelled;
}

async function parentsIn(folder: string): Promise<string[]> {
  const data = await findFolder([folder], ['data', 'dataset']);
  return data === undefined ? [folder] : [folder, data];
}

async function findMedia(
  folder: string,
  kind: MediaKind,
  what: string,
): Promise<{ readonly folder: string; readonly files: MediaIndex }> {
  const found = await findFolder(await parentsIn(folder), kind.folders);
  if (found === undefined) {
    throw new LookhearError('INPUT_MISSING', `Cannot find the ${what} of Flickr-SoundNet in ${folder}.`, {
      hint: `Put them into a folder named ${kind.folders.join(', ')} (upper or lower case), there or in Data/.`,
    });
  }
  return { folder: found, files: await mediaIn(found, kind) };
}
