/** The list of a model's training on disk. It may come from anyone, so it is read piece by piece, and not without end. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip, gzipSync } from 'node:zlib';
import { LookhearError } from '../errors.ts';
import { type WriteOptions, writeFileAtomically } from '../media/atomicWrite.ts';
import {
  longestLine,
  manifestLines,
  parseManifest,
  type TrainingManifest,
  trainingManifestFile,
} from './trainingManifest.ts';

/** Unpacked; five million sounds of 5 s. */
const mostCharacters = 2 ** 30;

/** @throws LookhearError OUTPUT_EXISTS, OUTPUT_UNWRITABLE */
export async function writeTrainingManifest(
  path: string,
  manifest: TrainingManifest,
  options: WriteOptions = {},
): Promise<void> {
  const lines = [...manifestLines(manifest)].map((line) => `${line}\n`).join('');
  await writeFileAtomically(path, gzipSync(lines, { level: 9 }), options);
}

/** The list of a model's folder; null where the model brings none. Fails as `readTrainingManifest`. */
export async function readManifestOf(modelFolder: string): Promise<TrainingManifest | null> {
  const path = join(modelFolder, trainingManifestFile);
  const entry = await stat(path).catch(() => undefined);
  return entry === undefined ? null : await readTrainingManifest(path);
}

/** @throws LookhearError INPUT_MISSING, INPUT_UNREADABLE, INPUT_TOO_LARGE, INPUT_CORRUPT */
export async function readTrainingManifest(path: string): Promise<TrainingManifest> {
  try {
    return await parseManifest(unpackedLines(path), path);
  } catch (cause) {
    throw cause instanceof LookhearError ? cause : unreadable(path, cause);
  }
}

async function* unpackedLines(path: string): AsyncGenerator<string> {
  const packed = createReadStream(path);
  const unpacked = createGunzip();
  packed.once('error', (error) => unpacked.destroy(error));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let characters = 0;
  let rest = '';
  try {
    for await (const piece of packed.pipe(unpacked)) {
      const text = decoder.decode(piece, { stream: true });
      characters += text.length;
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      if (characters > mostCharacters || rest.length > longestLine) throw tooLarge(path);
      yield* lines;
    }
    if (rest + decoder.decode() !== '') yield rest;
  } finally {
    packed.destroy();
  }
}

function tooLarge(path: string): LookhearError {
  return new LookhearError(
    'INPUT_TOO_LARGE',
    `Cannot read ${path}: there is more in it than in any list of a training.`,
  );
}

function unreadable(path: string, cause: unknown): LookhearError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT')
    return new LookhearError('INPUT_MISSING', `Cannot read ${path}: there is no such file.`, { cause });
  if (code.startsWith('Z_') || cause instanceof TypeError) {
    return new LookhearError('INPUT_CORRUPT', `Cannot read ${path}: it is not text packed by gzip, or it is cut off.`, {
      cause,
    });
  }
  return new LookhearError('INPUT_UNREADABLE', `Cannot read ${path}: the system says ${code || cause}.`, { cause });
}
