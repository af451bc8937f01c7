/**
 * The small model's validation pairs as a list that `lookhear evaluate` takes: pictures of fold 0 with recordings of
 * fold 0 of each thing that has a box. Training took none of them; the answer's thresholds were set on them.
 */
import { join, resolve } from 'node:path';
import { readSoundRows } from '../../data/manifests.ts';
import { labels } from '../small/labels.ts';
import { readPictureSet } from '../small/pictureSet.ts';
import { classOf } from '../small/soundSet.ts';
import { labelOfClass, truePairs, validationPictures, validationSounds } from '../small/validationSet.ts';

/** As many as calibrate and measure the model in its recipe. */
const pictureCount = 600;

/** @param data The training folder. @returns lines of JSON */
export async function validationPairs(data: string, seed: number): Promise<string> {
  const { rows } = await readPictureSet(data);
  const pictures = validationPictures(rows, pictureCount).map((row) => ({ row }));
  const sounds = validationSounds(await readSoundRows(data)).map((row) => ({ row, label: classOf(row) }));
  const lines = truePairs({ pictures, sounds }, 1, seed).map(({ picture: { row }, sound, label }) => ({
    id: `${row.id}_${label}`,
    image: resolve(join(data, 'pictures', row.image)),
    audio: resolve(join(data, 'sounds', sound.row.file)),
    label: labels[label],
    present: [...new Set(row.labels.flatMap((name) => labels[labelOfClass(name) ?? -1] ?? []))],
    width: row.width,
    height: row.height,
    boxes: row.boxes.filter((box) => labelOfClass(box.label) === label),
    scene: row.group,
  }));
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
