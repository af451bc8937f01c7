import { describe, expect, it } from 'vitest';
import { areaUnderCurve, success } from '../../metrics/consensusIou.ts';
import { areaOf, interval, type Judgement, meanOverLabels, successOf } from './figures.ts';

const judgement = (label: string, value: number, group = `${label}${value}`): Judgement => ({ label, group, value });

describe('the mean over labels', () => {
  it('lets a label with one pair count as much as one with three', () => {
    const pairs = [judgement('person', 0), judgement('person', 0), judgement('person', 0), judgement('harp', 1)];
    expect(meanOverLabels(pairs)).toBe(0.5);
  });

  it('of single areas and successes is the area and the success of all', () => {
    const ious = [0.1, 0.5, 0.72, 0];
    const mean = (value: (iou: number) => number): number =>
      meanOverLabels(ious.map((iou, index) => judgement('dog', value(iou), `${index}`)));
    expect(mean(areaOf)).toBeCloseTo(areaUnderCurve(ious), 12);
    expect(mean(successOf)).toBeCloseTo(success(ious), 12);
  });
});

describe('the interval', () => {
  it('holds the mean, is the same for the same seed, and has no width where all agree', () => {
    const pairs = Array.from({ length: 40 }, (_, index) => judgement('dog', index % 2, `${index}`));
    const [low, high] = interval(pairs, 1);
    expect(low).toBeLessThan(0.5);
    expect(high).toBeGreaterThan(0.5);
    // Two standard errors of a fair coin thrown 40 times.
    expect(high - low).toBeCloseTo(2 * 1.96 * Math.sqrt(0.25 / 40), 1);
    expect(interval(pairs, 1)).toEqual([low, high]);
    expect(
      interval(
        pairs.map(({ label, group }) => ({ label, group, value: 1 })),
        1,
      ),
    ).toEqual([1, 1]);
  });

  it('is wider where pairs come from few groups, because frames of one clip agree', () => {
    const values = Array.from({ length: 40 }, (_, index) => (index < 20 ? 0 : 1));
    const width = (groups: number): number => {
      const [low, high] = interval(
        values.map((v, index) => judgement('dog', v, `${Math.floor((index * groups) / 40)}`)),
        1,
      );
      return high - low;
    };
    expect(width(4)).toBeGreaterThan(2 * width(40));
  });
});
