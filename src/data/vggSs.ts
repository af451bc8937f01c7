/**
 * VGG-SS (Chen et al., "Localizing Visual Sounds the Hard Way", CVPR 2021): `vggss.json` beside the pictures and sounds,
 * a list of { file, class, bbox }, where file is the YouTube id and the start second, and bbox a list of
 * [xmin, ymin, xmax, ymax] in fractions of the frame.
 *
 * The published file holds 18 boxes without an area, 12 of them with corners near -2.9e16, and two pictures that have no
 * other box. What those show is not known, so they count as unlabelled and not as pictures without the source.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { Box } from '../picture/picture.ts';
import { findFolder, type MediaIndex, type MediaKind, mediaIn, pictures, sounds } from './mediaFolders.ts';
import { parseJson, readText } from './readText.ts';
import type { TrainingPair, TrainingSet } from './trainingPair.ts';

/** A hundred times the published file. */
const MAXIMUM_BYTES = 2 ** 26;

/** The rows of vggss.json. */
export const vggSsEntries = z.array(
  z.object({
    file: z.string().min(1),
    class: z.string(),
    bbox: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
  }),
);

const wholeFrame = { width: 1, height: 1 };

/**
 * @param list path of the vggss.json
 * @throws LookhearError INPUT_CORRUPT, naming the entry; otherwise as `readText`
 */
export async function readVggSs(folder: string, list: string): Promise<TrainingSet> {
  const rows = parseJson(await readText(list, MAXIMUM_BYTES), vggSsEntries, list);
  const images = await findMedia(folder, pictures);
  const audio = await findMedia(folder, sounds);
  const pairs: TrainingPair[] = [];
  const missing: string[] = [];
  let dropped = 0;
  for (const { file, class: category, bbox } of rows) {
    const boxes = bbox.map(cutToFrame).filter(({ xmin, ymin, xmax, ymax }) => xmin < xmax && ymin < ymax);
    dropped += bbox.length - boxes.length;
    const image = images.get(file);
    const sound = audio.get(file);
    if (image === undefined) missing.push(join(folder, `${file}.jpg`));
    if (sound === undefined) missing.push(join(folder, `${file}.wav`));
    if (image === undefined || sound === undefined) continue;
    pairs.push({
      id: file,
      image,
      audio: sound,
      target: boxes.length === 0 ? { kind: 'none' } : { kind: 'boxes', boxes, frame: wholeFrame },
      category,
      // Several excerpts of one video stay together.
      group: file.replace(/_\d{6}$/, ''),
    });
  }
  const notes = [
    'VGG-SS is a test set in the literature: figures measured on it say nothing about a model trained on it.',
  ];
  if (dropped > 0) notes.push(`${dropped} boxes without an area were left out.`);
  return { layout: 'vgg-ss', pairs, missing, refused: [], notes };
}

function cutToFrame(corners: readonly [number, number, number, number]): Box {
  const [xmin, ymin, xmax, ymax] = corners.map((value) => Math.min(1, Math.max(0, value)));
  return { xmin, ymin, xmax, ymax };
}

// Beside the list, and in the first folder of a usual name.
async function findMedia(folder: string, kind: MediaKind): Promise<MediaIndex> {
  const below = await findFolder([folder], kind.folders);
  const nested = below === undefined ? new Map<string, string>() : await mediaIn(below, kind);
  return new Map([...nested, ...(await mediaIn(folder, kind))]);
}
