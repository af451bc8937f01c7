/**
 * What the two published networks say of every picture and sound, computed once: the picture's 150 probabilities on a
 * coarse grid, the sound's embeddings and scores for a few patches. Two files of records of equal length that a stopped
 * run goes on with.
 */
import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { float32Values, type Session } from '../../engine/engine.ts';
import type { Heard, PatchEvidence, PictureEvidence } from '../../localize/evidence.ts';
import { soundInput } from '../../localize/hear.ts';
import { see } from '../../localize/see.ts';
import { readPicture } from '../../media/readPicture.ts';
import { readSound } from '../../media/readSound.ts';
import { loudness } from '../../sound/loudness.ts';
import { cutPatches } from '../../sound/patches.ts';
import type { Sound } from '../../sound/sound.ts';
import type { Model } from '../../weights/model.ts';
import type { Material } from './material.ts';

/** Cells along each side of the coarse grid. */
export const gridSide = 16;
export const gridCells = gridSide * gridSide;
export const sightCount = 150;
export const embeddingSize = 1024;
export const scoreCount = 521;
/** Patches of a clip, spread evenly over it. */
export const patchesPerClip = 3;

const pictureFloats = sightCount * gridCells;
/** Level in dBFS, scores, embedding. */
const patchFloats = 1 + scoreCount + embeddingSize;
const clipFloats = patchesPerClip * patchFloats;

export interface ExtractOptions {
  readonly model: Model;
  readonly pictureSession: Session;
  readonly soundSession: Session;
  readonly material: Material;
  readonly data: string;
  /** Folder of the two files. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, what: string) => void;
}

export async function extractFeatures(options: ExtractOptions): Promise<Features> {
  const { model, material, data, folder, signal, onProgress } = options;
  await extend(join(folder, 'sounds.f32'), clipFloats, material.sounds, async (row, done) => {
    signal.throwIfAborted();
    const record = await clipRecord(options, await readSound(join(data, 'sounds', row.file)));
    onProgress(done, material.sounds.length, 'sounds');
    return record;
  });
  await extend(join(folder, 'pictures.f32'), pictureFloats, material.pictures, async (row, done) => {
    signal.throwIfAborted();
    const picture = await readPicture(join(data, 'pictures', row.image));
    onProgress(done, material.pictures.length, 'pictures');
    return coarse(await see(model.picture, options.pictureSession, picture));
  });
  return new Features(folder);
}

/** Appends the records that a file lacks. */
async function extend<Row>(
  path: string,
  floats: number,
  rows: readonly Row[],
  make: (row: Row, done: number) => Promise<Float32Array>,
): Promise<void> {
  const file = openSync(path, 'a+');
  try {
    const first = Math.floor(fstatSync(file).size / (4 * floats));
    ftruncateSync(file, first * 4 * floats);
    for (let index = first; index < rows.length; index++) {
      const record = await make(rows[index], index + 1);
      writeSync(file, new Uint8Array(record.buffer, record.byteOffset, record.byteLength));
    }
  } finally {
    closeSync(file);
  }
}

/** The mean over the cells of the network's grid that lie in each coarse cell, [150, 16, 16]. */
function coarse({ rows, columns, probabilities }: PictureEvidence): Float32Array {
  const sums = new Float32Array(pictureFloats);
  const counts = new Float32Array(gridCells);
  const cells = rows * columns;
  for (let cell = 0; cell < cells; cell++) {
    const row = Math.floor((Math.floor(cell / columns) * gridSide) / rows);
    const place = row * gridSide + Math.floor(((cell % columns) * gridSide) / columns);
    counts[place]++;
    for (let sight = 0; sight < sightCount; sight++) {
      sums[sight * gridCells + place] += probabilities[sight * cells + cell];
    }
  }
  return sums.map((sum, index) => sum / counts[index % gridCells]);
}

async function clipRecord({ model, soundSession }: ExtractOptions, sound: Sound): Promise<Float32Array> {
  const record = new Float32Array(clipFloats);
  const { patchSeconds: seconds } = model.sound;
  const hop = Math.max(0.05, (sound.samples.length / sound.sampleRate - seconds) / (patchesPerClip - 1));
  const patches = [...cutPatches(sound, { seconds, hop })];
  for (let place = 0; place < patchesPerClip; place++) {
    const { samples } = patches[Math.min(place, patches.length - 1)];
    const feed = soundInput(model.sound, { sampleRate: sound.sampleRate, samples });
    const outputs = await soundSession.run({ [model.sound.input]: feed });
    record[place * patchFloats] = loudness(samples);
    record.set(float32Values(outputs, model.sound.output), place * patchFloats + 1);
    record.set(float32Values(outputs, 'embedding'), place * patchFloats + 1 + scoreCount);
  }
  return record;
}

/** The two files in memory, read by the place of a row in the material. */
export class Features {
  readonly #pictures: Float32Array;
  readonly #sounds: Float32Array;

  constructor(folder: string) {
    this.#pictures = readFloats(join(folder, 'pictures.f32'));
    this.#sounds = readFloats(join(folder, 'sounds.f32'));
  }

  /** [150, 16 * 16] */
  picture(index: number): Float32Array {
    return this.#pictures.subarray(index * pictureFloats, (index + 1) * pictureFloats);
  }

  /** [1024] of a patch of a clip. */
  embedding(clip: number, patch: number): Float32Array {
    const start = clip * clipFloats + patch * patchFloats + 1 + scoreCount;
    return this.#sounds.subarray(start, start + embeddingSize);
  }

  /** Level of a patch in dBFS. */
  level(clip: number, patch: number): number {
    return this.#sounds[clip * clipFloats + patch * patchFloats];
  }

  /** A clip as `hear` would give it, with the published scores or with what is made of the embeddings. */
  evidence(clip: number, silence: number, hearing: (patch: number) => Float32Array): PatchEvidence[] {
    return Array.from({ length: patchesPerClip }, (_, patch) => {
      const level = this.level(clip, patch);
      const heard: Heard | null = level < silence ? null : { probabilities: hearing(patch), other: 0 };
      return { start: patch, end: patch + 1, level, heard };
    });
  }

  /** [521] of a patch of a clip. */
  scores(clip: number, patch: number): Float32Array {
    const start = clip * clipFloats + patch * patchFloats + 1;
    return this.#sounds.subarray(start, start + scoreCount);
  }
}

function readFloats(path: string): Float32Array {
  if (!existsSync(path)) return new Float32Array();
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4));
}
