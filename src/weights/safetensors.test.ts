import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LookhearError } from '../errors.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

const tensors = new Map([
  ['a/weight', { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, -0.5) }],
  ['b', { shape: [], values: Float32Array.of(7) }],
]);
const bytes = writeSafetensors({ tensors, metadata: { step: '12' } });

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
