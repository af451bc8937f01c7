/** The pictures and sounds that the recipe trains on: those of its labels, cut-outs, and all sounds; nothing of fold 0. */
import { join, parse } from 'node:path';
import { readSoundRows, type SoundRow } from '../../data/manifests.ts';
import type { TrainingFiles } from '../../evaluate/fingerprintTraining.ts';
import { trainingRows } from './extractFeatures.ts';
import { type PictureSet, readPictureSet } from './pictureSet.ts';

export function trainingFiles({ folder, rows, cutouts }: PictureSet, soundRows: readonly SoundRow[]): TrainingFiles {
  return {
    pictures: [
      ...trainingRows(rows).map(({ id, image }) => ({ id, path: join(folder, 'pictures', image) })),
      ...cutouts.map(({ image }) => ({ id: parse(image).name, path: join(folder, 'cutouts', image) })),
    ],
    sounds: soundRows
      .filter(({ fold }) => fold !== 0)
      .map(({ file }) => ({ id: parse(file).name, path: join(folder, 'sounds', file) })),
  };
}

/** The same of a training folder, as docs/training.md describes it. */
export async function readTrainingFiles(data: string): Promise<TrainingFiles> {
  return trainingFiles(await readPictureSet(data), await readSoundRows(data));
}
