/**
 * What the model is judged by while it is made: pictures and sounds of fold 0, of which nothing was trained on,
 * composed into pairs. The evidence of each picture and sound is computed once; pairs then cost next to nothing.
 */
import type { PictureRow, SoundRow } from '../../data/manifests.ts';
import type { Session } from '../../engine/engine.ts';
import { seededRandom, seedOf } from '../../layers/random.ts';
import { combinePatches } from '../../localize/combinePatches.ts';
import type { Heard, PictureEvidence } from '../../localize/evidence.ts';
import { hear } from '../../localize/hear.ts';
import { see } from '../../localize/see.ts';
import type { Model } from '../../weights/model.ts';
import { labels, pictureIndex, pictureLabels } from './labels.ts';
import { loadPicture, type PictureSet } from './pictureSet.ts';
import { classOf, loadSound, other } from './soundSet.ts';

export interface SeenPicture {
  readonly row: PictureRow;
  readonly evidence: PictureEvidence;
}

export interface HeardSound {
  readonly row: SoundRow;
  /** Index among the labels, or `other`. */
  readonly label: number;
  readonly heard: Heard;
}

export interface ValidationSet {
  readonly pictures: readonly SeenPicture[];
  readonly sounds: readonly HeardSound[];
}

export interface GatherOptions {
  readonly model: Model;
  readonly pictureSession: Session;
  readonly soundSession: Session;
  readonly pictures: PictureSet;
  readonly data: string;
  readonly soundRows: readonly SoundRow[];
  /** At most this many pictures. */
  readonly pictureCount: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, what: string) => void;
}

/** Pictures of fold 0 with a box of one of the labels, at most `count`. */
export function validationPictures(rows: readonly PictureRow[], count: number): PictureRow[] {
  return rows
    .filter(({ fold, boxes }) => fold === 0 && boxes.some(({ label }) => pictureIndex.has(label)))
    .slice(0, count);
}

/** Recordings of fold 0. */
export function validationSounds(rows: readonly SoundRow[]): SoundRow[] {
  return rows.filter(({ fold, kind }) => fold === 0 && kind === 'recording');
}

export async function gatherValidation(options: GatherOptions): Promise<ValidationSet> {
  const { model, signal, onProgress } = options;
  const rows = validationPictures(options.pictures.rows, options.pictureCount);
  const pictures: SeenPicture[] = [];
  for (const row of rows) {
    signal.throwIfAborted();
    const { picture } = await loadPicture(options.pictures, row);
    pictures.push({ row, evidence: await see(model.picture, options.pictureSession, picture) });
    onProgress(pictures.length, rows.length, 'validation pictures');
  }
  const soundRows = validationSounds(options.soundRows);
  const sounds: HeardSound[] = [];
  for (const [index, row] of soundRows.entries()) {
    signal.throwIfAborted();
    const { patches } = await hear(model, options.soundSession, await loadSound(options.data, row));
    const heard = combinePatches(patches);
    if (heard) sounds.push({ row, label: classOf(row), heard });
    onProgress(index + 1, soundRows.length, 'validation sounds');
  }
  return { pictures, sounds };
}

export interface ValidationPair {
  readonly picture: SeenPicture;
  readonly sound: HeardSound;
  /** Index among the labels of what is asked for in the picture. */
  readonly label: number;
}

/** Index among all labels of a picture class. */
export function labelOfClass(name: string): number | undefined {
  const index = pictureIndex.get(name);
  return index === undefined ? undefined : labels.indexOf(pictureLabels[index]);
}

const labelsIn = (row: PictureRow): Set<number> => new Set(row.labels.flatMap((name) => labelOfClass(name) ?? []));

/**
 * A picture with the sound of each boxed thing in it; `count` sounds for each thing. Pictures and sounds may come with
 * their evidence or without.
 */
export function truePairs<Picture extends Pick<SeenPicture, 'row'>, Sound extends Pick<HeardSound, 'label'>>(
  { pictures, sounds }: { readonly pictures: readonly Picture[]; readonly sounds: readonly Sound[] },
  count: number,
  seed: number,
): { picture: Picture; sound: Sound; label: number }[] {
  const random = seededRandom(seedOf('true pairs', seed));
  return pictures.flatMap((picture) => {
    const boxed = new Set(picture.row.boxes.flatMap((box) => labelOfClass(box.label) ?? []));
    return [...boxed].flatMap((label) => {
      const fitting = sounds.filter((sound) => sound.label === label);
      return fitting.length === 0
        ? []
        : Array.from({ length: count }, () => ({
            picture,
            sound: fitting[Math.floor(random() * fitting.length)],
            label,
          }));
    });
  });
}

/** A picture with sounds of labels that are not in it, and with sounds of no label at all. */
export function falsePairs(
  { pictures, sounds }: ValidationSet,
  count: number,
  seed: number,
): { wrong: ValidationPair[]; unlabelled: ValidationPair[] } {
  const random = seededRandom(seedOf('false pairs', seed));
  const unlabelledSounds = sounds.filter(({ label }) => label === other);
  const wrong: ValidationPair[] = [];
  const unlabelled: ValidationPair[] = [];
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)];
  for (const picture of pictures) {
    const present = labelsIn(picture.row);
    const absent = [...new Set(sounds.map(({ label }) => label))].filter(
      // A person may be in any picture whose annotators did not look for people.
      (label) => label !== other && !present.has(label) && (label !== 0 || picture.row.exhaustive),
    );
    for (let drawn = 0; drawn < count; drawn++) {
      const label = pick(absent);
      wrong.push({ picture, sound: pick(sounds.filter((sound) => sound.label === label)), label });
      if (unlabelledSounds.length > 0) unlabelled.push({ picture, sound: pick(unlabelledSounds), label: other });
    }
  }
  return { wrong, unlabelled };
}
