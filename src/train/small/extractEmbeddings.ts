/**
 * Runs mn04 once over every clip, over disturbed copies of them and over noises, and keeps the embeddings. Resumable:
 * the file continues behind its last complete embedding, because number k always comes from seed k.
 */
import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { SoundRow } from '../../data/manifests.ts';
import { type Engine, float32Values } from '../../engine/engine.ts';
import { input } from '../../graph/tensor.ts';
import { writeOnnx } from '../../graph/writeOnnx.ts';
import { seededRandom, seedOf } from '../../layers/random.ts';
import { soundInput } from '../../localize/hear.ts';
import { cutPatches } from '../../sound/patches.ts';
import { readSoundEncoder } from './encoders.ts';
import { disturb, hopSeconds, loadSound, noise, patchSeconds, randomPatch } from './soundSet.ts';

export const embeddingSize = 384;
/** Frames of the front end `mn04` in a patch of 5 s. */
export const soundFrames = 500;
/** Disturbed copies of every clip. */
const COPIES = 2;
const NOISES = 1000;

/** What an embedding was made of. */
export type EmbeddingSource =
  | { readonly kind: 'clip' | 'copy'; readonly row: number }
  | { readonly kind: 'noise'; readonly fold: number };

/** The sources in the order of the file. */
export function embeddingSources(rowCount: number): EmbeddingSource[] {
  const rows = [...Array(rowCount).keys()];
  const clips = rows.map((row): EmbeddingSource => ({ kind: 'clip', row }));
  const noises = Array.from({ length: NOISES }, (_, index): EmbeddingSource => ({ kind: 'noise', fold: index % 5 }));
  const copies = Array.from({ length: COPIES }, () =>
    rows.map((row): EmbeddingSource => ({ kind: 'copy', row })),
  ).flat();
  return [...clips, ...noises, ...copies];
}

export interface ExtractEmbeddingsOptions {
  readonly data: string;
  readonly rows: readonly SoundRow[];
  readonly pretrained: string;
  readonly folder: string;
  readonly engine: Engine;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, what: string) => void;
}

const embeddingsPath = (folder: string): string => join(folder, 'embeddings.f32');

export async function extractEmbeddings(options: ExtractEmbeddingsOptions): Promise<void> {
  const { data, rows, engine, seed } = options;
  const logMelInput = input('logmel', [1, 1, 128, soundFrames]);
  const encoder = await readSoundEncoder(options.pretrained, logMelInput);
  const session = await engine.createSession(writeOnnx({ embedding: encoder.output }, { weights: encoder.weights }), {
    threads: 1,
  });
  const sources = embeddingSources(rows.length);
  const recordBytes = 4 * embeddingSize;
  const file = openSync(embeddingsPath(options.folder), 'a+');
  try {
    const first = Math.floor(fstatSync(file).size / recordBytes);
    ftruncateSync(file, first * recordBytes);
    for (let index = first; index < sources.length; index++) {
      options.signal.throwIfAborted();
      const random = seededRandom(seedOf(`sound ${index}`, seed));
      const samples = await patchOf(sources[index], data, rows, random);
      const logmel = soundInput({ frontEnd: 'mn04' }, { sampleRate: 16000, samples });
      const embedding = float32Values(await session.run({ logmel }), 'embedding');
      writeSync(file, new Uint8Array(embedding.buffer, embedding.byteOffset, embedding.byteLength));
      options.onProgress(index + 1, sources.length, 'sounds');
    }
  } finally {
    closeSync(file);
    await session.close();
  }
}

async function patchOf(
  source: EmbeddingSource,
  data: string,
  rows: readonly SoundRow[],
  random: ReturnType<typeof seededRandom>,
): Promise<Float32Array> {
  if (source.kind === 'noise') return noise(random);
  const sound = await loadSound(data, rows[source.row]);
  if (source.kind === 'copy') return disturb(randomPatch(sound, random), random);
  for (const patch of cutPatches(sound, { seconds: patchSeconds, hop: hopSeconds })) return patch.samples;
  throw new RangeError('a clip has no samples');
}

/** [sources, 384], as far as the file goes. */
export function readEmbeddings(folder: string): Float32Array {
  const bytes = readFileSync(embeddingsPath(folder));
  const count = Math.floor(bytes.length / (4 * embeddingSize)) * embeddingSize;
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 4 * count));
}
