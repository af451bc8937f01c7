import { describe, expect, it } from 'vitest';
import { tinyModel } from '../../localize/tinyModel.fixtures.ts';
import { placeInPage } from '../markedPage.ts';
import { figuresOf, type Judged, judge, judgeBestSight, judgeCentre } from './judge.ts';
import { marks, studyNumbers, studyText } from './table.ts';

const model = { ...tinyModel, map: { blur: 0, fallback: 0, centre: 0 } };

/** Red on the left half, blue on the right, on 8 x 8 cells; the box lies around what is heard. */
function pair(kind: 'red' | 'blue', scene: string): Judged {
  const probabilities = new Float32Array(2 * 64);
  for (let cell = 0; cell < 64; cell++) {
    const isLeft = cell % 8 < 4;
    probabilities[cell] = isLeft ? 0.9 : 0.1;
    probabilities[64 + cell] = isLeft ? 0.1 : 0.9;
  }
  const heard = kind === 'red' ? [0.95, 0.05] : [0.05, 0.95];
  const [xmin, xmax] = kind === 'red' ? [0, 50] : [50, 100];
  return {
    kind,
    scene,
    boxes: [{ xmin, xmax, ymin: 0, ymax: 100 }],
    width: 100,
    height: 100,
    seen: { columns: 8, rows: 8, probabilities, background: new Float32Array(64) },
    heard: { probabilities: Float32Array.from(heard), other: 0 },
  };
}

const pairs = [pair('red', 'a'), pair('red', 'b'), pair('blue', 'c')];

describe('judge', () => {
  const { scores, answers } = judge(model, pairs, () => {});

  it('finds the right half by the right sound, the wrong one by a wrong sound', () => {
    expect(figuresOf(scores['its own sound'].flat()).success).toBe(1);
    expect(figuresOf(scores['a wrong sound'].flat()).success).toBe(0);
    expect(answers.own.here).toBe(3);
  });

  it('takes no sound of the same kind for a wrong one', () => {
    expect(scores['a wrong sound'].map((tried) => tried.length)).toEqual([1, 1, 1]);
  });

  it('gives an empty map the area of no success', () => {
    expect(figuresOf(scores.silence.flat()).auc).toBeCloseTo(0.025, 10);
  });

  it('finds the sight that fits best, whatever is heard', () => {
    expect(judgeBestSight(pairs, () => {}).every(({ align_adaptive }) => align_adaptive > 0.9)).toBe(true);
  });
});

describe('the tables', () => {
  const judgement = {
    pairs,
    centre: judgeCentre(pairs),
    bestSight: judgeBestSight(pairs, () => {}),
    composed: judge(model, pairs, () => {}),
    trained: [judge(model, pairs, () => {}), judge(model, pairs, () => {})],
  };
  const numbers = studyNumbers(
    {
      real: judgement,
      watched: judgement,
      beside: { name: 'tiny', verdict: judgement.composed },
      relation: { sounds: 2, soundsWithSight: 1 },
      learnt: { pictures: 5, clips: 7 },
      hearsMostly: [{ label: 'wall', share: 0.25 }],
    },
    { data: '', pretrained: '', run: '', beside: 'tiny', pictures: 5, clips: 7, trainings: 2 },
  );

  it('say the same as the numbers', () => {
    const text = studyText(numbers);
    const [{ auc }] = numbers.real.rows;
    expect(text).toContain(`| joined, its own sound | ${(100 * auc).toFixed(1)} | 100.0 |`);
    expect(text).toContain('| silence: an empty map | 2.5 | 0.0 |');
    expect(text).toContain('On the average it hears wall 25.0 %.');
    expect(text).toContain('| dense layer trained - joined | +0.0 | +0.0 to +0.0 |');
    expect(numbers.real.kinds.map(({ kind, pairs }) => [kind, pairs])).toEqual([
      ['blue', 1],
      ['red', 2],
    ]);
    expect(numbers.answers[0]).toMatchObject({ model: 'joined', sound: 'own', here: 1, unsure: 0 });
  });

  it('stand between the markers of a page, and nowhere else', () => {
    const page = 'before\n<!-- begin: npm run study:composed -->\nold\n<!-- end -->\nafter\n';
    expect(placeInPage(page, 'new', 'page.md', marks)).toBe(
      'before\n<!-- begin: npm run study:composed -->\n\nnew\n\n<!-- end -->\nafter\n',
    );
    expect(() => placeInPage('no markers', 'new', 'page.md', marks)).toThrow('page.md has no place for the tables');
  });
});
