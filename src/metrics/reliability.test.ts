import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Prediction, reliability } from './reliability.ts';

const said = (predicted: number, happened: boolean): Prediction => ({ predicted, happened });

it('sets what was said against what happened, bin by bin', () => {
  const { bins, error } = reliability([said(0.75, true), said(0.75, true), said(0.75, false), said(0.05, false)]);
  expect(bins).toHaveLength(10);
  expect(bins[0]).toEqual({ from: 0, to: 0.1, count: 1, predicted: 0.05, observed: 0 });
  expect(bins[5]).toEqual({ from: 0.5, to: 0.6, count: 0, predicted: null, observed: null });
  expect(bins[7]).toEqual({ from: 0.7, to: 0.8, count: 3, predicted: 0.75, observed: 2 / 3 });
  // 3 of 4 predictions are off by 1/12, the other by 0.05.
  expect(error).toBeCloseTo((3 * (0.75 - 2 / 3) + 0.05) / 4, 12);
});

it('is without error where a share of what was said with a probability happened', () => {
  expect(reliability([said(0.25, true), said(0.25, false), said(0.25, false), said(0.25, false)]).error).toBe(0);
});

it('counts a bin with its lower end, and 1 in the last', () => {
  const filled = (...probabilities: number[]): number[] =>
    reliability(probabilities.map((predicted) => said(predicted, true))).bins.flatMap(({ count }, bin) =>
      count > 0 ? [bin] : [],
    );
  expect(filled(0, 0.3, 0.6, 0.7, 1)).toEqual([0, 3, 6, 7, 9]);
  expect(filled(0.0999, 0.9999)).toEqual([0, 9]);
});

it('has as many bins as are asked for', () => {
  const { bins, error } = reliability([said(0.2, false), said(0.6, true)], 1);
  expect(bins).toEqual([{ from: 0, to: 1, count: 2, predicted: 0.4, observed: 0.5 }]);
  expect(error).toBeCloseTo(0.1, 12);
});

it('says nothing of nothing', () => {
  const { bins, error } = reliability([]);
  expect(error).toBeNull();
  expect(bins.every(({ count, observed }) => count === 0 && observed === null)).toBe(true);
});

it('takes probabilities only', () => {
  for (const predicted of [-0.1, 1.1, Number.NaN]) {
    expect(() => reliability([said(predicted, true)])).toThrow(`Expected a probability from 0 to 1, got ${predicted}.`);
  }
});

it('loses no prediction, and no error is above 1', () => {
  const prediction = fc.record({ predicted: fc.double({ min: 0, max: 1, noNaN: true }), happened: fc.boolean() });
  fc.assert(
    fc.property(fc.array(prediction, { minLength: 1 }), (predictions) => {
      const { bins, error } = reliability(predictions);
      expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(predictions.length);
      expect(error).toBeGreaterThanOrEqual(0);
      expect(error).toBeLessThanOrEqual(1);
    }),
  );
});
