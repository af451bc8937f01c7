/** From the records of all items to the figures of the report. Nothing else goes into them. */
import { interactive } from '../metrics/interactive.ts';
import { pointingAccuracy } from '../metrics/pointingGame.ts';
import { evaluateSlavc } from '../metrics/slavcExtended.ts';
import { finiteOrNull } from './cious.ts';
import { type Evaluation, evaluationSchema } from './evaluation.ts';
import { GalleryChoice } from './gallery.ts';
import { type ItemRecord, missReasons, type ScoredItem, type SkippedItem } from './itemRecord.ts';
import type { LeakReport } from './leaks.ts';
import type { Plan } from './plan.ts';
import { answerCounts, reliabilityOf } from './tables/answers.ts';
import { confusionOf } from './tables/confusion.ts';
import { clustersOf, estimateOf } from './tables/estimates.ts';
import { groupScores } from './tables/groups.ts';
import { negativeScores, thresholdsOf } from './tables/negatives.ts';
import { pairedDifferences, systemScores } from './tables/systems.ts';

/** So many of the items that were not scored are listed. */
const mostSkipped = 100;

export function aggregate(plan: Plan, records: readonly ItemRecord[], leaks: LeakReport | null): Evaluation {
  const skipped = records.filter((record): record is SkippedItem => 'skipped' in record);
  const items = records.filter((record): record is ScoredItem => !('skipped' in record));
  const positives = items.filter(({ sources }) => sources > 0);
  const clusters = clustersOf(positives, plan.seed);
  const gallery = new GalleryChoice(plan.seed);
  for (const item of items) gallery.add(item);
  return {
    schema: evaluationSchema,
    command: plan.command,
    protocol: {
      name: 'lookhear@1',
      benchmark: plan.benchmark,
      title: plan.title,
      annotations: plan.annotations,
      dataSha256: plan.dataSha256,
      seed: plan.seed,
      threshold: plan.threshold,
      thresholdFrom: plan.thresholdFrom,
      notes: plan.notes,
    },
    model: plan.model,
    counts: {
      items: plan.items,
      scored: items.length,
      positives: positives.length,
      negatives: items.length - positives.length,
      missing: skipped.filter(({ skipped: why }) => why === 'missing').length,
      unreadable: skipped.filter(({ skipped: why }) => why === 'unreadable').length,
    },
    systems: systemScores(positives, clusters),
    differences: pairedDifferences(positives, clusters),
    answers: answerCounts(items),
    extended: extendedOf(items),
    interactive: interactiveOf(positives),
    negatives: plan.threshold === null ? null : negativeScores(items),
    thresholds: thresholdsOf(items),
    pointing: { own: pointingOf(positives, 'own'), wrong: pointingOf(positives, 'wrong') },
    correlation: estimateOf(
      positives.map(({ correlation }) => correlation ?? undefined),
      clusters,
    ),
    reliability: reliabilityOf(items),
    ...groupScores(positives),
    misses: missReasons
      .map((reason) => ({ reason, count: positives.filter(({ miss }) => miss === reason).length }))
      .filter(({ count }) => count > 0),
    confusion: confusionOf(items),
    leaks,
    gallery: gallery.result(),
    skipped: skipped.slice(0, mostSkipped).map(({ id, problem }) => ({ id, problem })),
  };
}

/** The rules whose masks SLAVC's and SSLalignment's metrics are told of. */
const rules = ['half_ez', 'align_adaptive'] as const;

function extendedOf(items: readonly ScoredItem[]): Evaluation['extended'] {
  if (items.every(({ sources }) => sources > 0)) return null;
  return Object.fromEntries(
    rules.map((rule) => {
      const { all, visible } = evaluateSlavc(
        items.map(({ sources, area, maps }) => ({
          boxes: sources,
          ciou: maps.own?.ciou[rule] ?? Number.NaN,
          confidence: maps.own?.confidence ?? 0,
          area,
        })),
      );
      const [ap, maxF1, locAcc] = [all.ap, all.maxF1, visible.precision].map(finiteOrNull);
      return [rule, { ap, maxF1, locAcc }];
    }),
  );
}

function interactiveOf(items: readonly ScoredItem[]): Evaluation['interactive'] {
  const byPicture = new Map<string, ScoredItem[]>();
  for (const item of items) byPicture.set(item.pictureGroup, [...(byPicture.get(item.pictureGroup) ?? []), item]);
  const groups = [...byPicture.values()].filter(({ length }) => length > 1);
  if (groups.length === 0) return null;
  return Object.fromEntries(
    rules.map((rule) => {
      const cious = groups.map((group) => group.map(({ maps }) => maps.own?.ciou[rule] ?? Number.NaN));
      return [rule, { ...interactive(cious), pictures: groups.length }];
    }),
  );
}

function pointingOf(items: readonly ScoredItem[], condition: 'own' | 'wrong'): number | null {
  const hits = items.flatMap(({ label, maps }) => {
    const pointing = maps[condition]?.pointing;
    return pointing === undefined || pointing === null ? [] : [{ label: label ?? '', hit: pointing }];
  });
  return hits.length === 0 ? null : pointingAccuracy(hits);
}
