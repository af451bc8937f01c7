/**
 * VGGish's embeddings of every sound, computed once: the report spent six hours on them. A sound has a vector for each
 * of its patches of 0.96 s; what is known is kept in a file of the run, so that a stopped training does not begin again.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingPair } from '../../data/trainingPair.ts';
import { float32Values, type Session } from '../../engine/engine.ts';
import { LookhearError } from '../../errors.ts';
import { soundInput } from '../../localize/hear.ts';
import { readSound } from '../../media/readSound.ts';
import { vggishTiming } from '../../networks/vggish.ts';
import { loudness } from '../../sound/loudness.ts';
import { cutPatches } from '../../sound/patches.ts';
import { type NamedTensor, readSafetensors, writeSafetensors } from '../../weights/safetensors.ts';
import type { RunFolder } from '../run/runFolder.ts';

/** As VGGish cuts a sound: not overlapping, whole patches only. */
const vggishPatches = { seconds: vggishTiming.patchSeconds, hop: vggishTiming.hopSeconds, tail: 'drop' } as const;

/** Patches this many decibels below the loudest teach nothing about the thing that sounds. */
const QUIET = 16.5;

export interface SoundVectors {
  /** What the network is fed for each patch, one after another: an embedding, or the patch itself. */
  readonly values: Float32Array;
  readonly patches: number;
  /** Patches that are loud enough to train on. */
  readonly loud: readonly number[];
}

export interface SoundCacheOptions {
  readonly pairs: readonly TrainingPair[];
  readonly folder: RunFolder;
  /** Opens VGGish, when the first sound needs it; undefined where patches themselves are wanted. */
  readonly openVggish: (() => Promise<Session>) | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

const FILE = 'sounds.safetensors';
/** Sounds between two writings of the file. */
const EVERY = 200;

export async function cacheSounds(options: SoundCacheOptions): Promise<Map<string, SoundVectors>> {
  const { pairs, folder, openVggish, signal, onProgress } = options;
  const known = await readKnown(join(folder.path, FILE));
  const missing = pairs.filter(({ id }) => !known.has(id));
  const session = missing.length > 0 ? await openVggish?.() : undefined;
  const save = (): Promise<void> => folder.write(FILE, writeSafetensors({ tensors: known, metadata: {} }));
  for (const [index, { id, audio }] of missing.entries()) {
    if (signal.aborted) await save();
    signal.throwIfAborted();
    known.set(id, await vectorsOf(audio, session));
    if ((index + 1) % EVERY === 0 || index + 1 === missing.length) await save();
    onProgress(pairs.length - missing.length + index + 1, pairs.length);
  }
  await session?.close();
  return new Map(pairs.map(({ id }) => [id, unpacked(known.get(id)!)]));
}

/** [patches, 1 + length]: the level in decibels, then the vector. */
async function vectorsOf(path: string, session: Session | undefined): Promise<NamedTensor> {
  const sound = await readSound(path);
  const rows: Float32Array[] = [];
  for (const { samples } of cutPatches(sound, vggishPatches)) {
    const logMel = soundInput({ frontEnd: 'vggish' }, { sampleRate: sound.sampleRate, samples });
    const vector =
      session === undefined
        ? (logMel.data as Float32Array)
        : float32Values(await session.run({ logmel: logMel }, ['embedding']), 'embedding');
    const row = new Float32Array(1 + vector.length);
    row[0] = Math.max(-200, loudness(samples));
    row.set(vector, 1);
    rows.push(row);
  }
  const width = rows[0].length;
  const values = new Float32Array(rows.length * width);
  for (const [index, row] of rows.entries()) values.set(row, index * width);
  return { shape: [rows.length, width], values };
}

function unpacked({ shape: [patches, width], values: rows }: NamedTensor): SoundVectors {
  const values = new Float32Array(patches * (width - 1));
  const levels: number[] = [];
  for (let patch = 0; patch < patches; patch++) {
    levels.push(rows[patch * width]);
    values.set(rows.subarray(patch * width + 1, (patch + 1) * width), patch * (width - 1));
  }
  const quietest = Math.max(...levels) - QUIET;
  return { values, patches, loud: levels.flatMap((level, patch) => (level >= quietest ? [patch] : [])) };
}

async function readKnown(path: string): Promise<Map<string, NamedTensor>> {
  try {
    return new Map(readSafetensors(await readFile(path), path).tensors);
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    // Cut by a crash of the machine: it is computed again.
    if (isAbsent || (error instanceof LookhearError && error.code === 'INPUT_CORRUPT')) return new Map();
    throw error;
  }
}
