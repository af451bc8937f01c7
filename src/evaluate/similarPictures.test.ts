import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mirroredHash } from '../picture/perceptualHash.ts';
import { bitCount } from './bitCount.ts';
import { searchPictures } from './similarPictures.ts';

const hash = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => value.toString(16).padStart(16, '0'));

/** The hash with so many of its bits turned, beginning at `first`. */
function turned(text: string, count: number, first = 0): string {
  let value = BigInt(`0x${text}`);
  for (let bit = 0; bit < count; bit++) value ^= 1n << BigInt((first + 7 * bit) % 64);
  return value.toString(16).padStart(16, '0');
}

it('bits are counted', () => {
  fc.assert(
    fc.property(fc.integer(), (value) => {
      expect(bitCount(value)).toBe((value >>> 0).toString(2).replaceAll('0', '').length);
    }),
  );
});

describe('the search for similar pictures', () => {
  it('finds what differs in at most eight bits, as it is or in a mirror', () => {
    fc.assert(
      fc.property(hash, fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 63 }), (text, count, first) => {
        const search = searchPictures([null, text]);
        expect(search(turned(text, count, first))).toEqual([{ place: 1, distance: count / 64 }]);
        expect(search(mirroredHash(turned(text, count, first)))).toEqual([{ place: 1, distance: count / 64 }]);
      }),
    );
  });

  it('leaves out what differs in more', () => {
    const search = searchPictures(['0123456789abcdef', '00ff00ff00ff00ff']);
    expect(search(turned('0123456789abcdef', 9))).toEqual([]);
    expect(search('fedcba9876543210')).toEqual([]);
    expect(searchPictures([])('0123456789abcdef')).toEqual([]);
  });
});
