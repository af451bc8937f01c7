/**
 * From a match score to an answer. The score is a product of probabilities and means little by itself; a logistic
 * calibration on its logarithm, fitted on pairs that do and do not belong together, makes it the probability that what
 * is heard is in the picture (Platt, "Probabilistic outputs for support vector machines", 1999).
 */
import type { Model } from '../weights/model.ts';
import type { Answer } from './finding.ts';

/** Scores below this are all the same "nothing at all"; it keeps the logarithm finite. */
export const smallestScore = 1e-6;

export interface AnswerWithConfidence {
  readonly answer: Exclude<Answer, 'silent'>;
  /** Probability that `answer` is right, 0..1; for `unsure`, that of the likelier side. */
  readonly confidence: number;
}

/** P(what is heard is in the picture), 0..1. */
export function probabilityOfPresence(score: number, { slope, offset }: Model['answer']): number {
  return 1 / (1 + Math.exp(-(slope * Math.log(Math.max(score, smallestScore)) + offset)));
}

export function answerOf(score: number, calibration: Model['answer']): AnswerWithConfidence {
  const presence = probabilityOfPresence(score, calibration);
  if (presence >= calibration.here) return { answer: 'here', confidence: presence };
  if (presence < calibration.absent) return { answer: 'not in the picture', confidence: 1 - presence };
  return { answer: 'unsure', confidence: Math.max(presence, 1 - presence) };
}
