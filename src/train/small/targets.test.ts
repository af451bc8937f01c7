import { describe, expect, it } from 'vitest';
import type { PictureRow } from '../../data/manifests.ts';
import { pictureIndex } from './labels.ts';
import { annotate, background, cellTargets, pictureClassCount } from './targets.ts';

const dog = pictureIndex.get('dog')!;
const person = pictureIndex.get('person')!;

const row = (changes: Partial<PictureRow>): PictureRow => ({
  id: 'x',
  image: 'x.jpg',
  mask: null,
  mask_by: null,
  width: 40,
  height: 40,
  labels: ['dog'],
  boxes: [],
  box_by: null,
  exhaustive: false,
  label_list: null,
  group: 'x',
  fold: 1,
  ...changes,
});

/** Classes that a cell of a 40 x 40 grid may be. */
function allowedAt(targets: { allowed: Uint8Array }, x: number, y: number): number[] {
  return [...Array(pictureClassCount).keys()].filter((index) => targets.allowed[index * 1600 + y * 40 + x] === 1);
}

describe('a boxed thing', () => {
  const boxed = row({ boxes: [{ label: 'dog', xmin: 10, ymin: 10, xmax: 30, ymax: 30 }], box_by: 'human' });
  const targets = cellTargets(annotate(boxed, undefined, new Map()), 40);

  it('is itself in the middle of its box', () => expect(allowedAt(targets, 20, 20)).toEqual([dog]));

  it('may be background in the corner of its box, or a person nobody looked for', () => {
    expect(allowedAt(targets, 10, 10)).toEqual([person, dog, background].sort((a, b) => a - b));
  });

  it('is not outside its box', () => expect(allowedAt(targets, 2, 2)).not.toContain(dog));

  it('weighs as much as all background', () => {
    const weight = (isInside: boolean): number =>
      targets.weights.reduce((total, value, cell) => {
        const allowed = allowedAt(targets, cell % 40, Math.floor(cell / 40));
        const isLabel = allowed.length === 1 && allowed[0] === dog;
        return isLabel === isInside && (isLabel || !allowed.includes(dog)) ? total + value : total;
      }, 0);
    expect(weight(true)).toBeCloseTo(1, 5);
    expect(weight(false)).toBeCloseTo(1, 5);
  });
});

describe('a picture whose annotators looked for people', () => {
  it('has none where none is marked', () => {
    const exhaustive = row({
      exhaustive: true,
      label_list: 'voc20',
      boxes: [{ label: 'dog', xmin: 0, ymin: 0, xmax: 20, ymax: 40 }],
    });
    const targets = cellTargets(annotate(exhaustive, undefined, new Map()), 40);
    expect(allowedAt(targets, 35, 20)).toEqual([background]);
  });
});

describe('a bare label', () => {
  const targets = cellTargets(annotate(row({}), undefined, new Map()), 40);

  it('may be anywhere', () => expect(allowedAt(targets, 5, 5)).toContain(dog));
  it('must be somewhere', () => expect(targets.placeless[dog]).toBe(1));
});

describe('an outlined thing', () => {
  it('is where the mask says, and the unknown ring may be it or not', () => {
    const data = new Uint8Array(1600);
    for (let pixel = 0; pixel < 800; pixel++) data[pixel] = 2;
    data.fill(255, 800, 880);
    const annotation = annotate(row({ mask: 'm.png' }), { width: 40, height: 40, data }, new Map([[2, 'dog']]));
    const targets = cellTargets(annotation, 40);
    expect(allowedAt(targets, 5, 5)).toEqual([dog]);
    expect(allowedAt(targets, 5, 20)).toEqual(expect.arrayContaining([dog, background]));
    expect(allowedAt(targets, 5, 30)).not.toContain(dog);
  });
});
