/**
 * Cuts a FLAC file (RFC 9639) into its frames and checks them: each has a checksum over its header and one over
 * everything, and the file says how many samples it holds. The decoder itself answers a cut file with less, or with nothing.
 */
import { LookhearError } from '../errors.ts';

export interface FlacStream {
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples of one channel; 0 when the encoder did not know. */
  readonly total: number;
}

export interface FlacReader {
  /** The frames that these bytes complete. They stay valid until the next call. @throws LookhearError INPUT_CORRUPT. */
  push(bytes: Uint8Array): Uint8Array[];
  /** The last frame. @throws LookhearError INPUT_CORRUPT when the file ended before its samples did. */
  finish(): Uint8Array[];
  /** Known once the first frame has come out. */
  stream(): FlacStream | undefined;
}

/** Bytes of a frame header at most. */
const longestHeader = 16;
/** A frame of 65,535 samples, 8 channels and 32 bits is not larger. */
const largestFrame = 4 * 1024 * 1024;

export function createFlacReader(name: string): FlacReader {
  let pending: Uint8Array = new Uint8Array(0);
  let isBegun = false;
  let isInMetadata = true;
  /** Bytes of a metadata block still to be passed over. */
  let skip = 0;
  let stream: FlacStream | undefined;
  let framesSamples = 0;
  /** How far the frame at the beginning of `pending` has been searched for its end, and the checksum up to there. */
  let searched = 0;
  let checksum = 0;

  function corrupt(problem: string): LookhearError {
    return new LookhearError('INPUT_CORRUPT', `${name} ${problem}.`, { hint: 'Copy or download the file again.' });
  }

  function push(bytes: Uint8Array): Uint8Array[] {
    const joined = new Uint8Array(pending.length + bytes.length);
    joined.set(pending);
    joined.set(bytes, pending.length);
    pending = joined;
    while (isInMetadata && readMetadata()) {}
    return isInMetadata ? [] : readFrames();
  }

  /** Reads or passes over one metadata block; false when more bytes are needed. */
  function readMetadata(): boolean {
    const passed = Math.min(skip, pending.length);
    skip -= passed;
    pending = pending.subarray(passed);
    if (pending.length < 4) return false;
    if (!isBegun) {
      isBegun = true;
      pending = pending.subarray(4);
      return true;
    }
    const isLast = (pending[0] & 0x80) !== 0;
    const type = pending[0] & 0x7f;
    const length = (pending[1] << 16) | (pending[2] << 8) | pending[3];
    if (stream === undefined) {
      if (type !== 0 || length < 34) throw corrupt('is damaged: FLAC stream information is missing');
      if (pending.length < 4 + length) return false;
      stream = readStreamInfo(pending.subarray(4, 4 + length));
    }
    pending = pending.subarray(4);
    skip = length;
    if (isLast) {
      isInMetadata = false;
      return false;
    }
    return true;
  }

  function readFrames(): Uint8Array[] {
    const passed = Math.min(skip, pending.length);
    skip -= passed;
    pending = pending.subarray(passed);
    const frames: Uint8Array[] = [];
    while (skip === 0 && pending.length >= longestHeader && !isComplete()) {
      const end = findEnd(false);
      if (end === undefined) break;
      frames.push(takeFrame(end));
    }
    return frames;
  }

  /** Whether all samples have come, so that what follows is some tag. */
  function isComplete(): boolean {
    return stream !== undefined && stream.total > 0 && framesSamples >= stream.total;
  }

  /** Where the frame at the beginning of `pending` ends: at the next header, or at the end, with the checksum right. */
  function findEnd(isLast: boolean): number | undefined {
    if (searched === 0 && readFlacHeader(pending, 0) === undefined) {
      throw corrupt('is damaged: a FLAC frame does not begin where it should');
    }
    const limit = isLast ? pending.length : pending.length - longestHeader;
    for (; searched < limit; searched++) {
      if (checksum === 0 && searched > 0 && readFlacHeader(pending, searched) !== undefined) return searched;
      checksum = ((checksum << 8) & 0xffff) ^ crc16Table[(checksum >> 8) ^ pending[searched]];
    }
    if (searched > largestFrame) throw corrupt('is damaged: a FLAC frame has no end');
    return isLast && checksum === 0 ? searched : undefined;
  }

  function takeFrame(end: number): Uint8Array {
    const frame = pending.subarray(0, end);
    framesSamples += readFlacHeader(frame, 0)?.samples ?? 0;
    pending = pending.subarray(end);
    searched = 0;
    checksum = 0;
    return frame;
  }

  function finish(): Uint8Array[] {
    if (stream === undefined) throw corrupt('ends early: its FLAC header is not complete');
    const frames: Uint8Array[] = [];
    if (hasId3v1(pending)) pending = pending.subarray(0, pending.length - 128);
    while (pending.length > 0 && !isComplete()) {
      const end = findEnd(true);
      if (end === undefined) throw corrupt('ends early or is damaged: the checksum of its last FLAC frame is wrong');
      frames.push(takeFrame(end));
    }
    if (stream.total > 0 && framesSamples < stream.total) {
      const promised = (stream.total / stream.sampleRate).toFixed(2);
      const found = (framesSamples / stream.sampleRate).toFixed(2);
      throw corrupt(`ends early: it promises ${promised} s of sound and has ${found} s`);
    }
    return frames;
  }
  return { push, finish, stream: () => stream };
}

function readStreamInfo(body: Uint8Array): FlacStream {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const packed = view.getBigUint64(10);
  return {
    sampleRate: Number(packed >> 44n),
    channels: Number((packed >> 41n) & 7n) + 1,
    total: Number(packed & 0xfffffffffn),
  };
}

const blockSamples = [0, 192, 576, 1152, 2304, 4608, 0, 0, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768];

/** The frame header that begins at `at`, if its own checksum is right. */
function readFlacHeader(bytes: Uint8Array, at: number): { samples: number } | undefined {
  if (at + 6 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1] & 0xfe) !== 0xf8) return undefined;
  const blockCode = bytes[at + 2] >> 4;
  const rateCode = bytes[at + 2] & 15;
  if (blockCode === 0 || rateCode === 15 || bytes[at + 3] >> 4 > 10 || (bytes[at + 3] & 1) !== 0) return undefined;
  // The running number is written as UTF-8 writes characters: leading ones count the bytes.
  const lead = Math.clz32(~(bytes[at + 4] << 24));
  if (lead === 1 || lead > 7) return undefined;
  let end = at + 4 + Math.max(1, lead);
  let samples = blockSamples[blockCode];
  if (blockCode === 6) samples = bytes[end++] + 1;
  if (blockCode === 7) {
    samples = ((bytes[end] << 8) | bytes[end + 1]) + 1;
    end += 2;
  }
  if (rateCode === 12) end += 1;
  if (rateCode === 13 || rateCode === 14) end += 2;
  if (end >= bytes.length) return undefined;
  let checksum = 0;
  for (let i = at; i < end; i++) checksum = crc8Table[checksum ^ bytes[i]];
  return checksum === bytes[end] ? { samples } : undefined;
}

function hasId3v1(bytes: Uint8Array): boolean {
  const at = bytes.length - 128;
  return at >= 0 && bytes[at] === 0x54 && bytes[at + 1] === 0x41 && bytes[at + 2] === 0x47;
}

const crc8Table = Uint8Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80 ? (value << 1) ^ 0x07 : value << 1;
  return value & 0xff;
});

const crc16Table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 8;
  for (let bit = 0; bit < 8; bit++) value = value & 0x8000 ? (value << 1) ^ 0x8005 : value << 1;
  return value & 0xffff;
});
