/**
 * Pictures with their times through a pipe, to and from ffmpeg: RGB frames in Matroska (RFC 9559), because bare pixels
 * would lose the times, and a video's frames need not lie at equal distances. Only as much of the format as ffmpeg writes
 * and reads. Times are whole milliseconds.
 */

import type { Picture } from '../picture/picture.ts';
import { joinBytes } from './joinBytes.ts';

/** A picture of a video. */
export interface Frame {
  /** Seconds from the beginning of the video. */
  readonly time: number;
  readonly picture: Picture;
}

/** Elements that are entered; all others but the four below are passed over. */
const segment = 0x18538067;
const info = 0x1549a966;
const cluster = 0x1f43b675;
const blockGroup = 0xa0;
const masters = [segment, info, cluster, blockGroup];

const timestampScale = 0x2ad7b1;
const timestamp = 0xe7;
const simpleBlock = 0xa3;
const block = 0xa1;
/** The track's number (one byte for our one track), 16 bits of time, flags. */
const blockHeader = 4;
const nanoseconds = 1e9;

/**
 * Frames out of Matroska as ffmpeg writes it for `-c:v rawvideo -pix_fmt rgb24`. A cut stream ends with its last whole
 * frame.
 */
export async function* readRawFrames(
  pieces: AsyncIterable<Uint8Array>,
  { width, height }: { readonly width: number; readonly height: number },
): AsyncGenerator<Frame> {
  const reader = createByteReader(pieces);
  const frameLength = 3 * width * height;
  let scale = 1e6;
  let clusterTime = 0;
  try {
    for (;;) {
      const id = await readVint(reader, false);
      const length = await readVint(reader, true);
      if (id === undefined || length === undefined) return;
      if (masters.includes(id)) continue;
      if (id === timestampScale || id === timestamp) {
        const bytes = await reader.take(length);
        if (bytes === undefined) return;
        const value = bytes.reduce((sum, byte) => 256 * sum + byte, 0);
        if (id === timestampScale) scale = value;
        else clusterTime = value;
      } else if ((id === simpleBlock || id === block) && length === blockHeader + frameLength) {
        const header = await reader.take(blockHeader);
        const data = await reader.take(frameLength);
        if (header === undefined || data === undefined) return;
        const offset = new DataView(header.buffer).getInt16(1);
        yield { time: ((clusterTime + offset) * scale) / nanoseconds, picture: { width, height, data } };
      } else if (!(await reader.skip(length))) {
        return;
      }
    }
  } finally {
    await reader.close();
  }
}

interface ByteReader {
  /** The next bytes, copied; undefined where the stream ends before. */
  take(length: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
  skip(length: number): Promise<boolean>;
  close(): Promise<void>;
}

function createByteReader(pieces: AsyncIterable<Uint8Array>): ByteReader {
  const stream = pieces[Symbol.asyncIterator]();
  let piece: Uint8Array = new Uint8Array(0);

  /** Hands out the next `length` bytes in parts. */
  async function pass(length: number, use: (part: Uint8Array, at: number) => void): Promise<boolean> {
    for (let at = 0; at < length; ) {
      if (piece.length === 0) {
        const { done, value } = await stream.next();
        if (done) return false;
        piece = value;
      }
      const part = piece.subarray(0, length - at);
      use(part, at);
      at += part.length;
      piece = piece.subarray(part.length);
    }
    return true;
  }

  return {
    async take(length) {
      const bytes = new Uint8Array(length);
      return (await pass(length, (part, at) => bytes.set(part, at))) ? bytes : undefined;
    },
    skip: (length) => pass(length, () => {}),
    async close() {
      await stream.return?.();
    },
  };
}

/** A number of 1 to 8 bytes whose first set bit tells how many. @param isSize whether that bit is not part of it */
async function readVint(reader: ByteReader, isSize: boolean): Promise<number | undefined> {
  const first = await reader.take(1);
  if (first === undefined) return undefined;
  const more = Math.clz32(first[0]) - 24;
  const rest = more === 0 ? new Uint8Array(0) : await reader.take(Math.min(more, 7));
  if (rest === undefined) return undefined;
  const start = isSize ? first[0] & (0xff >> (more + 1)) : first[0];
  return rest.reduce((sum, byte) => 256 * sum + byte, start);
}

/** What stands before the first frame: one track of RGB pictures, of unknown length. */
export function rawFramesHeader({ width, height }: { readonly width: number; readonly height: number }): Uint8Array {
  const video = [element(0xb0, uint(width)), element(0xba, uint(height)), element(0x2eb524, text('RGB\x18'))];
  const track = [
    element(0xd7, uint(1)),
    element(0x73c5, uint(1)),
    element(0x83, uint(1)),
    element(0x9c, uint(0)),
    element(0x86, text('V_UNCOMPRESSED')),
    element(0xe0, joinBytes(video)),
  ];
  const unknownLength = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
  return joinBytes([
    element(
      0x1a45dfa3,
      joinBytes([element(0x4282, text('matroska')), element(0x4287, uint(4)), element(0x4285, uint(2))]),
    ),
    Uint8Array.from([...idBytes(segment), ...unknownLength]),
    element(info, joinBytes([element(timestampScale, uint(1e6)), element(0x4d80, text('lookhear'))])),
    element(0x1654ae6b, element(0xae, joinBytes(track))),
  ]);
}

/** What stands before the pixels of a frame, a cluster of its own. @param time seconds, at least 0 */
export function rawFrameHeader(time: number, frameLength: number): Uint8Array {
  const timing = element(timestamp, uint(Math.round(1000 * time)));
  const start = joinBytes([
    idBytes(simpleBlock),
    sizeBytes(blockHeader + frameLength),
    Uint8Array.of(0x81, 0, 0, 0x80),
  ]);
  return joinBytes([idBytes(cluster), sizeBytes(timing.length + start.length + frameLength), timing, start]);
}

function element(id: number, content: Uint8Array): Uint8Array {
  return joinBytes([idBytes(id), sizeBytes(content.length), content]);
}

const idBytes = (id: number): Uint8Array => uint(id);

/** Always in eight bytes, which is allowed and the same for all. */
function sizeBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length) | (1n << 56n));
  return bytes;
}

/** Big-endian, in as few bytes as it needs. */
function uint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; bytes.length === 0 || rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.from(bytes);
}

const text = (value: string): Uint8Array => Uint8Array.from(value, (character) => character.charCodeAt(0));
