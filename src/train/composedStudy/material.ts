/**
 * Which pictures and sounds of the training folder the dense layer learns from and is watched on: pictures with boxes
 * of a label that sounds, a limited number for each label, and all clips of those labels. Fold 0 is for watching alone.
 */
import { type PictureRow, readPictureRows, readSoundRows, type SoundRow } from '../../data/manifests.ts';
import { seedOf } from '../../layers/random.ts';
import type { Box } from '../../picture/picture.ts';
import { labels, pictureIndex, pictureLabels, soundIndex } from '../small/labels.ts';

export interface Material {
  readonly pictures: readonly PictureRow[];
  readonly sounds: readonly SoundRow[];
}

export interface MaterialOptions {
  /** At most so many pictures to learn from; a fifth as many to watch on. */
  readonly pictures: number;
  /** At most so many clips of each label to learn from; a fifth as many to watch on. */
  readonly clips: number;
}

/** At most so many pictures of one label, or a little more. The many dogs would be most of it otherwise. */
const picturesPerLabel = 24;

/** Index among all labels of a class of pictures. */
const labelOfPicture = (name: string): number | undefined => {
  const index = pictureIndex.get(name);
  return index === undefined ? undefined : labels.indexOf(pictureLabels[index]);
};

/** Index among all labels of a clip; undefined where it is of none. */
export const labelOfSound = (row: SoundRow): number | undefined => soundIndex.get(row.class);

/** The boxes of each label in a picture, by index among all labels. */
export function boxesByLabel({ boxes }: PictureRow): Map<number, Box[]> {
  const found = new Map<number, Box[]>();
  for (const box of boxes) {
    const label = labelOfPicture(box.label);
    if (label !== undefined) found.set(label, [...(found.get(label) ?? []), box]);
  }
  return found;
}

/** In an order without meaning, the same each time, so that a file of features can grow. */
export async function readMaterial(data: string, { pictures: count, clips }: MaterialOptions): Promise<Material> {
  const sounds = (await readSoundRows(data))
    .filter((row) => labelOfSound(row) !== undefined)
    .sort((a, b) => seedOf(a.file, 0) - seedOf(b.file, 0));
  const heard = new Set(sounds.map(labelOfSound));
  const rows = (await readPictureRows(data)).sort((a, b) => seedOf(a.id, 0) - seedOf(b.id, 0));
  const shown = rows.filter((row) => [...boxesByLabel(row).keys()].some((label) => heard.has(label)));
  const watched = <Row extends { readonly fold: number }>(all: readonly Row[]): Row[] =>
    all.filter(({ fold }) => fold === 0);
  const learnt = <Row extends { readonly fold: number }>(all: readonly Row[]): Row[] =>
    all.filter(({ fold }) => fold !== 0);
  const labelsOfPicture = (row: PictureRow): number[] => [...boxesByLabel(row).keys()];
  const labelsOfClip = (row: SoundRow): number[] => [labelOfSound(row)!];
  return {
    pictures: [
      ...limited(learnt(shown), labelsOfPicture, count, picturesPerLabel),
      ...limited(watched(shown), labelsOfPicture, count / 5, picturesPerLabel / 5),
    ],
    sounds: [
      ...limited(learnt(sounds), labelsOfClip, Infinity, clips),
      ...limited(watched(sounds), labelsOfClip, Infinity, clips / 5),
    ],
  };
}

/** The first rows, so that there are at most `count`, and of no label many more than `most`. */
function limited<Row>(rows: readonly Row[], labelsOf: (row: Row) => number[], count: number, most: number): Row[] {
  const counts = new Map<number, number>();
  const chosen: Row[] = [];
  for (const row of rows) {
    const found = labelsOf(row);
    if (chosen.length >= count || found.every((label) => (counts.get(label) ?? 0) >= most)) continue;
    for (const label of found) counts.set(label, (counts.get(label) ?? 0) + 1);
    chosen.push(row);
  }
  return chosen;
}
