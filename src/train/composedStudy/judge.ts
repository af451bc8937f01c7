/**
 * How good the maps are, and how good a map is that does not look, does not listen, or listens to something else. All
 * under the rules of the model's card: consensus IoU at 224 x 224.
 */
import { answerOf } from '../../localize/answer.ts';
import type { Heard, PictureEvidence } from '../../localize/evidence.ts';
import type { Answer } from '../../localize/finding.ts';
import { centrePrior, heatMap, matchSoundToPicture } from '../../localize/score.ts';
import { areaUnderCurve, success } from '../../metrics/consensusIou.ts';
import type { Box, PixelMap } from '../../picture/picture.ts';
import type { Model } from '../../weights/model.ts';
import { type MapScore, scoreBoxes } from '../scoreBoxes.ts';

/** A picture with boxes, what is seen in it and what is heard with it. */
export interface Judged {
  /** What sounds: two pairs of one kind are no wrong sounds for each other. */
  readonly kind: string;
  /** Pairs of one scene say nearly the same. */
  readonly scene: string;
  readonly boxes: readonly Box[];
  readonly width: number;
  readonly height: number;
  readonly seen: PictureEvidence;
  /** Null where it is silent. */
  readonly heard: Heard | null;
}

/** In the order of the table. */
export const methods = ['its own sound', 'a wrong sound', 'no sound: picture only', 'silence'] as const;
export type Method = (typeof methods)[number];

/** Scores of each pair: one each, but several of wrong sounds. */
export type Scores = Readonly<Record<Method, readonly (readonly MapScore[])[]>>;

/** Wrong sounds tried with each picture. */
const wrongSounds = 3;

export interface Verdict {
  readonly scores: Scores;
  readonly answers: Readonly<Record<'own' | 'wrong', Readonly<Record<Answer, number>>>>;
}

export function judge(model: Model, pairs: readonly Judged[], onDone: (done: number) => void): Verdict {
  const labels = model.sound.labels.length;
  const anything: Heard = { probabilities: new Float32Array(labels).fill(1 / labels), other: 0 };
  const scores: Record<Method, MapScore[][]> = {
    'its own sound': [],
    'a wrong sound': [],
    'no sound: picture only': [],
    silence: [],
  };
  const none = (): Record<Answer, number> => ({ here: 0, unsure: 0, 'not in the picture': 0, silent: 0 });
  const answers = { own: none(), wrong: none() };
  for (const [index, pair] of pairs.entries()) {
    const lookWith = (heard: Heard | null): { score: MapScore; answer: Answer } => {
      const { map, answer } = mapOf(model, pair.seen, heard);
      return { score: scoreBoxes(map, pair.boxes, pair.width, pair.height), answer };
    };
    const own = lookWith(pair.heard);
    const wrong = wrongFor(pairs, index).map(({ heard }) => lookWith(heard));
    scores['its own sound'].push([own.score]);
    scores['a wrong sound'].push(wrong.map(({ score }) => score));
    scores['no sound: picture only'].push([lookWith(anything).score]);
    scores.silence.push([lookWith(null).score]);
    answers.own[own.answer]++;
    for (const { answer } of wrong) answers.wrong[answer]++;
    onDone(index + 1);
  }
  return { scores, answers };
}

/** The sounds of the next pairs of other kinds, round the list. */
function wrongFor(pairs: readonly Judged[], index: number): Judged[] {
  const next = [...pairs.slice(index + 1), ...pairs.slice(0, index)];
  const chosen: Judged[] = [];
  for (const pair of next) {
    if (pair.kind === pairs[index].kind || chosen.some(({ kind }) => kind === pair.kind)) continue;
    chosen.push(pair);
    if (chosen.length === wrongSounds) break;
  }
  return chosen;
}

function mapOf(model: Model, seen: PictureEvidence, heard: Heard | null): { map: PixelMap; answer: Answer } {
  if (heard === null) {
    const { columns: width, rows: height } = seen;
    return { map: { width, height, data: new Float32Array(width * height) }, answer: 'silent' };
  }
  const match = matchSoundToPicture(model, seen, heard);
  return { map: heatMap(model, seen, heard, match), answer: answerOf(match.score, model.answer).answer };
}

/** The bump in the middle, which neither looks nor listens. */
export function judgeCentre(pairs: readonly Judged[]): MapScore[] {
  return pairs.map(({ seen, boxes, width, height }) =>
    scoreBoxes(centrePrior(seen.columns, seen.rows), boxes, width, height),
  );
}

/** The one sight whose own map fits best: nobody could know it, and no choice of one could do better. */
export function judgeBestSight(pairs: readonly Judged[], onDone: (done: number) => void): MapScore[] {
  return pairs.map(({ seen, boxes, width, height }, index) => {
    const cells = seen.rows * seen.columns;
    const sights = seen.probabilities.length / cells;
    let best: MapScore | undefined;
    for (let sight = 0; sight < sights; sight++) {
      const data = seen.probabilities.subarray(sight * cells, (sight + 1) * cells);
      // What is nowhere in the picture has a map of rounding errors.
      if (data.every((value) => value < 0.02)) continue;
      const score = scoreBoxes({ width: seen.columns, height: seen.rows, data }, boxes, width, height);
      if (best === undefined || score.align_adaptive > best.align_adaptive) best = score;
    }
    onDone(index + 1);
    return best ?? { align_adaptive: 0, half_ez: 0 };
  });
}

/** Areas and shares of many pairs, 0..1. */
export interface Figures {
  readonly auc: number;
  readonly success: number;
  readonly half: number;
}

/** Over all scores alike. */
export function figuresOf(scores: readonly MapScore[]): Figures {
  const adaptive = scores.map(({ align_adaptive }) => align_adaptive);
  return {
    auc: areaUnderCurve(adaptive),
    success: success(adaptive),
    half: success(scores.map(({ half_ez }) => half_ez)),
  };
}
