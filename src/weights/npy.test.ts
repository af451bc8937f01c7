import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NpyValues, readNpy, writeNpy } from './npy.ts';

/** numpy.save of numpy.array([[1, 2, 3], [4, 5, 6]], '<i2'), written out by the format's definition. */
const numpyFile = Uint8Array.from([
  0x93,
  ...new TextEncoder().encode('NUMPY'),
  1,
  0,
  118,
  0,
  ...new TextEncoder().encode("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117)),
  10,
  ...[1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0],
]);

function withHeader(header: string, values: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + header.length + values.length);
  bytes.set(numpyFile.subarray(0, 6));
  bytes[6] = 2;
  new DataView(bytes.buffer).setUint32(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), 12);
  bytes.set(values, 12 + header.length);
  return bytes;
}

const arrays: readonly NpyValues[] = [
  Float32Array.of(0.1, -0, Number.POSITIVE_INFINITY),
  Float64Array.of(0.1, Number.NaN, 1e300),
  Uint8Array.of(0, 128, 255),
  Int8Array.of(-128, 0, 127),
  Uint16Array.of(0, 1, 65535),
  Int16Array.of(-32768, 0, 32767),
  Uint32Array.of(0, 1, 4294967295),
  Int32Array.of(-2147483648, 0, 2147483647),
  BigUint64Array.of(0n, 1n, 18446744073709551615n),
  BigInt64Array.of(-9223372036854775808n, 0n, 1n),
];

describe('.npy', () => {
  it('reads what NumPy writes, and writes the same bytes', () => {
    const array = readNpy(numpyFile);
    expect(array).toEqual({ shape: [2, 3], data: Int16Array.of(1, 2, 3, 4, 5, 6) });
    expect(writeNpy(array)).toEqual(numpyFile);
  });

  it.each(arrays.map((data) => [data.constructor.name, data] as const))('keeps %s', (_, data) => {
    expect(readNpy(writeNpy({ shape: [3], data }))).toEqual({ shape: [3], data });
  });

  it('keeps any shape, also of a single number and of nothing, and aligns the values', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { maxLength: 4 }), (shape) => {
        const data = new Float32Array(shape.reduce((product, length) => product * length, 1)).map(Math.random);
        const bytes = writeNpy({ shape, data });
        expect((bytes.length - data.byteLength) % 64).toBe(0);
        expect(readNpy(bytes)).toEqual({ shape, data });
      }),
    );
  });

  it('reads from the middle of a buffer', () => {
    const bytes = new Uint8Array(numpyFile.length + 1);
    bytes.set(numpyFile, 1);
    expect(readNpy(bytes.subarray(1)).shape).toEqual([2, 3]);
  });

  it('reads version 2 and truth values', () => {
    const bytes = withHeader("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", Uint8Array.of(1, 0));
    expect(readNpy(bytes)).toEqual({ shape: [2], data: Uint8Array.of(1, 0) });
  });

  it('refuses what it would read wrongly, and says why', () => {
    const header = (descr: string, order: string, shape: string) =>
      withHeader(`{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`, new Uint8Array(16));
    const cases: readonly (readonly [Uint8Array, string, RegExp])[] = [
      [header('>f4', 'False', '(4,)'), 'INPUT_UNSUPPORTED', /type ">f4"/],
      [header('toString', 'False', '(4,)'), 'INPUT_UNSUPPORTED', /type "toString"/],
      [header('<f4', 'True', '(2, 2)'), 'INPUT_UNSUPPORTED', /column by column/],
      [header('<f4', 'False', '(5,)'), 'INPUT_CORRUPT', /needs 20 bytes, and 16 follow/],
      [header('<f4', 'False', '(99999999999, 99999999999)'), 'INPUT_CORRUPT', /and 16 follow/],
      [withHeader('{}', new Uint8Array(0)), 'INPUT_CORRUPT', /lacks the type/],
      [Uint8Array.of(1, 2, 3), 'INPUT_CORRUPT', /does not begin/],
    ];
    for (const [bytes, code, message] of cases) {
      expect(() => readNpy(bytes, 'map.npy')).toThrow(
        expect.objectContaining({ code, message: expect.stringMatching(message) }),
      );
    }
    expect(() => writeNpy({ shape: [2], data: Float32Array.of(1) })).toThrow('Expected 2 values');
  });

  it('never reads past the end, wherever a file is cut off or damaged', () => {
    fc.assert(
      fc.property(fc.nat(numpyFile.length - 1), fc.nat(numpyFile.length - 1), fc.nat(255), (length, at, byte) => {
        expect(() => readNpy(numpyFile.subarray(0, length))).toThrow(
          expect.objectContaining({ name: 'LookhearError' }),
        );
        const damaged = numpyFile.with(at, byte);
        try {
          readNpy(damaged);
        } catch (error) {
          expect(error).toMatchObject({ name: 'LookhearError' });
        }
      }),
    );
  });
});
