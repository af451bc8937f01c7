import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflate, inflateZlib } from './inflate.ts';

/** Runs, noise and repeats, so that every kind of block and long distances come about. */
const contents = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 200 })), { maxLength: 8 })
  .map((parts) => Buffer.concat(parts.flatMap(([part, times]) => Array<Uint8Array>(times).fill(part))));

describe('inflate', () => {
  it('gives back what zlib deflated, at every level and strategy', () => {
    const strategies = [constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE];
    fc.assert(
      fc.property(
        contents,
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom(...strategies),
        (bytes, level, strategy) => {
          const inflated = inflate(deflateRawSync(bytes, { level, strategy }), bytes.length);
          expect(Buffer.compare(inflated, bytes)).toBe(0);
        },
      ),
      { numRuns: 150, seed: 1 },
    );
  });

  it('looks into the envelope of zlib', () => {
    const bytes = Buffer.from('weights weights weights');
    expect(Buffer.from(inflateZlib(deflateSync(bytes), bytes.length))).toEqual(bytes);
    expect(() => inflateZlib(deflateRawSync(bytes), bytes.length)).toThrow(/do not begin as zlib data do/);
  });

  it('stops at the first byte beyond the stated size, and names one that falls short', () => {
    const deflated = deflateRawSync(Buffer.alloc(1000));
    expect(() => inflate(deflated, 999)).toThrow(/become more than 999 bytes/);
    expect(() => inflate(deflated, 1001)).toThrow(/become 1000 bytes and not 1001/);
    expect(() => inflate(deflated, 1e12)).toThrow(/more than they can/);
  });

  it('ends in a RangeError where the bytes are cut or changed', () => {
    const deflated = deflateRawSync(Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * index) % 97)));
    const changes = fc.tuple(fc.nat(deflated.length), fc.nat(deflated.length - 1), fc.nat(255));
    fc.assert(
      fc.property(changes, ([length, at, value]) => {
        const changed = deflated.subarray(0, length).map((byte, index) => (index === at ? value : byte));
        try {
          inflate(changed, 3000);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
