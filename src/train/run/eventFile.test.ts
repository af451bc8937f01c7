import { describe, expect, it } from 'vitest';
import { crc32c, eventFileName, framed, startEventFile } from './eventFile.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('CRC-32C', () => {
  it.each([
    ['the check value of the algorithm', ascii('123456789'), 0xe3069283],
    ['32 zeros (RFC 3720, B.4)', new Uint8Array(32), 0x8a9136aa],
    ['32 times 255 (RFC 3720, B.4)', new Uint8Array(32).fill(255), 0x62a8ab43],
    ['0 to 31 (RFC 3720, B.4)', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  ])('gives %s', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});

it('frames the version record to the byte as TensorFlow does', () => {
  // The first 40 bytes of every event file begin so: length 24, its masked CRC, then wall time, field 3 and the version.
  expect(hexOf(framed(new Uint8Array(24)).subarray(0, 12))).toBe('1800000000000000a37f4b22');
});

/** A message as [field, value] pairs; bytes and messages as bytes. Independent of the writer. */
function fieldsOf(bytes: Uint8Array): [number, number | Uint8Array][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: [number, number | Uint8Array][] = [];
  let position = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[position++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (position < bytes.length) {
    const key = varint();
    const wire = key & 7;
    if (wire === 0) fields.push([key >> 3, varint()]);
    else if (wire === 2) {
      const length = varint();
      fields.push([key >> 3, bytes.subarray(position, position + length)]);
      position += length;
    } else {
      fields.push([key >> 3, wire === 1 ? view.getFloat64(position, true) : view.getFloat32(position, true)]);
      position += wire === 1 ? 8 : 4;
    }
  }
  return fields;
}

/** The records of a file, their checksums tried by computing bit by bit. */
function recordsOf(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const unmasked = (position: number): bigint => {
    const rotated = (BigInt(view.getUint32(position, true)) - 0xa282ead8n) & 0xffffffffn;
    return ((rotated >> 17n) | (rotated << 15n)) & 0xffffffffn;
  };
  const slowCrc = (data: Uint8Array): bigint => {
    let crc = 0xffffffffn;
    for (const byte of data) {
      crc ^= BigInt(byte);
      for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n;
    }
    return crc ^ 0xffffffffn;
  };
  const records: Uint8Array[] = [];
  let position = 0;
  while (position < bytes.length) {
    const length = Number(view.getBigUint64(position, true));
    const data = bytes.subarray(position + 12, position + 12 + length);
    expect(unmasked(position + 8)).toBe(slowCrc(bytes.subarray(position, position + 8)));
    expect(unmasked(position + 12 + length)).toBe(slowCrc(data));
    records.push(data);
    position += 16 + length;
  }
  expect(position).toBe(bytes.length);
  return records;
}

async function written(use: (file: Awaited<ReturnType<typeof startEventFile>>) => Promise<void>, firstStep = 1) {
  const parts: Uint8Array[] = [];
  const append = async (bytes: Uint8Array): Promise<void> => void parts.push(bytes);
  await use(await startEventFile({ append, firstStep, now: () => 1_500_000_000_250 }));
  return recordsOf(new Uint8Array(Buffer.concat(parts))).map(fieldsOf);
}

describe('an event file', () => {
  it('begins with its version, and with the step from which earlier files do not count', async () => {
    const events = await written(async () => undefined, 51);
    expect(events).toEqual([
      [
        [1, 1_500_000_000.25],
        [3, ascii('brain.Event:2')],
      ],
      [
        [1, 1_500_000_000.25],
        [2, 51],
        [7, Uint8Array.of(8, 1)],
      ],
    ]);
  });

  it('holds points of curves', async () => {
    const events = await written((file) => file.scalars(300, { loss: 0.25, 'validation/ciou': 0.5 }));
    const [[, time], [, step], [field, values]] = events[2];
    expect([time, step, field]).toEqual([1_500_000_000.25, 300, 5]);
    expect(fieldsOf(values as Uint8Array).map(([number, value]) => [number, fieldsOf(value as Uint8Array)])).toEqual([
      [
        1,
        [
          [1, ascii('loss')],
          [2, 0.25],
        ],
      ],
      [
        1,
        [
          [1, ascii('validation/ciou')],
          [2, 0.5],
        ],
      ],
    ]);
  });

  it('holds pictures with their size and channels', async () => {
    const header = '89504e470d0a1a0a0000000d49484452' + '00000140' + '000000f0' + '0802000000';
    const png = new Uint8Array(Buffer.from(`00${header}`, 'hex')).subarray(1);
    const events = await written((file) => file.picture(7, 'maps/1', png));
    const [[, value]] = fieldsOf(events[2][2][1] as Uint8Array);
    const [tag, [field, picture]] = fieldsOf(value as Uint8Array);
    expect(tag).toEqual([1, ascii('maps/1')]);
    expect(field).toBe(4);
    expect(fieldsOf(picture as Uint8Array)).toEqual([
      [1, 240],
      [2, 320],
      [3, 3],
      [4, png],
    ]);
  });

  it('has a name that sorts by time', () => {
    const names = [1e9, 1.7e12].map((time) => eventFileName(new Date(time)));
    expect(names).toEqual(['events.out.tfevents.0001000000.lookhear', 'events.out.tfevents.1700000000.lookhear']);
  });
});
