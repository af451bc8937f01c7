import { describe, expect, it } from 'vitest';
import { seededPicture } from '../../test/seededWeights.ts';
import type { Picture } from '../picture/picture.ts';
import { type Look, lookOften, tileStarts } from './views.ts';

/** A network of 8 x 8 pixels that answers with red and blue of each pixel, and remembers what it was shown. */
function colourNetwork() {
  const shown: Picture[] = [];
  const look: Look = async (picture) => {
    shown.push(picture);
    const area = picture.width * picture.height;
    const values = Float32Array.from({ length: 2 * area }, (_, index) => {
      const pixel = index % area;
      return picture.data[3 * pixel + (index < area ? 0 : 2)] / 255;
    });
    return { columns: picture.width, rows: picture.height, values };
  };
  return { look, shown };
}
const size = { width: 8, height: 8 };
const once = { mirror: false, scales: [1], tileOverlap: null, longSide: 64 };
const colours = (picture: Picture) =>
  Float32Array.from({ length: 2 * picture.width * picture.height }, (_, index) => {
    const area = picture.width * picture.height;
    return picture.data[3 * (index % area) + (index < area ? 0 : 2)] / 255;
  });

describe('looking often', () => {
  const picture = seededPicture('views', 20, 11);

  it('gives each pixel its own answer from a network that judges pixels by themselves, however tiles overlap', async () => {
    for (const tileOverlap of [0, 1 / 3, 0.7]) {
      const { look, shown } = colourNetwork();
      const grid = await lookOften(look, size, picture, { ...once, tileOverlap, mirror: true });
      expect([grid.columns, grid.rows]).toEqual([20, 11]);
      for (const [index, value] of colours(picture).entries()) expect(grid.values[index]).toBeCloseTo(value, 5);
      expect(shown.every(({ width, height }) => width === 8 && height === 8)).toBe(true);
    }
  });

  it('shows the mirrored picture and turns its answer back', async () => {
    const { look, shown } = colourNetwork();
    const grid = await lookOften(look, size, picture, { ...once, mirror: true });
    expect(shown.length).toBe(2);
    expect(shown[1].data.subarray(0, 3)).toEqual(picture.data.subarray(57, 60));
    expect(grid.values).toEqual(colours(picture));
  });

  it('fills a picture smaller than a tile up with black and cuts the answer to the picture', async () => {
    const { look, shown } = colourNetwork();
    const small = seededPicture('small', 5, 3);
    const grid = await lookOften(look, size, small, { ...once, tileOverlap: 1 / 3 });
    expect(shown[0].data.subarray(3 * 5, 3 * 8)).toEqual(new Uint8Array(9));
    expect([grid.columns, grid.rows]).toEqual([5, 3]);
    expect(grid.values).toEqual(colours(small));
  });

  it('reduces large pictures and averages over scales', async () => {
    const { look } = colourNetwork();
    const grid = await lookOften(look, size, picture, {
      mirror: false,
      scales: [0.5, 1, 1.5],
      tileOverlap: 0.5,
      longSide: 10,
    });
    expect([grid.columns, grid.rows]).toEqual([10, 6]);
    expect(grid.values.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});

describe('the tiles of the published evaluation', () => {
  it('advance by two thirds of 473, and the last one ends at the border', () => {
    expect(tileStarts(473, 473, 1 / 3)).toEqual([0]);
    expect(tileStarts(800, 473, 1 / 3)).toEqual([0, 316, 327]);
    expect(tileStarts(300, 473, 1 / 3)).toEqual([0]);
  });
});
