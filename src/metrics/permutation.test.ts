import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signFlipTest } from './permutation.ts';

describe('few clusters have all sign patterns tried', () => {
  it('by hand', () => {
    // Of 8 patterns, only +++ and --- reach 6; of 1, 2, -3 (sum 0) all do.
    expect(signFlipTest([1, 2, 3])).toBe(2 / 8);
    expect(signFlipTest([1, 2, -3])).toBe(1);
    // |3 + 2 - 1| = 4: +++, ++-, and their opposites.
    expect(signFlipTest([3, 2, -1])).toBe(4 / 8);
    expect(signFlipTest([0.5])).toBe(1);
  });

  it('is not misled by the last digits of equal sums', () => {
    expect(signFlipTest([0.1, 0.2, -0.3])).toBe(1);
    expect(signFlipTest([0.1, 0.2, 0.3, 0.4])).toBe(2 / 16);
  });

  it('gives the same for the opposite and for any scale', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 8 }), (differences) => {
        const p = signFlipTest(differences);
        expect(signFlipTest(differences.map((value) => -value))).toBe(p);
        expect(signFlipTest(differences.map((value) => value / 7))).toBe(p);
        expect(p).toBeGreaterThanOrEqual(1 / 2 ** differences.length);
        expect(p).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('many clusters', () => {
  it('come to what all patterns would', () => {
    const differences = [5, -3, 2, 4, -1, 6, 0, -2, 3, 1, -4, 2, 1];
    const total = differences.reduce((sum, value) => sum + value, 0);
    let count = 0;
    for (let pattern = 0; pattern < 2 ** 13; pattern++) {
      const sum = differences.reduce((all, value, bit) => all + ((pattern >> bit) & 1 ? -value : value), 0);
      if (Math.abs(sum) >= total) count++;
    }
    expect(Math.abs(signFlipTest(differences) - count / 2 ** 13)).toBeLessThan(0.03);
  });

  it('that all point one way are as far from chance as 1,999 patterns can say', () => {
    expect(signFlipTest(new Array<number>(100).fill(0.1))).toBe(1 / 2000);
  });

  it('without a difference are chance', () => {
    expect(signFlipTest(new Array<number>(100).fill(0))).toBe(1);
    expect(signFlipTest(Array.from({ length: 100 }, (_, index) => (index % 2 ? 1 : -1)))).toBe(1);
  });

  it('give the same for a seed', () => {
    const differences = Array.from({ length: 40 }, (_, index) => Math.sin(index * index) + 0.15);
    expect(signFlipTest(differences, { seed: 4 })).toBe(signFlipTest(differences, { seed: 4 }));
  });
});

it('a scene is flipped as one', () => {
  // Two scenes, both better: 2 of 4 patterns, however many items they have.
  const clusters = Array.from({ length: 60 }, (_, index) => index % 2);
  expect(signFlipTest(new Array<number>(60).fill(1), { clusters })).toBe(2 / 4);
});

it('nothing to compare is chance, and NaN is not said', () => {
  expect(signFlipTest([])).toBe(1);
  expect(signFlipTest([1, Number.NaN])).toBeNaN();
});
