import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Picture } from '../picture/picture.ts';
import { drawFigure, writeFigure } from './figure.ts';
import { readPicture } from './readPicture.ts';

const blue: Picture = {
  width: 64,
  height: 48,
  data: Uint8Array.from({ length: 64 * 48 * 3 }, (_, index) => [20, 60, 220][index % 3]),
};
const heat = { width: 2, height: 1, data: new Float32Array([0, 1]) };

const colourAt = ({ width, data }: Picture, x: number, y: number) => [
  ...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
];
/** Pixels darker than half grey in a rectangle: ink, where the background is white. */
function inkIn({ width, data }: Picture, left: number, top: number, right: number, bottom: number): number {
  let count = 0;
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) if (data[3 * (y * width + x)] < 128) count++;
  return count;
}

describe('the figure', () => {
  it('shows the picture and, beside it, the map in its own colours', async () => {
    const figure = await drawFigure({ picture: blue, heat, title: 'dog heard 83 %' });
    expect(colourAt(figure, 58 + 220, 78 + 165)).toEqual([20, 60, 220]);
    const right = 58 + 440 + 66;
    expect(colourAt(figure, right + 20, 78 + 165)).toEqual([0, 0, 4]);
    expect(colourAt(figure, right + 420, 78 + 165)).toEqual([252, 255, 164]);
    expect(colourAt(figure, 0, 0)).toEqual([255, 255, 255]);
  });

  it('has a title and axes, drawn without any font', async () => {
    const titled = await drawFigure({ picture: blue, heat, title: 'dog heard 83 %' });
    const plain = await drawFigure({ picture: blue, heat, title: '' });
    expect(inkIn(titled, 0, 15, titled.width, 45)).toBeGreaterThan(300);
    expect(inkIn(plain, 0, 15, plain.width, 45)).toBe(0);
    expect(inkIn(titled, 20, 78, 52, 78 + 330)).toBeGreaterThan(40);
    expect(inkIn(titled, 58, 78 + 340, 58 + 440, 78 + 360)).toBeGreaterThan(40);
  });

  it('takes pictures of any shape and long titles', async () => {
    for (const [width, height] of [
      [1, 1],
      [1, 900],
      [900, 1],
      [2000, 1500],
    ]) {
      const picture = { width, height, data: new Uint8Array(3 * width * height) };
      const figure = await drawFigure({ picture, heat, title: 'a long title '.repeat(20) });
      expect(figure.data.length).toBe(3 * figure.width * figure.height);
      expect(inkIn(figure, 0, 0, 15, 60)).toBe(0);
    }
  });

  it('is written whole, and not over another file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lookhear-'));
    const path = join(folder, 'figure.png');
    await writeFigure(path, { picture: blue, heat, title: 'a' });
    expect((await readPicture(path)).width).toBeGreaterThan(1000);
    await expect(writeFigure(path, { picture: blue, heat, title: 'b' })).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
    });
    await rm(folder, { recursive: true });
  });
});
