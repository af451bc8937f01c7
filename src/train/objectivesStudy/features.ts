/**
 * What the small model's frozen encoders make of pictures and sounds, kept in the run folder of `train:small`. What is
 * there is used, what is missing is made.
 */
import { mkdir } from 'node:fs/promises';
import { type PictureRow, readSoundRows, type SoundRow } from '../../data/manifests.ts';
import type { Engine } from '../../engine/engine.ts';
import { embeddingSize, extractEmbeddings, readEmbeddings } from '../small/extractEmbeddings.ts';
import { extractPlain, plainPath, readScales } from '../small/extractFeatures.ts';
import { FeatureFile, type FeatureScales } from '../small/featureCache.ts';
import { readPictureSet } from '../small/pictureSet.ts';

export interface StudyFeatures {
  /** In the order of the records. */
  readonly rows: readonly PictureRow[];
  readonly soundRows: readonly SoundRow[];
  readonly scales: FeatureScales;
  readonly pictures: FeatureFile;
  /** Embedding of a source (`embeddingSources`), [384]. */
  embedding(source: number): Float32Array;
}

export interface FeatureOptions {
  readonly data: string;
  readonly pretrained: string;
  /** Run folder of `train:small`. */
  readonly run: string;
  /** At most this many pictures; their order has no meaning, so any number is a fair sample. */
  readonly pictures: number;
  readonly engine: Engine;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, what: string) => void;
}

/** The seed by which `train:small` makes its features, unless told otherwise. */
const RECIPE_SEED = 1;

export async function openFeatures(options: FeatureOptions): Promise<StudyFeatures> {
  const { data, run } = options;
  await mkdir(run, { recursive: true });
  const all = await readPictureSet(data);
  const set = { ...all, rows: all.rows.slice(0, options.pictures) };
  const soundRows = await readSoundRows(data);
  const extraction = { ...options, folder: run, seed: RECIPE_SEED };
  await extractPlain({ ...extraction, set });
  await extractEmbeddings({ ...extraction, rows: soundRows });
  const embeddings = readEmbeddings(run);
  const scales = (await readScales(run))!;
  return {
    rows: set.rows,
    soundRows,
    scales,
    pictures: new FeatureFile(plainPath(run), scales, 'r'),
    embedding: (source) => embeddings.subarray(source * embeddingSize, (source + 1) * embeddingSize),
  };
}
