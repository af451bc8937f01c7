import { describe, expect, it } from 'vitest';
import { aggregate } from './aggregate.ts';
import { madeUpPlan, mapRecord, scoredItem } from './itemRecord.fixtures.ts';

describe('the figures of an evaluation', () => {
  // Own sounds reach 0.6, 0.6, 0.2 and nothing where there is nothing to reach; wrong ones 0.1.
  const items = [0.6, 0.6, 0.2].map((ciou, index) =>
    scoredItem({ index, ciou, label: index < 2 ? 'dog' : 'cat', miss: ciou < 0.5 ? 'not heard' : null }),
  );
  const negative = scoredItem({
    index: 3,
    sources: 0,
    area: 0,
    ceiling: null,
    maps: { own: mapRecord({ ciou: {}, pointing: null, answer: 'not in the picture', confidence: 0.1, max: 0.2 }) },
  });
  const evaluation = aggregate(madeUpPlan, [...items, negative], null);
  const system = (name: string) => evaluation.systems.find((row) => row.name === name)!;

  it('are means over the items with a source', () => {
    const { success, auc, meanCiou, curve } = system('own sound').rules.align_adaptive;
    expect(success.value).toBeCloseTo(2 / 3, 12);
    expect(meanCiou.value).toBeCloseTo(1.4 / 3, 12);
    // 0.6 reaches 0, 0.05 ... 0.55 (12 of the thresholds; 0.05 * 12 is a little more), 0.2 reaches five of them.
    const area = (reached: number): number => 0.05 * (reached - 0.5);
    expect(auc.value).toBeCloseTo((2 * area(12) + area(5)) / 3, 12);
    expect(curve[0]).toBe(1);
    expect(system('own sound').count).toBe(3);
    expect(evaluation.counts).toMatchObject({ items: 4, scored: 4, positives: 3, negatives: 1 });
  });

  it('give a mask the same score under every rule', () => {
    const { rules } = system('centred square 25 %');
    expect(rules.half_ez.meanCiou.value).toBeCloseTo(0.3, 12);
    expect(rules.align_adaptive.meanCiou.value).toBeCloseTo(0.3, 12);
  });

  it('show the ceiling under the half rule alone', () => {
    expect(Object.keys(system('best possible under the half rule').rules)).toEqual(['half_ez']);
  });

  it('set the model against each other system item by item, with an exact p-value for few scenes', () => {
    const difference = evaluation.differences.find(
      ({ against, rule, measure }) => against === 'wrong sound' && rule === 'align_adaptive' && measure === 'auc',
    )!;
    expect(difference.count).toBe(3);
    expect(difference.difference.value).toBeGreaterThan(0);
    // All three differences have one sign: 2 of the 8 patterns lie as far out.
    expect(difference.p).toBe(0.25);
  });

  it('count answers by whether what sounds is there', () => {
    const counts = Object.fromEntries(evaluation.answers.map((row) => [row.condition, row]));
    expect(counts['own sound']).toMatchObject({ present: true, count: 3, here: 3 });
    expect(counts['wrong sound']).toMatchObject({ present: false, count: 3, notInPicture: 3 });
    expect(counts['annotated as off-screen']).toMatchObject({ present: false, count: 1, notInPicture: 1 });
    expect(evaluation.reliability.error).toBeCloseTo(0.1, 12);
  });

  it('tell of misses, classes and the thresholds that negatives would set', () => {
    expect(evaluation.misses).toEqual([{ reason: 'not heard', count: 1 }]);
    expect(evaluation.classes.map(({ name, count }) => [name, count])).toEqual([
      ['dog', 2],
      ['cat', 1],
    ]);
    expect(evaluation.thresholds).toEqual({ count: 1, max: 0.2, max10: expect.closeTo(0.22, 12), maxq3: 0.2 });
    expect(evaluation.extended?.align_adaptive.locAcc).toBeCloseTo(2 / 3, 12);
    expect(evaluation.interactive).toBeNull();
  });

  it('ask all sources of a picture at once', () => {
    const pictures = ['a', 'a', 'b', 'b'];
    const sources = pictures.map((pictureGroup, index) =>
      scoredItem({ index, pictureGroup, ciou: index === 3 ? 0.1 : 0.7 }),
    );
    const { interactive } = aggregate(madeUpPlan, sources, null);
    expect(interactive?.align_adaptive.iiou).toBe(0.5);
    expect(interactive?.align_adaptive.pictures).toBe(2);
  });

  it('combine positives and negatives at a threshold as harmonic means', () => {
    const item = scoredItem({
      maps: {
        own: mapRecord({ ciou: { align_adaptive: 0.6, half_ez: 0.6, universal: 0.5 } }),
        silence: mapRecord({ pia: 0 }),
        'white noise': mapRecord({ pia: 0.1 }),
      },
      offscreen: [
        { answer: 'here', presence: 0.9, max: 1, pia: 0.2 },
        { answer: 'here', presence: 0.9, max: 1, pia: 0.6 },
      ],
    });
    const { negatives } = aggregate({ ...madeUpPlan, threshold: 0.3 }, [item], null);
    const empty = 1 - (0 + 0.1 + 0.4) / 3;
    expect(negatives!.fLoc).toBeCloseTo((2 * 0.5 * empty) / (0.5 + empty), 12);
    expect(negatives!.conditions.map(({ condition, pia }) => [condition, pia])).toEqual([
      ['silence', 0],
      ['white noise', 0.1],
      ['off-screen sound', 0.4],
    ]);
  });

  it('say nothing where there is nothing', () => {
    const { systems, differences, thresholds, pointing } = aggregate(madeUpPlan, [], null);
    expect(systems).toEqual([]);
    expect(differences).toEqual([]);
    expect(thresholds.count).toBe(0);
    expect(pointing).toEqual({ own: null, wrong: null });
  });
});
