import { describe, expect, it } from 'vitest';
import {
  areaUnderCurve,
  consensusIou,
  meanCiou,
  precisionAt50,
  scoresOf,
  success,
  successCurve,
} from './consensusIou.ts';
import { interactive } from './interactive.ts';

describe('consensus IoU', () => {
  it('is 1 for the truth, also where annotators disagree', () => {
    expect(consensusIou(Uint8Array.of(1, 1, 0), Float32Array.of(1, 0.5, 0))).toBe(1);
  });

  it('counts a predicted pixel outside the truth in the denominator', () => {
    expect(consensusIou(Uint8Array.of(1, 1, 0, 0), Float32Array.of(1, 0, 1, 0))).toBeCloseTo(1 / 3, 12);
  });

  it('is 0 where something is predicted and nothing is there, and no number where nothing is predicted either', () => {
    expect(consensusIou(Uint8Array.of(1, 0), Float32Array.of(0, 0))).toBe(0);
    expect(consensusIou(Uint8Array.of(0), Float32Array.of(0))).toBeNaN();
  });
});

describe('over many', () => {
  it('reaches an area of 1 at best and 0.025 at worst', () => {
    expect(areaUnderCurve([1, 1])).toBeCloseTo(1, 12);
    expect(areaUnderCurve([0, 0])).toBeCloseTo(0.025, 12);
  });

  it('counts 0.5 as a success, and SLAVC does not', () => {
    expect(success([0.5, 0.49, 0.7, 0])).toBe(0.5);
    expect(precisionAt50([0.5, 0.49, 0.7, 0])).toBe(0.25);
  });

  it('counts undefined values as misses everywhere, and has no mean of them', () => {
    const { success: share, auc, meanCiou: mean } = scoresOf([Number.NaN, 1]);
    expect(share).toBe(0.5);
    expect(auc).toBeCloseTo(0.5, 12);
    expect(mean).toBeNaN();
    expect(meanCiou([0.25, 0.75])).toBe(0.5);
  });

  it('compares with the float products of 0.05, as all evaluators do', () => {
    expect(successCurve([0.15])).toEqual([1, 1, 1, ...new Array(18).fill(0)]);
    expect(successCurve([0.05 * 3])).toEqual([1, 1, 1, 1, ...new Array(17).fill(0)]);
  });
});

it('asks every thing of a picture to succeed', () => {
  const { iiou, iauc } = interactive([
    [0.6, 0.4],
    [0.5, 0.9],
    [Number.NaN, 1],
  ]);
  expect(iiou).toBeCloseTo(1 / 3, 12);
  // Minima 0.4 and 0.5 reach 9 and 11 thresholds, of which the first counts half; the third reaches none.
  expect(iauc).toBeCloseTo((0.05 * (8.5 + 10.5)) / 3, 12);
});
