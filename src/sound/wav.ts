/**
 * Reads wav files (RIFF, and RF64 for more than 4 GB) piece by piece, so that an hour needs no more memory than a second:
 * PCM of 8, 16, 24 and 32 bits, float of 32 and 64 bits, plain or "extensible" header, any channels and rate.
 * Samples come out as -1..1 for PCM (n / 2^(bits-1)) and as they are for float.
 *
 * A length of 0 or 0xFFFFFFFF in the header means "to the end of the file": programs that write to a pipe cannot go
 * back and fill it in. Any other length is a promise, and a file that does not keep it is an error.
 */
import { LookhearError } from '../errors.ts';
import type { SoundBlock } from './sound.ts';

export interface WavReader {
  /** Takes the next bytes of the file; returns the samples that they complete, if any. */
  push(bytes: Uint8Array): SoundBlock | undefined;
  /** @throws LookhearError INPUT_CORRUPT when the file ended before its samples did. */
  finish(): void;
}

/** What the chunk "fmt " says. */
interface Format {
  readonly sampleRate: number;
  readonly channels: number;
  /** Bytes of one sample of one channel. */
  readonly width: number;
  readonly isFloat: boolean;
}

const tagPcm = 1;
const tagFloat = 3;
const tagExtensible = 0xfffe;
/** Wrappings of other codecs that people meet; for the message only. */
const otherTags: Readonly<Record<number, string>> = {
  2: 'ADPCM',
  6: 'A-law',
  7: 'mu-law',
  17: 'IMA ADPCM',
  49: 'GSM',
  80: 'MPEG',
  85: 'mp3',
};
const toTheEnd = new Set([0, 0xffffffff]);

/** A whole wav file at once. @throws LookhearError as `createWavReader` does, INPUT_EMPTY without samples. */
export function readWav(bytes: Uint8Array, name = 'The sound'): SoundBlock {
  const reader = createWavReader(name);
  const block = reader.push(bytes);
  reader.finish();
  if (block === undefined) throw new LookhearError('INPUT_EMPTY', `${name} holds no samples.`);
  return block;
}

/**
 * @param name How messages call the file.
 * @throws LookhearError INPUT_UNSUPPORTED for another codec inside, INPUT_CORRUPT for a header that makes no sense.
 */
export function createWavReader(name: string): WavReader {
  let pending: Uint8Array = new Uint8Array(0);
  /** Bytes of the current chunk still to be passed over. */
  let skip = 0;
  let isBegun = false;
  let format: Format | undefined;
  let largeDataLength: number | undefined;
  /** Bytes of samples still to come, Infinity when the file does not say; undefined before they begin. */
  let remaining: number | undefined;
  let total: number | undefined;
  let framesRead = 0;

  function corrupt(problem: string): LookhearError {
    return new LookhearError('INPUT_CORRUPT', `${name} is not a usable wav file: ${problem}.`);
  }

  function push(bytes: Uint8Array): SoundBlock | undefined {
    pending = pending.length === 0 ? bytes : concat(pending, bytes);
    while (remaining === undefined && readChunk()) {}
    const block = remaining === undefined ? undefined : readSamples();
    // The caller may use its bytes again, so what waits is copied.
    pending = pending.slice();
    return block;
  }

  /** Reads or passes over one chunk before the samples; false when more bytes are needed. */
  function readChunk(): boolean {
    if (skip > 0) {
      const passed = Math.min(skip, pending.length);
      skip -= passed;
      pending = pending.subarray(passed);
      if (skip > 0) return false;
    }
    const headerLength = isBegun ? 8 : 12;
    if (pending.length < headerLength) return false;
    const view = viewOf(pending);
    if (!isBegun) {
      const kind = ascii(pending, 0, 4);
      if (!['RIFF', 'RF64', 'BW64'].includes(kind) || ascii(pending, 8, 12) !== 'WAVE') throw corrupt('no RIFF header');
      isBegun = true;
      pending = pending.subarray(12);
      return true;
    }
    const id = ascii(pending, 0, 4);
    const length = view.getUint32(4, true);
    if (id === 'data') {
      if (format === undefined) throw corrupt('samples come before their format');
      pending = pending.subarray(8);
      beginSamples(format, length === 0xffffffff && largeDataLength !== undefined ? largeDataLength : length);
      return true;
    }
    if (id === 'fmt ' || id === 'ds64') {
      if (length > 65536) throw corrupt(`its ${id.trim()} chunk claims ${length} bytes`);
      if (pending.length < 8 + length) return false;
      const body = pending.subarray(8, 8 + length);
      if (id === 'fmt ') format = readFormat(body, name);
      else if (length >= 16) largeDataLength = Number(viewOf(body).getBigUint64(8, true));
    }
    // Chunks begin at even places.
    skip = 8 + length + (length % 2);
    return true;
  }

  function beginSamples({ channels, width }: Format, length: number): void {
    if (toTheEnd.has(length)) remaining = Number.POSITIVE_INFINITY;
    else {
      total = Math.floor(length / (channels * width));
      remaining = total * channels * width;
    }
  }

  function readSamples(): SoundBlock | undefined {
    if (format === undefined || remaining === undefined) return undefined;
    const { sampleRate, channels, width } = format;
    const frames = Math.floor(Math.min(remaining, pending.length) / (channels * width));
    const used = frames * channels * width;
    const block = pending.subarray(0, used);
    remaining -= used;
    framesRead += frames;
    pending = remaining === 0 ? pending.subarray(0, 0) : pending.subarray(used);
    if (frames === 0) return undefined;
    return { sampleRate, channels: separate(block, frames, format), ...(total === undefined ? {} : { total }) };
  }

  function finish(): void {
    if (format === undefined || remaining === undefined) throw corrupt('it ends before the first sample');
    if (total !== undefined && framesRead < total) {
      const promised = (total / format.sampleRate).toFixed(2);
      const found = (framesRead / format.sampleRate).toFixed(2);
      throw new LookhearError(
        'INPUT_CORRUPT',
        `${name} ends early: it promises ${promised} s of sound and has ${found} s.`,
        {
          hint: 'Copy or download the file again.',
        },
      );
    }
  }
  return { push, finish };
}

function readFormat(body: Uint8Array, name: string): Format {
  const corrupt = (problem: string) =>
    new LookhearError('INPUT_CORRUPT', `${name} is not a usable wav file: ${problem}.`);
  if (body.length < 16) throw corrupt('its format is cut off');
  const view = viewOf(body);
  let tag = view.getUint16(0, true);
  const channels = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  const frameBytes = view.getUint16(12, true);
  const bits = view.getUint16(14, true);
  // The true tag of an extensible header is the beginning of a GUID.
  if (tag === tagExtensible && body.length >= 26) tag = view.getUint16(24, true);
  if (tag !== tagPcm && tag !== tagFloat) {
    const codec = otherTags[tag] ?? `codec number ${tag}`;
    throw new LookhearError('INPUT_UNSUPPORTED', `${name} is a wav file with ${codec} inside, not plain samples.`, {
      hint: 'Convert it: ffmpeg -i IN.wav -c:a pcm_s16le OUT.wav',
    });
  }
  if (channels === 0) throw corrupt('it has no channels');
  if (sampleRate === 0) throw corrupt('it has a sample rate of 0');
  const width = frameBytes / channels;
  const widths = tag === tagFloat ? [4, 8] : [1, 2, 3, 4];
  if (!widths.includes(width) || bits > 8 * width) {
    throw corrupt(`samples of ${bits} bits in ${frameBytes} bytes for ${channels} channels do not fit`);
  }
  return { sampleRate, channels, width, isFloat: tag === tagFloat };
}

function separate(bytes: Uint8Array, frames: number, { channels, width, isFloat }: Format): Float32Array[] {
  const view = viewOf(bytes);
  const stride = channels * width;
  const read = isFloat ? floatReaders[width] : pcmReaders[width];
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(frames);
    read(view, channel * width, stride, samples);
    return samples;
  });
}

/** Reads one channel: every `stride` bytes from `offset` on. By bytes a sample; one loop each keeps them fast. */
type ChannelReader = (view: DataView, offset: number, stride: number, samples: Float32Array) => void;

const pcmReaders: Readonly<Record<number, ChannelReader>> = {
  1: (view, offset, stride, samples) => {
    for (let i = 0, at = offset; i < samples.length; i++, at += stride) samples[i] = (view.getUint8(at) - 128) / 128;
  },
  2: (view, offset, stride, samples) => {
    for (let i = 0, at = offset; i < samples.length; i++, at += stride) samples[i] = view.getInt16(at, true) / 32768;
  },
  3: (view, offset, stride, samples) => {
    for (let i = 0, at = offset; i < samples.length; i++, at += stride) {
      samples[i] = (view.getUint16(at, true) + view.getInt8(at + 2) * 65536) / 8388608;
    }
  },
  4: (view, offset, stride, samples) => {
    for (let i = 0, at = offset; i < samples.length; i++, at += stride) samples[i] = view.getInt32(at, true) / 2 ** 31;
  },
};

const floatReaders: Readonly<Record<number, ChannelReader>> = {
  4: (view, offset, stride, samples) => {
    for (let i = 0, at = offset; i < samples.length; i++, at += stride) samples[i] = view.getFloat32(at, true);
  },
  8: (view, offset, stride, samples) => {
    for (let i = 0, at = offset; i < samples.length; i++, at += stride) samples[i] = view.getFloat64(at, true);
  },
};

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
