/**
 * Event files for TensorBoard: curves and pictures of a run. A file is a sequence of records (TFRecord) as TensorFlow's
 * record_writer.h states: length, masked CRC-32C of the length, data, masked CRC-32C of the data, all little-endian. The
 * data are `Event` messages of event.proto. TensorBoard takes all files of a folder together; the start record tells it
 * to forget the steps of an earlier file that are done again.
 */
import { ProtobufWriter } from '../../graph/protobuf.ts';

export interface EventFileOptions {
  /** Adds bytes to the file. */
  readonly append: (bytes: Uint8Array) => Promise<void>;
  /** The first step that is done now: 1, or on resumption the one behind the checkpoint's. */
  readonly firstStep: number;
  /** Milliseconds since 1970. Unset: the clock; tests bring their own. */
  readonly now?: () => number;
}

export interface EventFile {
  /** One point of each curve, by tag; slashes in a tag make groups. */
  scalars(step: number, values: Readonly<Record<string, number>>): Promise<void>;
  /** A picture, given as the bytes of a PNG file. */
  picture(step: number, tag: string, png: Uint8Array): Promise<void>;
}

/** TensorBoard knows event files by `tfevents` in their names, and reads them in the order of their names. */
export function eventFileName(started: Date): string {
  return `events.out.tfevents.${`${Math.floor(started.getTime() / 1000)}`.padStart(10, '0')}.lookhear`;
}

// Field numbers of event.proto and summary.proto.
const event = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const;
const sessionLog = { status: 1 } as const;
const summary = { value: 1 } as const;
const summaryValue = { tag: 1, simpleValue: 2, image: 4 } as const;
const image = { height: 1, width: 2, colourSpace: 3, encoded: 4 } as const;
const SESSION_START = 1;
/** PNG's colour type to the number of channels, which is what event.proto calls a colour space. */
const channels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

/** Begins an event file: writes its version and the start record. */
export async function startEventFile({ append, firstStep, now = Date.now }: EventFileOptions): Promise<EventFile> {
  const begin = (): ProtobufWriter => new ProtobufWriter().double(event.wallTime, now() / 1000);
  const add = async (step: number, values: readonly ProtobufWriter[]): Promise<void> => {
    const list = new ProtobufWriter();
    for (const value of values) list.message(summary.value, value);
    await append(framed(begin().integer(event.step, step).message(event.summary, list).finish()));
  };

  await append(framed(begin().string(event.fileVersion, 'brain.Event:2').finish()));
  const start = new ProtobufWriter().integer(sessionLog.status, SESSION_START);
  await append(framed(begin().integer(event.step, firstStep).message(event.sessionLog, start).finish()));

  return {
    async scalars(step, values) {
      const writeValue = ([tag, value]: [string, number]): ProtobufWriter =>
        new ProtobufWriter().string(summaryValue.tag, tag).float(summaryValue.simpleValue, value);
      await add(step, Object.entries(values).map(writeValue));
    },
    async picture(step, tag, png) {
      const header = new DataView(png.buffer, png.byteOffset, png.byteLength);
      const message = new ProtobufWriter()
        .integer(image.height, header.getUint32(20))
        .integer(image.width, header.getUint32(16))
        .integer(image.colourSpace, channels[header.getUint8(25)] ?? 3)
        .bytes(image.encoded, png);
      await add(step, [new ProtobufWriter().string(summaryValue.tag, tag).message(summaryValue.image, message)]);
    },
  };
}

/** One record. */
export function framed(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(crc32c(bytes.subarray(0, 8))), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, masked(crc32c(data)), true);
  return bytes;
}

/** A CRC of data that hold CRCs is weak, so TensorFlow rotates it by 15 bits and adds a constant. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Castagnoli's polynomial, bits reversed (RFC 3720, section 12.1). */
const CASTAGNOLI = 0x82f63b78;

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ CASTAGNOLI : crc >>> 1;
  return crc;
});

/** CRC-32C, unsigned. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 255];
  return ~crc >>> 0;
}
