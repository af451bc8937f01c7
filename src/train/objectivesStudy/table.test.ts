import { describe, expect, it } from 'vitest';
import { LookhearError } from '../../errors.ts';
import { placeInPage } from '../markedPage.ts';
import { lessons } from './study.ts';
import { marks, studyText } from './table.ts';

const page = 'above\n<!-- written by npm run study:objectives -->\nold\n<!-- end -->\nbelow\n';

describe('the page', () => {
  it('has the text between its markers, however often it is written, and the rest untouched', () => {
    const once = placeInPage(page, 'new', 'page.md', marks);
    expect(once).toBe('above\n<!-- written by npm run study:objectives -->\n\nnew\n\n<!-- end -->\nbelow\n');
    expect(placeInPage(once, 'new', 'page.md', marks)).toBe(once);
  });

  it('is refused by name where it has no markers', () => {
    expect(() => placeInPage('nothing', 'new', 'page.md', marks)).toThrow(LookhearError);
    expect(() => placeInPage('nothing', 'new', 'page.md', marks)).toThrow('page.md');
  });
});

describe('the tables', () => {
  const row = (index: number) => ({ id: `picture${index}`, group: `group${index}` });
  const pairs = Array.from({ length: 16 }, (_, index) => ({
    row: row(index),
    record: index,
    // The fourth label has four pairs, too few to be judged.
    label: ['dog', 'cat', 'harp', 'sea'][index < 12 ? index % 3 : 3],
    isOneOfSeveral: index % 2 === 0,
    sound: 0,
    wrongSound: 0,
  }));
  // Each label has at least five pairs but the last.
  const all = [...pairs, ...pairs.slice(0, 3)].map((pair, index) => ({ ...pair, row: row(index) }));
  const scored = (iou: number) => all.map(({ label }) => ({ iou: label === 'sea' ? 0 : iou, wrongIou: 0.1 }));
  const result = {
    pairs: all,
    centre: scored(0.42),
    taught: new Map(lessons.map(({ name, balance }) => [name, scored(balance === 0 ? 0.52 : 0.62)])),
    thingsOf: new Map([
      ['dog', 300],
      ['cat', 200],
      ['harp', 10],
      ['sea', 5],
    ]),
    trainingPictures: 400,
  } as unknown as Parameters<typeof studyText>[0];
  const settings = { seed: 1, steps: 7, fold: 0 } as Parameters<typeof studyText>[1];
  const text = studyText(result, settings);
  const lines = text.split('\n');
  const rowOf = (name: string): string[] => lines.find((line) => line.startsWith(`| ${name} |`))!.split(' | ');

  it('set the centre prior beside everything, and say by how much it was beaten', () => {
    // An IoU of 0.42 reaches 9 of 21 thresholds: (8 + 0.5) / 20; 0.52 reaches two more.
    expect(rowOf('centre prior').slice(1, 4)).toEqual(['42.5', '', '0.0']);
    expect(rowOf('supervised, all boxes').slice(1, 4)).toEqual(['52.5', '+10.0 to +10.0', '100.0']);
    expect(rowOf('supervised, all boxes')[5]).toContain('12.5');
  });

  it('count no label that has too few pairs', () => {
    expect(text).toContain('judged on 15 pairs of 3 labels');
    expect(text).not.toContain('sea');
  });

  it('tell what sampling does to the rarest third of the labels', () => {
    expect(text).toContain('1 rare labels have 10 to 10 things to learn\nfrom: harp');
    expect(rowOf('as the pairs come')[1]).toBe('52.5');
    expect(rowOf('balanced')[1]).toBe('62.5');
    expect(rowOf('balanced')[6]).toContain('+10.0 to +10.0');
  });
});
