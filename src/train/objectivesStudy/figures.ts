/** Means over labels, and how far chance could have moved them. */
import { seededRandom } from '../../layers/random.ts';
import { areaUnderCurve, success } from '../../metrics/consensusIou.ts';

/** A value of one pair, with the label that it counts for and the group of pictures that it belongs to. */
export interface Judgement {
  readonly label: string;
  readonly group: string;
  readonly value: number;
}

/** Area under the success curve of one pair; that of many is the mean. */
export const areaOf = (iou: number): number => areaUnderCurve([iou]);
/** Whether one pair succeeds, 0 or 1; the share of many is the mean. */
export const successOf = (iou: number): number => success([iou]);

/** The mean over labels of the mean over each label's judgements. */
export function meanOverLabels(judgements: readonly Judgement[]): number {
  const sums = new Map<string, { total: number; count: number }>();
  for (const { label, value } of judgements) {
    const sum = sums.get(label) ?? { total: 0, count: 0 };
    sum.total += value;
    sum.count++;
    sums.set(label, sum);
  }
  return [...sums.values()].reduce((mean, { total, count }) => mean + total / count / sums.size, 0);
}

const RESAMPLES = 1000;

/**
 * The range that holds 95 % of the means over labels when groups are drawn anew with replacement (bootstrap): what
 * another set of validation pictures might have said. What another training run would say is not in it.
 */
export function interval(judgements: readonly Judgement[], seed: number): readonly [number, number] {
  const random = seededRandom(seed);
  const byGroup = new Map<string, Judgement[]>();
  for (const judgement of judgements) {
    byGroup.set(judgement.group, [...(byGroup.get(judgement.group) ?? []), judgement]);
  }
  const groups = [...byGroup.values()];
  const means = Array.from({ length: RESAMPLES }, () =>
    meanOverLabels(groups.flatMap(() => groups[Math.floor(random() * groups.length)])),
  ).sort((a, b) => a - b);
  return [means[Math.floor(RESAMPLES * 0.025)], means[Math.ceil(RESAMPLES * 0.975) - 1]];
}
