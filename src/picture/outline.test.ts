import { describe, expect, it } from 'vitest';
import { outline } from './outline.ts';
import type { Picture } from './picture.ts';

const blank: Picture = { width: 8, height: 7, data: new Uint8Array(168).fill(100) };
/** White as #, black as x, untouched as a dot. */
const drawing = ({ width, data }: Picture) => {
  const signs = Array.from(
    data.filter((_, index) => index % 3 === 0),
    (red) => ({ 255: '#', 0: 'x' })[red] ?? '.',
  );
  return signs.join('').match(new RegExp(`.{${width}}`, 'g'));
};

describe('outlines', () => {
  it('lie inside the box, with a dark line within', () => {
    expect(drawing(outline(blank, [{ xmin: 1, ymin: 1, xmax: 7, ymax: 6 }]))).toEqual([
      '........',
      '.######.',
      '.#xxxx#.',
      '.#x..x#.',
      '.#xxxx#.',
      '.######.',
      '........',
    ]);
  });

  it('are cut at the edges of the picture and may be as small as a pixel', () => {
    const boxes = [
      { xmin: -5, ymin: -5, xmax: 2, ymax: 2 },
      { xmin: 5, ymin: 5, xmax: 6, ymax: 6 },
      { xmin: 90, ymin: 90, xmax: 99, ymax: 99 },
    ];
    expect(drawing(outline(blank, boxes))).toEqual([
      'x#......',
      '##......',
      '........',
      '........',
      '........',
      '.....#..',
      '........',
    ]);
  });

  it('leave the picture that they were given untouched', () => {
    const picture = { ...blank, data: Buffer.from(blank.data) };
    outline(picture, [{ xmin: 0, ymin: 0, xmax: 8, ymax: 7 }], { thickness: 3, colour: [255, 0, 0] });
    expect(picture.data.every((value) => value === 100)).toBe(true);
  });
});
