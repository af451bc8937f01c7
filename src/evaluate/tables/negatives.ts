/** Sounds that nothing in the picture makes, at one threshold for all pictures (METRICS section 7). */
import { areaUnderCurve } from '../../metrics/consensusIou.ts';
import { areaUnderNegativeCurve, calibrateThresholds, fAuc, fLoc } from '../../metrics/negativeAudio.ts';
import { finiteOrNull } from '../cious.ts';
import type { Evaluation, NegativeScores } from '../evaluation.ts';
import type { ScoredItem } from '../itemRecord.ts';

type Look = ScoredItem['offscreen'][number];

interface Negatives {
  readonly condition: string;
  readonly looks: readonly Look[];
}

/** The three sorts of Juanola et al., which F_LOC and F_AUC are over. */
function threeSorts(items: readonly ScoredItem[]): Negatives[] {
  const positives = items.filter(({ sources }) => sources > 0);
  return [
    { condition: 'silence', looks: positives.flatMap(({ maps }) => maps.silence ?? []) },
    { condition: 'white noise', looks: positives.flatMap(({ maps }) => maps['white noise'] ?? []) },
    { condition: 'off-screen sound', looks: positives.flatMap(({ offscreen }) => offscreen) },
  ];
}

function annotated(items: readonly ScoredItem[]): Negatives {
  const looks = items.flatMap(({ sources, maps }) => (sources === 0 && maps.own ? [maps.own] : []));
  return { condition: 'annotated as off-screen', looks };
}

/** @param items Scored with a threshold. */
export function negativeScores(items: readonly ScoredItem[]): NonNullable<Evaluation['negatives']> {
  const three = threeSorts(items).map(scoresOf);
  const cious = items.flatMap(({ sources, maps }) => (sources > 0 ? [maps.own?.ciou.universal ?? 0] : []));
  const isComplete = cious.length > 0 && three.every(({ count }) => count > 0);
  const mean = cious.reduce((sum, ciou) => sum + ciou, 0) / cious.length;
  return {
    conditions: [...three, scoresOf(annotated(items))].filter(({ count }) => count > 0),
    fLoc: isComplete
      ? finiteOrNull(
          fLoc(
            mean,
            three.map(({ pia }) => pia!),
          ),
        )
      : null,
    fAuc: isComplete
      ? finiteOrNull(
          fAuc(
            areaUnderCurve(cious),
            three.map(({ aucN }) => aucN!),
          ),
        )
      : null,
  };
}

function scoresOf({ condition, looks }: Negatives): NegativeScores {
  const pias = looks.map(({ pia }) => pia ?? Number.NaN);
  const count = pias.length;
  if (count === 0) return { condition, count, pia: null, aucN: null };
  const pia = pias.reduce((sum, value) => sum + value, 0) / count;
  return { condition, count, pia: finiteOrNull(pia), aucN: finiteOrNull(areaUnderNegativeCurve(pias)) };
}

/** Over all negatives alike, silence too. */
export function thresholdsOf(items: readonly ScoredItem[]): Evaluation['thresholds'] {
  const maxima = [...threeSorts(items), annotated(items)].flatMap(({ looks }) => looks.map(({ max }) => max));
  if (maxima.length === 0) return { count: 0, max: null, max10: null, maxq3: null };
  return { count: maxima.length, ...calibrateThresholds(maxima) };
}
