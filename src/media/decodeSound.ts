/** From a file to blocks of samples: one decoder a format. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookhearError } from '../errors.ts';
import type { SoundBlock } from '../sound/sound.ts';
import { createWavReader } from '../sound/wav.ts';
import { type ByteSource, pieces } from './byteSource.ts';
import { decodeFlac } from './decodeFlac.ts';
import { decodeMp3 } from './decodeMp3.ts';
import { decodeOgg } from './decodeOgg.ts';
import { ffmpegInput, runFfmpeg } from './ffmpeg.ts';
import { type SoundFormat, soundFormatOf } from './soundFormat.ts';

/**
 * All of a file's sound, in blocks of at most a few seconds, at its own rate and with its own channels.
 *
 * @throws LookhearError INPUT_UNSUPPORTED, INPUT_CORRUPT, FFMPEG_MISSING, ABORTED; whatever a decoder stumbles over becomes
 *   INPUT_CORRUPT.
 */
export async function* decodeSound(source: ByteSource, signal?: AbortSignal): AsyncGenerator<SoundBlock> {
  const format = await soundFormatOf(source);
  try {
    yield* decodeAs(format, source, signal);
  } catch (error) {
    if (error instanceof LookhearError) throw error;
    const message = `${source.name} is damaged: its ${format.kind} decoder gave up.`;
    throw new LookhearError('INPUT_CORRUPT', message, { cause: error });
  }
}

function decodeAs(format: SoundFormat, source: ByteSource, signal?: AbortSignal): AsyncGenerator<SoundBlock> {
  switch (format.kind) {
    case 'wav':
      return readWavPieces(pieces(source, 0, signal), source.name);
    case 'flac':
      return decodeFlac(source, format.start, signal);
    case 'mp3':
      return decodeMp3(source, signal);
    case 'vorbis':
    case 'opus':
      return decodeOgg(source, format.kind, signal);
    case 'ffmpeg':
      return decodeWithFfmpeg(source, format.container, format.what, signal);
  }
}

async function* readWavPieces(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<SoundBlock> {
  const reader = createWavReader(name);
  for await (const piece of bytes) {
    const block = reader.push(piece);
    if (block !== undefined) yield block;
  }
  reader.finish();
}

/**
 * ffmpeg writes a wav stream with the channels and the rate of the file, so that mixing and resampling are ours here
 * too and a sound gives the same answer whatever it is wrapped in.
 */
async function* decodeWithFfmpeg(
  source: ByteSource,
  container: string,
  what: string,
  signal?: AbortSignal,
): AsyncGenerator<SoundBlock> {
  const folder = source.path === undefined ? await mkdtemp(join(tmpdir(), 'lookhear-')) : undefined;
  try {
    // Bytes in memory go through a file, because an mp4 may have its table of contents at the end.
    const path = source.path ?? join(folder!, 'sound');
    if (folder !== undefined) await writeFile(path, await source.read(0, source.size));
    const input = ffmpegInput(path, container);
    const output = ['-map', '0:a:0', '-c:a', 'pcm_f32le', '-f', 'wav', 'pipe:1'];
    const bytes = runFfmpeg(['-xerror', ...input, ...output], { name: source.name, what, signal });
    yield* readWavPieces(bytes, source.name);
  } catch (error) {
    const cause = error instanceof LookhearError ? error.cause : undefined;
    if (cause instanceof Error && cause.message.includes('matches no streams')) {
      throw new LookhearError('INPUT_UNSUPPORTED', `${source.name} has no sound in it.`, { cause });
    }
    throw error;
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}
