/**
 * The recipe of the small model, from the training folder to the model folder. Each stage keeps what it has done in the
 * run folder, so the same command goes on where the last one was stopped, by whatever.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readSoundRows } from '../../data/manifests.ts';
import { chooseEngine } from '../../engine/chooseEngine.node.ts';
import type { TrainingProgress } from '../loop.ts';
import { extractEmbeddings, readEmbeddings } from './extractEmbeddings.ts';
import { extractAugmented, extractPlain, readScales } from './extractFeatures.ts';
import { finish } from './finish.ts';
import { readPictureSet } from './pictureSet.ts';
import { trainPicture } from './trainPicture.ts';
import { trainSound } from './trainSound.ts';

export interface RecipeSettings {
  /** The training folder: pictures/, cutouts/, sounds/, pairs/. */
  readonly data: string;
  /** The folder of the published networks. */
  readonly pretrained: string;
  /** Where features, checkpoints and logs go. */
  readonly run: string;
  /** The model folder that is written at the end. */
  readonly out: string;
  readonly version: string;
  readonly seed: number;
  /** Training steps of the picture head. */
  readonly steps: number;
  /** Pictures made of training pictures. */
  readonly made: number;
}

export interface RecipeEvents {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, what: string) => void;
  readonly onTraining: (what: string, progress: TrainingProgress) => void;
}

export async function trainSmall(settings: RecipeSettings, events: RecipeEvents): Promise<void> {
  const { data, pretrained, run, seed } = settings;
  const { signal, onProgress } = events;
  const folders = { picture: join(run, 'picture'), sound: join(run, 'sound') };
  await mkdir(folders.picture, { recursive: true });
  await mkdir(folders.sound, { recursive: true });
  const engine = await chooseEngine();
  const pictures = await readPictureSet(data);
  const soundRows = await readSoundRows(data);

  const extraction = { set: pictures, pretrained, folder: run, engine, seed, signal, onProgress };
  await extractPlain(extraction);
  await extractAugmented(extraction, settings.made);
  await extractEmbeddings({ data, rows: soundRows, pretrained, folder: run, engine, seed, signal, onProgress });

  const scales = (await readScales(run))!;
  const soundHead = await trainSound({
    engine,
    rows: soundRows,
    embeddings: readEmbeddings(run),
    folder: folders.sound,
    seed,
    signal,
    onProgress: (progress) => events.onTraining('sound', progress),
  });
  const pictureHead = await trainPicture({
    engine,
    rows: pictures.rows,
    scales,
    features: run,
    folder: folders.picture,
    steps: settings.steps,
    seed,
    signal,
    onProgress: (progress) => events.onTraining('picture', progress),
  });
  await finish({ ...settings, engine, pictures, soundRows, scales, pictureHead, soundHead, signal, onProgress });
}
