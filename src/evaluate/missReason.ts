/**
 * Why a source was not found, as far as the model's own evidence says. Each reason is asked for in the order of the
 * model's own work: hearing, seeing, answering, placing.
 */
import { createLabelFinder } from '../labels/findLabel.ts';
import type { Heard, PictureEvidence } from '../localize/evidence.ts';
import type { Look } from '../localize/lookFor.ts';
import { evaluationSide } from '../metrics/groundTruth.ts';
import type { PixelMap } from '../picture/picture.ts';
import type { Model } from '../weights/model.ts';
import type { MissReason } from './itemRecord.ts';

/** A label that is heard with less than this was not heard, where another was heard more. */
const leastHeard = 0.25;

/** A thing of which no cell of the source is this probable was not seen. */
const leastSeen = 0.25;

export interface Miss {
  readonly model: Model;
  /** What sounds, in the benchmark's words; null where it does not say. */
  readonly label: string | null;
  readonly heard: Heard | null;
  readonly seen: PictureEvidence;
  readonly look: Look;
  /** The look's heat on the evaluation grid. */
  readonly heat: PixelMap;
  /** On the evaluation grid. */
  readonly truth: Float32Array;
}

export function missReason({ model, label, heard, seen, look, heat, truth }: Miss): MissReason {
  if (heard === null || look.match === null) return 'not heard';
  const most = indexOfMax(heard.probabilities);
  // A benchmark's name that the model does not know cannot be checked; what it heard stands for it then.
  const wanted = label === null ? undefined : createLabelFinder(model.sound.labels)(label);
  if (heard.other > heard.probabilities[most]) return 'not heard';
  if (wanted !== undefined && wanted !== most && heard.probabilities[wanted] < leastHeard) return 'not heard';

  const isPeakInside = truth[indexOfMax(heat.data)] !== 0;
  const { rows, columns } = seen;
  const cells = rows * columns;
  const sight = look.match.related.subarray((wanted ?? most) * cells, ((wanted ?? most) + 1) * cells);
  let clearest = 0;
  for (let pixel = 0; pixel < truth.length; pixel++) {
    if (truth[pixel] === 0) continue;
    const row = Math.floor((Math.floor(pixel / evaluationSide) * rows) / evaluationSide);
    const column = Math.floor(((pixel % evaluationSide) * columns) / evaluationSide);
    clearest = Math.max(clearest, sight[row * columns + column]);
  }
  if (look.answer === 'here' && !isPeakInside) return 'seen elsewhere';
  if (clearest < leastSeen) return 'heard but not seen';
  if (look.answer !== 'here') return 'abstained';
  return 'too wide or narrow';
}

export function indexOfMax(values: Float32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index] > values[best]) best = index;
  return best;
}
