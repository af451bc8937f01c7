import fc from 'fast-check';
import { expect, it } from 'vitest';
import { consensusIou } from './consensusIou.ts';
import { halfRuleCeiling, halfRuleCeilingOfArea } from './halfRuleCeiling.ts';

const ones = (count: number, of: number): Float32Array => new Float32Array(of).fill(1, 0, count);

it('a tenth of the picture can reach 0.2, half of it everything', () => {
  expect(halfRuleCeiling(ones(10, 100))).toBeCloseTo(0.2, 12);
  expect(halfRuleCeiling(ones(50, 100))).toBe(1);
  expect(halfRuleCeiling(ones(80, 100))).toBe(0.625);
  expect(halfRuleCeiling(ones(100, 100))).toBe(0.5);
});

it('nothing there is worth 0', () => {
  expect(halfRuleCeiling(ones(0, 100))).toBe(0);
  expect(halfRuleCeilingOfArea(0)).toBe(0);
});

it('what one annotator marked costs nothing where it is predicted', () => {
  expect(halfRuleCeiling(Float32Array.of(1, 0.5, 0, 0))).toBe(1);
  expect(halfRuleCeiling(Float32Array.of(1, 0.5, 0.5, 0.5))).toBe(0.6);
});

it('an area says the same as a ground truth without weights', () => {
  for (let count = 0; count <= 100; count++) {
    expect(halfRuleCeiling(ones(count, 100))).toBeCloseTo(halfRuleCeilingOfArea(count / 100), 12);
  }
});

it('no mask of half of the pixels does better, and one reaches it', () => {
  const weights = fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(weights, (values) => {
      const truth = Float32Array.from(values);
      let best = 0;
      for (let pattern = 0; pattern < 256; pattern++) {
        const mask = Uint8Array.from({ length: 8 }, (_, bit) => (pattern >> bit) & 1);
        if (mask.reduce((sum, bit) => sum + bit, 0) === 4) best = Math.max(best, consensusIou(mask, truth));
      }
      expect(halfRuleCeiling(truth)).toBeCloseTo(best, 12);
    }),
    { numRuns: 50 },
  );
});
