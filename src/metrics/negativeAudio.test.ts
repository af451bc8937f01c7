import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnderCurve } from './consensusIou.ts';
import {
  areaUnderNegativeCurve,
  calibrateThresholds,
  fAuc,
  fLoc,
  harmonicMean,
  mapIou,
  predictedArea,
} from './negativeAudio.ts';

describe('pIA', () => {
  it('is the share of pixels above the threshold, not at it', () => {
    expect(predictedArea(Float32Array.of(0.25, 0.5, 0.75, 1), 0.5)).toBe(0.5);
    expect(predictedArea(Float32Array.of(-1, -1), -9)).toBe(1);
  });

  it('compares in float32, as the maps are', () => {
    expect(predictedArea(Float32Array.of(0.3), 0.3)).toBe(0);
    expect(predictedArea(Float32Array.of(0.3175, 0.1), 0.3175)).toBe(0);
  });

  it('does not see NaN, and says nothing of no pixels', () => {
    expect(predictedArea(Float32Array.of(Number.NaN, 1), 0.5)).toBe(0.5);
    expect(predictedArea(new Float32Array(0), 0.5)).toBeNaN();
  });
});

describe('AUC_N', () => {
  it('is 1 for a model that never marks anything, 0.025 for one that marks everything', () => {
    expect(areaUnderNegativeCurve([0, 0])).toBeCloseTo(1, 12);
    expect(areaUnderNegativeCurve([1, 1, 1])).toBeCloseTo(0.025, 12);
  });

  it('counts a share that just reaches a threshold; 0.15 is below 3 * 0.05 as a float', () => {
    expect(areaUnderNegativeCurve([0.5])).toBeCloseTo(0.525, 12);
    expect(areaUnderNegativeCurve([0.15])).toBeCloseTo(0.875, 12);
    expect(areaUnderNegativeCurve([0.150001])).toBeCloseTo(0.825, 12);
  });

  it('counts NaN as a failure, and says nothing of no maps', () => {
    expect(areaUnderNegativeCurve([Number.NaN, 0])).toBeCloseTo(0.5, 12);
    expect(areaUnderNegativeCurve([])).toBeNaN();
  });

  it('mirrors the curve of successes where no share lies on a threshold', () => {
    const off = fc.integer({ min: 0, max: 19 }).map((step) => step / 20 + 0.025);
    fc.assert(
      fc.property(fc.array(off, { minLength: 1, maxLength: 20 }), (areas) => {
        expect(areaUnderNegativeCurve(areas)).toBeCloseTo(1 - areaUnderCurve(areas), 12);
      }),
    );
  });
});

describe('F_LOC and F_AUC', () => {
  it('are harmonic means with the mean over the sorts of negatives', () => {
    expect(fLoc(0.6, [0.1, 0.2, 0.3])).toBeCloseTo((2 * 0.6 * 0.8) / 1.4, 12);
    expect(fAuc(0.5, [1, 0.5, 0.75])).toBeCloseTo((2 * 0.5 * 0.75) / 1.25, 12);
  });

  it('are 0 where one side is, and not said where both are or one is missing', () => {
    expect(fLoc(0.6, [1, 1, 1])).toBe(0);
    expect(harmonicMean(0, 0)).toBeNaN();
    expect(fLoc(0.6, [])).toBeNaN();
    expect(fAuc(Number.NaN, [1])).toBeNaN();
  });
});

it('two masks are alike by intersection and union, and where both are empty', () => {
  expect(mapIou([1, 1, 0, 0], [0, 1, 1, 0])).toBe(1 / 3);
  expect(mapIou([0, 0], [0, 0])).toBe(1);
  expect(mapIou([0, 0], [0, 1])).toBe(0);
  expect(mapIou([1, 0], [0, 0])).toBe(0);
});

describe('universal thresholds', () => {
  it('are the largest maximum, a tenth more, and the third quartile with linear interpolation', () => {
    const { max, max10, maxq3 } = calibrateThresholds([0.4, 0.1, 0.2, 0.3]);
    expect([max, max10]).toEqual([0.4, 1.1 * 0.4]);
    // Position 0.75 * 3 = 2.25: a quarter of the way from 0.3 to 0.4.
    expect(maxq3).toBeCloseTo(0.325, 12);
    expect(calibrateThresholds([0.7])).toEqual({ max: 0.7, max10: 1.1 * 0.7, maxq3: 0.7 });
  });

  it('are not said of no maps, or of NaN', () => {
    const none = { max: Number.NaN, max10: Number.NaN, maxq3: Number.NaN };
    expect(calibrateThresholds([])).toEqual(none);
    expect(calibrateThresholds([0.1, Number.NaN, 0.2, 0.3, 0.4])).toEqual(none);
  });
});
