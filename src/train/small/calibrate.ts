/**
 * Sets the numbers of the answer on validation pairs: a logistic curve from the logarithm of the match score to the
 * probability that the thing is there (Platt 1999), and the two thresholds on it.
 */
import { probabilityOfPresence, smallestScore } from '../../localize/answer.ts';
import { matchSoundToPicture } from '../../localize/score.ts';
import type { Model } from '../../weights/model.ts';
import { falsePairs, truePairs, type ValidationPair, type ValidationSet } from './validationSet.ts';

/** Share of wrong sounds that may be answered `here` on validation pairs. */
const ACCEPTED_WRONG = 0.08;
/** Share of true pairs that may be answered `not in the picture`. */
const REFUSED_TRUE = 0.05;

export interface Calibration {
  readonly answer: Model['answer'];
  /** What the thresholds do on the pairs that set them: shares answered `here`. */
  readonly accepted: { readonly true: number; readonly wrong: number; readonly unlabelled: number };
  /** Probability that a true pair scores higher than a wrong one. */
  readonly areaUnderRoc: number;
}

export function calibrate(model: Model, set: ValidationSet, seed: number): Calibration {
  const scoreOf = ({ picture, sound }: ValidationPair): number =>
    Math.max(smallestScore, matchSoundToPicture(model, picture.evidence, sound.heard).score);
  const { wrong, unlabelled } = falsePairs(set, 2, seed);
  const scores = {
    true: truePairs(set, 2, seed).map(scoreOf),
    wrong: wrong.map(scoreOf),
    unlabelled: unlabelled.map(scoreOf),
  };
  const { slope, offset } = fitLogistic(scores.true, [...scores.wrong, ...scores.unlabelled]);
  const probability = (score: number): number => probabilityOfPresence(score, { ...model.answer, slope, offset });
  const hereScore = quantile(scores.wrong, 1 - ACCEPTED_WRONG);
  const absentScore = Math.min(hereScore, quantile(scores.true, REFUSED_TRUE));
  const accepted = (values: readonly number[]): number =>
    values.filter((score) => score >= hereScore).length / values.length;
  return {
    answer: {
      topCells: model.answer.topCells,
      slope,
      offset,
      here: probability(hereScore),
      absent: probability(absentScore),
    },
    accepted: { true: accepted(scores.true), wrong: accepted(scores.wrong), unlabelled: accepted(scores.unlabelled) },
    areaUnderRoc: areaUnderRoc(scores.true, scores.wrong),
  };
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

export function areaUnderRoc(positives: readonly number[], negatives: readonly number[]): number {
  const sorted = [...negatives].sort((a, b) => a - b);
  const below = (value: number): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return positives.reduce((total, value) => total + below(value), 0) / (positives.length * sorted.length);
}

/** Logistic regression of one variable, ln(score), both sides weighing the same: Newton's method. */
export function fitLogistic(
  positives: readonly number[],
  negatives: readonly number[],
): { readonly slope: number; readonly offset: number } {
  const points = [
    ...positives.map((score) => ({ x: Math.log(score), y: 1, weight: 0.5 / positives.length })),
    ...negatives.map((score) => ({ x: Math.log(score), y: 0, weight: 0.5 / negatives.length })),
  ];
  let slope = 1;
  let offset = 2;
  for (let iteration = 0; iteration < 50; iteration++) {
    // A little of the prior "slope 1, offset 2" keeps the curve finite where the two sides do not overlap.
    let [gradientSlope, gradientOffset] = [1e-3 * (slope - 1), 1e-3 * (offset - 2)];
    let [hessianSlope, hessianBoth, hessianOffset] = [1e-3, 0, 1e-3];
    for (const { x, y, weight } of points) {
      const p = 1 / (1 + Math.exp(-(slope * x + offset)));
      const curvature = weight * p * (1 - p);
      gradientSlope += weight * (p - y) * x;
      gradientOffset += weight * (p - y);
      hessianSlope += curvature * x * x;
      hessianBoth += curvature * x;
      hessianOffset += curvature;
    }
    const determinant = hessianSlope * hessianOffset - hessianBoth * hessianBoth;
    slope -= (hessianOffset * gradientSlope - hessianBoth * gradientOffset) / determinant;
    offset -= (hessianSlope * gradientOffset - hessianBoth * gradientSlope) / determinant;
  }
  return { slope, offset };
}
