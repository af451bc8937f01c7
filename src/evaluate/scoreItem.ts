/**
 * One item of a benchmark, scored: the picture is looked at once, and asked about its own sound, about sounds that do
 * not belong to it, and about none. Pure: the two halves of the model have answered before.
 */
import type { Heard, PictureEvidence } from '../localize/evidence.ts';
import { type Look, lookFor } from '../localize/lookFor.ts';
import { pearsonCorrelation } from '../metrics/correlation.ts';
import { evaluationSide } from '../metrics/groundTruth.ts';
import { halfRuleCeiling } from '../metrics/halfRuleCeiling.ts';
import { predictedArea } from '../metrics/negativeAudio.ts';
import { pointingHit } from '../metrics/pointingGame.ts';
import { resizeForEvaluation } from '../metrics/resizeForEvaluation.ts';
import { slavcConfidence } from '../metrics/slavcExtended.ts';
import type { Picture, PixelMap } from '../picture/picture.ts';
import type { Model } from '../weights/model.ts';
import { ciousOf, finiteOrNull } from './cious.ts';
import { floorsOf, noFloors } from './floors.ts';
import type { MapRecord, ScoredItem, SoundCondition } from './itemRecord.ts';
import { indexOfMax, missReason } from './missReason.ts';

export interface ItemInput {
  readonly model: Model;
  readonly item: Pick<ScoredItem, 'index' | 'id' | 'label' | 'pictureGroup' | 'scene' | 'sources'>;
  readonly picture: Pick<Picture, 'width' | 'height'>;
  readonly seen: PictureEvidence;
  /** On the evaluation grid. */
  readonly truth: Float32Array;
  /** What is heard under each condition, null for silence; a condition without a sound is left out. */
  readonly heard: Readonly<Partial<Record<SoundCondition, Heard | null>>>;
  readonly offscreen: readonly (Heard | null)[];
  /** Universal threshold; null: none. */
  readonly threshold: number | null;
}

export interface ItemOutput {
  readonly record: ScoredItem;
  /** The map under the own sound, as large as the picture. */
  readonly heat: PixelMap;
}

export function scoreItem(input: ItemInput): ItemOutput {
  const { model, item, picture, seen, truth, threshold } = input;
  const isPositive = item.sources > 0;
  const under = (heard: Heard | null): LookOnGrid => {
    const look = lookFor(model, seen, heard, picture);
    return { heard, look, heat: onGrid(look.heat) };
  };
  const record = (condition: SoundCondition, at: LookOnGrid): MapRecord => ({
    ...briefly(at, threshold),
    confidence: slavcConfidence(at.heat.data),
    ciou: isPositive
      ? ciousOf(at.look.heat, truth, { threshold, rules: condition === 'own' ? 'all' : 'reported' })
      : {},
    pointing: isPositive ? isPointing(at.heat, truth) : null,
    heard: mostHeard(model, at.heard),
  });

  const looks = Object.entries(input.heard).map(([name, heard]) => [name as SoundCondition, under(heard)] as const);
  const byName = new Map(looks);
  const own = byName.get('own')!;
  const wrong = byName.get('wrong');
  const maps = Object.fromEntries(looks.map(([name, at]) => [name, record(name, at)]));
  const adaptive = maps.own.ciou.align_adaptive ?? 0;
  const isMissed = isPositive && adaptive < 0.5;
  return {
    record: {
      ...item,
      area: truth.reduce((sum, weight) => sum + weight, 0),
      ceiling: isPositive ? finiteOrNull(halfRuleCeiling(truth)) : null,
      maps,
      offscreen: input.offscreen.map((heard) => briefly(under(heard), threshold)),
      floors: isPositive ? floorsOf(truth) : noFloors,
      correlation: wrong ? finiteOrNull(pearsonCorrelation(own.heat.data, wrong.heat.data)) : null,
      miss: isMissed ? missReason({ ...own, model, label: item.label, seen, truth }) : null,
    },
    heat: own.look.heat,
  };
}

interface LookOnGrid {
  readonly heard: Heard | null;
  readonly look: Look;
  /** On the evaluation grid. */
  readonly heat: PixelMap;
}

function onGrid(heat: PixelMap): PixelMap {
  const side = evaluationSide;
  return { width: side, height: side, data: resizeForEvaluation(heat, 'cv2_linear') };
}

function briefly({ look, heat }: LookOnGrid, threshold: number | null): ScoredItem['offscreen'][number] {
  const { answer, presence } = look;
  return {
    answer,
    presence,
    max: heat.data.reduce((max, value) => Math.max(max, value), 0),
    pia: threshold === null ? null : predictedArea(heat.data, threshold),
  };
}

function isPointing(heat: PixelMap, truth: Float32Array): boolean {
  const peak = indexOfMax(heat.data);
  return pointingHit(truth, evaluationSide, { x: peak % evaluationSide, y: Math.floor(peak / evaluationSide) });
}

function mostHeard({ sound }: Model, heard: Heard | null): MapRecord['heard'] {
  if (heard === null) return null;
  const most = indexOfMax(heard.probabilities);
  if (heard.other > heard.probabilities[most]) return { label: otherLabel, score: heard.other };
  return { label: sound.labels[most], score: heard.probabilities[most] };
}

/** Where a sound is most of all none of the labels. */
export const otherLabel = '(no label)';
