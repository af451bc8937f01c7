import { describe, expect, it } from 'vitest';
import { areaUnderRoc, fitLogistic, quantile } from './calibrate.ts';

describe('the logistic curve', () => {
  it('is one half where both sides are equally likely', () => {
    const { slope, offset } = fitLogistic([0.2, 0.3, 0.5, 0.8], [0.01, 0.02, 0.03, 0.05]);
    expect(slope).toBeGreaterThan(0);
    // Halfway between the sides on a logarithmic scale.
    const middle = Math.sqrt(0.05 * 0.2);
    expect(slope * Math.log(middle) + offset).toBeCloseTo(0, 0);
  });

  it('has zero gradient where it ends: the mean prediction on each side balances the errors', () => {
    const positives = [0.9, 0.5, 0.02, 0.3];
    const negatives = [0.01, 0.2, 0.001, 0.05];
    const { slope, offset } = fitLogistic(positives, negatives);
    const p = (score: number): number => 1 / (1 + Math.exp(-(slope * Math.log(score) + offset)));
    const gradient =
      positives.reduce((total, score) => total + (p(score) - 1) / 8, 0) +
      negatives.reduce((total, score) => total + p(score) / 8, 0) +
      1e-3 * (offset - 2);
    expect(gradient).toBeCloseTo(0, 9);
  });
});

it('counts the pairs that are in order, as the area under the ROC curve', () => {
  expect(areaUnderRoc([3, 1], [0, 2])).toBe(0.75);
});

it('takes quantiles from the sorted values', () => {
  expect(quantile([5, 1, 3, 2, 4], 0.5)).toBe(3);
});
