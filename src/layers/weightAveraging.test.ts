import { describe, expect, it } from 'vitest';
import { meanOfCheckpoints, moveAverage } from './weightAveraging.ts';

const weights = (...values: number[]) => new Map([['w', Float32Array.from(values)]]);

describe('the moving average of weights', () => {
  it('moves fast at first, then by its decay', () => {
    const average = weights(0);
    moveAverage(average, weights(1), 0.15, 1);
    expect(average.get('w')![0]).toBeCloseTo(0.9, 6);
    moveAverage(average, weights(1), 0.15, 2);
    expect(average.get('w')![0]).toBeCloseTo(1 - 0.1 * 0.15, 6);
  });

  it('stays at what does not change', () => {
    const average = weights(2, -3);
    for (let step = 1; step < 6; step++) moveAverage(average, weights(2, -3), 0.9, step);
    expect([...average.get('w')!]).toEqual([2, -3]);
  });

  it('refuses weights of another size', () => {
    expect(() => moveAverage(weights(1, 2), weights(1), 0.9, 1)).toThrow('w: 1 values instead of 2');
    expect(() => moveAverage(weights(1, 2), new Map(), 0.9, 1)).toThrow('w: no values instead of 2');
  });
});

describe('the mean of checkpoints', () => {
  it('is taken value by value', () => {
    expect([...meanOfCheckpoints([weights(1, 2), weights(3, 6), weights(2, 1)]).get('w')!]).toEqual([2, 3]);
  });

  it('needs at least one', () => {
    expect(() => meanOfCheckpoints([])).toThrow('there is no checkpoint');
  });
});
