import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LookhearError } from '../errors.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

const tensors = new Map([
  ['a/weight', { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, -0.5) }],
  ['b', { shape: [], values: Float32Array.of(7) }],
]);
const bytes = writeSafetensors({ tensors, metadata: { step: '12' } });

function fileOf(header: string, values: readonly number[]): Uint8Array {
  return Uint8Array.from([header.length, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(header), ...values]);
}

describe('safetensors', () => {
  it('are read as they were written', () => {
    expect(readSafetensors(bytes)).toEqual({ tensors, metadata: { step: '12' } });
  });

  it('are read from a Node buffer that is a part of a larger one', () => {
    const large = Buffer.concat([Buffer.alloc(24), bytes]);
    expect(readSafetensors(large.subarray(24)).tensors).toEqual(tensors);
  });

  it('begin as the format says: length of the header, JSON, values', () => {
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString());
    expect(header['a/weight']).toEqual({ dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] });
    expect(bytes.length).toBe(8 + length + 28);
  });

  it('of other types become float32', () => {
    const header = JSON.stringify({
      half: { dtype: 'F16', shape: [2], data_offsets: [0, 4] },
      brain: { dtype: 'BF16', shape: [1], data_offsets: [4, 6] },
      bytes: { dtype: 'U8', shape: [1, 2], data_offsets: [6, 8] },
    });
    const read = readSafetensors(fileOf(header, [0, 0x3e, 0, 0xc0, 0xc0, 0x3f, 7, 255])).tensors;
    expect([...read].map(([name, { shape, values }]) => [name, shape, [...values]])).toEqual([
      ['half', [2], [1.5, -2]],
      ['brain', [1], [1.5]],
      ['bytes', [1, 2], [7, 255]],
    ]);
  });

  it.each([
    ['{"a": null}', /describes a in a way that cannot be read/],
    ['{"a": {"dtype": "toString", "shape": [], "data_offsets": [0, 4]}}', /describes a in a way/],
    ['{"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 8]}}', /gives a a place outside the file/],
    ['{"a": {"dtype": "F32", "shape": [9e15, 9e15], "data_offsets": [0, 4]}}', /gives a a place outside the file/],
  ])('are refused with the header %s', (header, problem) => {
    expect(() => readSafetensors(fileOf(header, [0, 0, 0, 0, 0, 0, 0, 0]))).toThrow(problem);
  });

  it('end in one sentence where they are cut or changed', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(bytes.length - 1), fc.nat(255), (length, at, value) => {
        const changed = bytes.slice(0, length);
        if (at < length) changed[at] = value;
        try {
          readSafetensors(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(LookhearError);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
