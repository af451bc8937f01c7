/**
 * mp3 to samples with mpg123 in WebAssembly. The file is walked twice: first to count its frames, which costs little and
 * tells a cut file before any work is done, then to decode them.
 */
import { LookhearError } from '../errors.ts';
import type { SoundBlock } from '../sound/sound.ts';
import { type ByteSource, pieces } from './byteSource.ts';
import { createMp3Walker, type Mp3Header, type Mp3Info, readMp3Header, readMp3Info } from './mp3Frames.ts';
import { quietly } from './quietly.ts';

export async function* decodeMp3(source: ByteSource, signal?: AbortSignal): AsyncGenerator<SoundBlock> {
  const { header, frames, trimmed } = await inspect(source, signal);
  const total = Math.max(0, frames * header.samples - trimmed);
  const { MPEGDecoder } = await import('mpg123-decoder');
  const decoder = new MPEGDecoder();
  await decoder.ready;
  try {
    const walker = createMp3Walker();
    let decoded = 0;
    for await (const piece of pieces(source, 0, signal)) {
      const block = decode(walker.push(piece));
      decoded += block.channels[0].length;
      yield block;
    }
    const last = decode(walker.finish().frames);
    decoded += last.channels[0].length;
    yield last;
    // The decoder may keep the tail of the last frames to itself.
    if (decoded < total - 2 * header.samples) {
      throw new LookhearError('INPUT_CORRUPT', `${source.name} is damaged: part of its mp3 frames cannot be decoded.`);
    }
  } finally {
    decoder.free();
  }

  function decode(compressed: Uint8Array[]): SoundBlock {
    const { channelData } = quietly(() => decoder.decodeFrames(compressed));
    return { sampleRate: header.sampleRate, channels: channelData, total };
  }
}

/** Counts the frames. @throws LookhearError INPUT_CORRUPT when there are none, or fewer than the file promises. */
async function inspect(source: ByteSource, signal?: AbortSignal): Promise<{ header: Mp3Header } & Mp3Info> {
  const walker = createMp3Walker();
  let header: Mp3Header | undefined;
  let info: Mp3Info | undefined;
  let frames = 0;
  const count = (found: readonly Uint8Array[]) => {
    if (header === undefined && found.length > 0) {
      header = readMp3Header(found[0], 0);
      info = header && readMp3Info(found[0], header);
    }
    frames += found.length;
  };
  for await (const piece of pieces(source, 0, signal)) count(walker.push(piece));
  const end = walker.finish();
  count(end.frames);
  if (header === undefined) {
    throw new LookhearError('INPUT_CORRUPT', `${source.name} has no mp3 frame that can be decoded.`);
  }
  if (info !== undefined) frames -= 1;
  if (end.isCut || (info !== undefined && frames < info.frames)) {
    const seconds = (count: number) => ((count * header!.samples) / header!.sampleRate).toFixed(2);
    const promise = info === undefined ? 'its last mp3 frame is not complete' : `it promises ${seconds(info.frames)} s`;
    throw new LookhearError(
      'INPUT_CORRUPT',
      `${source.name} ends early or is damaged: ${promise}, and ${seconds(frames)} s are there.`,
      { hint: 'Copy or download the file again.' },
    );
  }
  return { header, frames, trimmed: info?.trimmed ?? 0 };
}
