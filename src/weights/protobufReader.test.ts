import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtobufWriter } from '../graph/protobuf.ts';
import { appendFloats, appendIntegers, bytesOf, fieldsOf, floatOf, integerOf, textOf } from './protobufReader.ts';

const fields = (...bytes: number[]) => [...fieldsOf(Uint8Array.from(bytes))];

describe('protobuf messages', () => {
  it('are read as the encoding guide writes them', () => {
    // The examples of https://protobuf.dev/programming-guides/encoding: 150, "testing", and -2 in ten bytes.
    expect(integerOf(fields(0x08, 0x96, 0x01)[0])).toBe(150);
    expect(textOf(fields(0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67)[0])).toBe('testing');
    expect(integerOf(fields(0x08, 0xfe, ...Array(8).fill(0xff), 0x01)[0])).toBe(-2);
    expect(floatOf(fields(0x0d, 0, 0, 0x80, 0x3f)[0])).toBe(1);
    const list: number[] = [];
    appendIntegers(list, fields(0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05)[0]);
    expect(list).toEqual([3, 270, 86942]);
  });

  it('give back what was written', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 20 }),
        fc.maxSafeInteger(),
        fc.string({ unit: 'grapheme' }),
        fc.float(),
        (number, integer, text, float) => {
          const bytes = new ProtobufWriter()
            .integer(number, integer)
            .string(number, text)
            .float(number, float)
            .packedIntegers(number, [integer, 1])
            .finish();
          const [first, second, third, fourth] = fieldsOf(bytes);
          const list: number[] = [];
          appendIntegers(list, fourth);
          expect([integerOf(first), textOf(second), floatOf(third), list, first.number]).toEqual([
            integer,
            text,
            float,
            [integer, 1],
            number,
          ]);
        },
      ),
    );
  });

  it('end in a RangeError where they end early or do not fit', () => {
    const bad: number[][] = [
      [0x08],
      [0x08, 0x96],
      [0x12, 0x07, 0x74],
      [0x12, ...Array(9).fill(0xff), 0x01],
      [0x0d, 0, 0],
      [0x09, 0, 0, 0],
      [0x08, ...Array(10).fill(0xff), 0x01],
      [0x0b],
      [0x00, 0x00],
    ];
    for (const bytes of bad) expect(() => fields(...bytes), `${bytes}`).toThrow(RangeError);
    expect(() => integerOf(fields(0x12, 0)[0])).toThrow(RangeError);
    expect(() => bytesOf(fields(0x08, 0)[0])).toThrow(RangeError);
    expect(() => floatOf(fields(0x12, 0)[0])).toThrow(RangeError);
    expect(() => appendFloats([], fields(0x12, 1, 0)[0], 4)).toThrow(RangeError);
  });

  it('of any bytes are read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          for (const { value } of fieldsOf(bytes)) if (typeof value !== 'bigint') expect(value.length).toBeLessThan(64);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
