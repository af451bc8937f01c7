import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastKept, orderStatistics, placeOf, valueAt } from './floatOrder.ts';

const floats = fc.float({ noNaN: true });

describe('the order of floats', () => {
  it('is that of their places', () => {
    fc.assert(
      fc.property(floats, floats, (a, b) => {
        if (a < b) expect(placeOf(a)).toBeLessThan(placeOf(b));
        expect(valueAt(placeOf(a))).toBe(a);
      }),
    );
  });

  it('gives the value that a sorted list has at a rank', () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1, noNaN: true }), fc.nat(), (values, number) => {
        const rank = number % values.length;
        expect(orderStatistics(values)(rank) + 0).toBe(values.toSorted()[rank] + 0);
      }),
    );
    const ties = Float32Array.of(2, 1, 2, 2, -3);
    expect([0, 1, 2, 3, 4].map(orderStatistics(ties))).toEqual([-3, 1, 2, 2, 2]);
  });

  it('is halved until the first kept value is found', () => {
    fc.assert(
      fc.property(floats, floats, floats, (a, b, c) => {
        const [low, middle, high] = [a, b, c].sort((x, y) => x - y);
        expect(leastKept(low, high, (value) => value >= middle) + 0).toBe(middle + 0);
        expect(leastKept(low, high, () => false)).toBe(Number.POSITIVE_INFINITY);
        expect(leastKept(low, high, () => true)).toBe(low);
      }),
    );
  });
});
