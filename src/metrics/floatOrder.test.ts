import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastKept, orderValues, placeOf, valueAt } from './floatOrder.ts';

const floats = fc.float({ noNaN: true });

describe('the order of floats', () => {
  it('is that of their places', () => {
    fc.assert(
      fc.property(floats, floats, (a, b) => {
        if (a < b) expect(placeOf(a)).toBeLessThan(placeOf(b));
        expect(valueAt(placeOf(a)) + 0).toBe(a + 0);
      }),
    );
  });

  it('gives the value that a sorted list has at a rank', () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1, noNaN: true }), fc.nat(), (values, number) => {
        const rank = number % values.length;
        const { low, high, valueOfRank } = orderValues(values);
        const sorted = values.toSorted();
        expect(valueOfRank(rank) + 0).toBe(sorted[rank] + 0);
        expect([low + 0, high + 0]).toEqual([sorted[0] + 0, sorted[sorted.length - 1] + 0]);
      }),
    );
    const ties = Float32Array.of(2, 1, 2, 2, -3);
    const { valueOfRank } = orderValues(ties);
    expect([0, 1, 2, 3, 4].map(valueOfRank)).toEqual([-3, 1, 2, 2, 2]);
  });

  it('gives many ranks as well as a few', () => {
    const values = Float32Array.from({ length: 100 }, (_, index) => ((index * 37) % 100) - 50);
    const { valueOfRank } = orderValues(values);
    expect(Array.from(values, (_, rank) => valueOfRank(rank))).toEqual([...values.toSorted()]);
  });

  it('takes both zeros for one, and NaN for what lies outside', () => {
    expect(placeOf(-0)).toBe(placeOf(0));
    const { low, high } = orderValues(Float32Array.of(1, Number.NaN));
    expect(low + high).toBeNaN();
  });

  it('is halved until the first kept value is found', () => {
    fc.assert(
      fc.property(floats, floats, floats, (a, b, c) => {
        const [low, middle, high] = [a, b, c].sort((x, y) => x - y);
        expect(leastKept(low, high, (value) => value >= middle) + 0).toBe(middle + 0);
        expect(leastKept(low, high, () => false)).toBe(Number.POSITIVE_INFINITY);
        expect(leastKept(low, high, () => true) + 0).toBe(low + 0);
      }),
    );
  });
});
