import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pearsonCorrelation } from './correlation.ts';

const map = (...values: number[]): Float32Array => Float32Array.from(values);

it('agrees with SciPy', () => {
  // scipy.stats.pearsonr([1, 2, 3, 4, 5], [2, 1, 4, 3, 7])
  expect(pearsonCorrelation(map(1, 2, 3, 4, 5), map(2, 1, 4, 3, 7))).toBeCloseTo(0.8241633836921343, 12);
});

it('is 1 for a map and itself at another level, -1 for its opposite', () => {
  const anyMap = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 50 });
  fc.assert(
    fc.property(
      anyMap.filter((values) => new Set(values).size > 1),
      (values) => {
        const a = map(...values);
        const louder = a.map((value) => 3 * value + 7);
        const opposite = a.map((value) => -value);
        expect(pearsonCorrelation(a, louder)).toBeCloseTo(1, 12);
        expect(pearsonCorrelation(a, opposite)).toBeCloseTo(-1, 12);
        expect(pearsonCorrelation(a, louder)).toBe(pearsonCorrelation(louder, a));
      },
    ),
  );
});

it('is not said of a constant map, whatever its value', () => {
  for (const value of [0, 0.1, 1 / 3, 1e30, -7.7]) {
    const constant = new Float32Array(50_176).fill(value);
    expect(
      pearsonCorrelation(
        constant,
        constant.map((_, pixel) => pixel),
      ),
    ).toBeNaN();
  }
  expect(pearsonCorrelation(map(), map())).toBeNaN();
  expect(pearsonCorrelation(map(1, Number.NaN), map(1, 2))).toBeNaN();
});

it('sees a small signal on a high level', () => {
  const level = 2 ** 23;
  expect(pearsonCorrelation(map(level, level + 1, level + 2), map(0, 1, 2))).toBeCloseTo(1, 12);
});

it('does not run out of range', () => {
  expect(pearsonCorrelation(map(0, 1e-30, 2e-30), map(0, 1e30, 2e30))).toBeCloseTo(1, 6);
});
