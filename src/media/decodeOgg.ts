/**
 * Ogg Vorbis and Ogg Opus to samples, with libvorbis and libopus in WebAssembly. `oggPages` takes the file apart; the position
 * that the last page states tells how many samples there are, and what the decoder gives beyond it is
 * padding.
 */
import { LookhearError } from '../errors.ts';
import type { SoundBlock } from '../sound/sound.ts';
import { type ByteSource, pieces } from './byteSource.ts';
import { createOggReader, type OggPage } from './oggPages.ts';
import { quietly } from './quietly.ts';

interface PacketDecoder {
  readonly sampleRate: number;
  /** Samples at the beginning of the stream that are counted in positions but not given out. */
  readonly preSkip: number;
  decode(packets: readonly Uint8Array[]): Promise<readonly Float32Array[]>;
  free(): void;
}

interface Codec {
  /** Packets before the first one with sound. */
  readonly headers: number;
  open(headers: readonly Uint8Array[], name: string): Promise<PacketDecoder>;
}

export type OggCodec = 'vorbis' | 'opus';

const codecs: Readonly<Record<OggCodec, Codec>> = {
  vorbis: { headers: 3, open: openVorbis },
  opus: { headers: 2, open: openOpus },
};

export async function* decodeOgg(
  source: ByteSource,
  codec: OggCodec,
  signal?: AbortSignal,
): AsyncGenerator<SoundBlock> {
  const length = await inspect(source, signal);
  const { headers, open } = codecs[codec];
  const reader = createOggReader(source.name);
  const headerPackets: Uint8Array[] = [];
  let decoder: PacketDecoder | undefined;
  let given = 0;
  /** Position of the first sample: a recorded live stream does not begin at 0. */
  let origin: number | undefined;
  try {
    for await (const piece of pieces(source, 0, signal)) {
      for (const page of reader.push(piece)) {
        const packets = [...page.packets];
        while (headerPackets.length < headers && packets.length > 0) headerPackets.push(packets.shift()!);
        if (headerPackets.length < headers || packets.length === 0) continue;
        decoder ??= await open(headerPackets, source.name);
        const block = await read(page, packets, decoder);
        if (block !== undefined) yield block;
      }
    }
    if (origin !== undefined && decoder !== undefined && given < length - origin - decoder.preSkip) {
      throw new LookhearError('INPUT_CORRUPT', `${source.name} is damaged: part of its sound cannot be decoded.`);
    }
  } finally {
    decoder?.free();
  }

  async function read(
    page: OggPage,
    packets: readonly Uint8Array[],
    { sampleRate, preSkip, decode }: PacketDecoder,
  ): Promise<SoundBlock | undefined> {
    const channels = await decode(packets);
    const decoded = channels[0]?.length ?? 0;
    origin ??= page.isLast || page.granule === undefined ? 0 : Math.max(0, page.granule - preSkip - decoded);
    const total = Math.max(0, length - origin - preSkip);
    const wanted = Math.min(decoded, total - given);
    given += wanted;
    return wanted > 0
      ? { sampleRate, channels: channels.map((channel) => channel.subarray(0, wanted)), total }
      : undefined;
  }
}

/** Checks every page and returns the position that the last one states. */
async function inspect(source: ByteSource, signal?: AbortSignal): Promise<number> {
  const reader = createOggReader(source.name);
  let position = 0;
  for await (const piece of pieces(source, 0, signal)) {
    for (const page of reader.push(piece)) position = page.granule ?? position;
  }
  reader.finish();
  return position;
}

async function openVorbis([identification, , setup]: readonly Uint8Array[]): Promise<PacketDecoder> {
  const { OggVorbisDecoder } = await import('@wasm-audio-decoders/ogg-vorbis');
  const decoder = new OggVorbisDecoder();
  await decoder.ready;
  const sampleRate = new DataView(identification.buffer, identification.byteOffset).getUint32(12, true);
  // The package wants pages as its own parser makes them; that one hangs on damaged setup packets, so it is left out.
  type Page = Parameters<typeof decoder.decodeOggPages>[0][number];
  const pageOf = (packets: readonly Uint8Array[]) =>
    ({
      data: identification,
      codecFrames: packets.map((data) => ({ data, header: { vorbisSetup: setup } })),
    }) as unknown as Page;
  return {
    sampleRate,
    preSkip: 0,
    decode: async (packets) => (await quietly(() => decoder.decodeOggPages([pageOf(packets)]))).channelData,
    free: () => decoder.free(),
  };
}

/** The identification header is that of RFC 7845, section 5.1. */
async function openOpus([head]: readonly Uint8Array[], name: string): Promise<PacketDecoder> {
  const { createOpusDecoder } = await import('@audio/decode-opus/core');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const channels = head[9];
  const hasMapping = head[18] !== 0;
  if (head.length < (hasMapping ? 21 + channels : 19)) {
    throw new LookhearError('INPUT_CORRUPT', `${name} is damaged: its Opus header is too short.`);
  }
  const preSkip = view.getUint16(10, true);
  const mapping = hasMapping
    ? { streamCount: head[19], coupledStreamCount: head[20], channelMappingTable: head.slice(21, 21 + channels) }
    : {};
  const decoder = await createOpusDecoder();
  decoder.configure({ sampleRate: 48000, channels, preSkip, outputGain: view.getInt16(16, true), ...mapping });
  return {
    sampleRate: 48000,
    preSkip,
    decode: async (packets) => quietly(() => decoder.decodeFrames([...packets])).channelData,
    free: () => decoder.free(),
  };
}
