/** FLAC to samples with libFLAC in WebAssembly, frame by frame; `flacFrames` finds and checks the frames. */
import { LookhearError } from '../errors.ts';
import type { SoundBlock } from '../sound/sound.ts';
import { type ByteSource, pieces } from './byteSource.ts';
import { createFlacReader } from './flacFrames.ts';
import { quietly } from './quietly.ts';

/** @param start Where "fLaC" stands, behind a tag that some programs put in front. */
export async function* decodeFlac(source: ByteSource, start: number, signal?: AbortSignal): AsyncGenerator<SoundBlock> {
  const { FLACDecoder } = await import('@wasm-audio-decoders/flac');
  const decoder = new FLACDecoder();
  await decoder.ready;
  try {
    const reader = createFlacReader(source.name);
    for await (const piece of pieces(source, start, signal)) yield* decode(reader.push(piece));
    yield* decode(reader.finish());

    async function* decode(frames: Uint8Array[]): AsyncGenerator<SoundBlock> {
      const stream = reader.stream();
      if (frames.length === 0 || stream === undefined) return;
      const decoded = await quietly(() => decoder.decodeFrames(frames));
      if (decoded.errors.length > 0) {
        throw new LookhearError('INPUT_CORRUPT', `${source.name} is damaged: a FLAC frame cannot be decoded.`);
      }
      const total = stream.total === 0 ? {} : { total: stream.total };
      yield { sampleRate: stream.sampleRate, channels: decoded.channelData, ...total };
    }
  } finally {
    decoder.free();
  }
}
