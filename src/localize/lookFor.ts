/** What is heard is looked for in what is seen: the answer and its heat, without the explanations of a finding. */
import type { Picture, PixelMap } from '../picture/picture.ts';
import { resizeMap } from '../picture/resize.ts';
import type { Model } from '../weights/model.ts';
import { answerOf, probabilityOfPresence } from './answer.ts';
import type { Heard, PictureEvidence } from './evidence.ts';
import type { Answer } from './finding.ts';
import { heatMap, type Match, matchSoundToPicture } from './score.ts';

export interface Look {
  /** Null for silence. */
  readonly match: Match | null;
  readonly answer: Answer;
  /** Calibrated probability that `answer` is right, 0..1. */
  readonly confidence: number;
  /** Probability that what is heard is in the picture, 0..1; 0 for silence. */
  readonly presence: number;
  /** As large as the picture, 0..1. */
  readonly heat: PixelMap;
}

/** @param heard Null where every patch is silent: silence is measured, not guessed. */
export function lookFor(
  model: Model,
  seen: PictureEvidence,
  heard: Heard | null,
  { width, height }: Pick<Picture, 'width' | 'height'>,
): Look {
  if (heard === null) {
    const heat = { width, height, data: new Float32Array(width * height) };
    return { match: null, answer: 'silent', confidence: 1, presence: 0, heat };
  }
  const match = matchSoundToPicture(model, seen, heard);
  return {
    match,
    ...answerOf(match.score, model.answer),
    presence: probabilityOfPresence(match.score, model.answer),
    heat: resizeMap(heatMap(model, seen, heard, match), width, height),
  };
}
