import { describe, expect, it } from 'vitest';
import type { Picture } from './picture.ts';
import { colourLayout, isCut, layoutDistance } from './sceneCut.ts';

function pictureOf(colourAt: (x: number, y: number) => readonly number[], width = 96, height = 72): Picture {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colourAt(x / width, y / height), 3 * (y * width + x));
  }
  return { width, height, data };
}

const plain = (value: number): Picture => pictureOf(() => [value, value, value]);
const texture = (x: number, y: number): number => 90 + 60 * Math.sin(40 * x) * Math.cos(30 * y);
const distance = (a: Picture, b: Picture): number => layoutDistance(colourLayout(a), colourLayout(b));

describe('the distance of two pictures', () => {
  it('is 0 to itself, however large it is, and 255 from black to white', () => {
    expect(distance(plain(90), plain(90))).toBe(0);
    expect(
      distance(
        pictureOf(() => [90, 90, 90], 17, 400),
        plain(90),
      ),
    ).toBe(0);
    expect(distance(plain(0), plain(255))).toBeCloseTo(255, 2);
  });

  it('of two greys is about their difference, however the histogram is cut', () => {
    for (const step of [8, 40, 120]) expect(Math.abs(distance(plain(60), plain(60 + step)) - step)).toBeLessThan(9);
  });
});

describe('a cut', () => {
  const scene = pictureOf((x, y) => [texture(x, y), 0.8 * texture(x, y), 60]);

  it('is another scene', () => {
    const other = pictureOf((x, y) => (y < 0.5 ? [150, 190, 240] : [texture(3 * x, y), 140, 90]));
    expect(isCut(colourLayout(scene), colourLayout(other))).toBe(true);
  });

  it('is the same scene upside down', () => {
    const sky = (x: number, y: number) => (y < 0.5 ? [150, 190, 240] : [80, 60 + 20 * x, 40]);
    expect(isCut(colourLayout(pictureOf(sky)), colourLayout(pictureOf((x, y) => sky(x, 1 - y))))).toBe(true);
  });

  it('is no slow pan, no change of light and no thing that walks through', () => {
    const panned = pictureOf((x, y) => [texture(x + 0.05, y), 0.8 * texture(x + 0.05, y), 60]);
    const lit = pictureOf((x, y) => [texture(x, y) + 12, 0.8 * texture(x, y) + 12, 72]);
    const visited = (left: number) =>
      pictureOf((x, y) => (x > left && x < left + 0.15 && y > 0.4 ? [230, 40, 40] : [texture(x, y), 90, 60]));
    for (const [a, b] of [
      [scene, panned],
      [scene, lit],
      [visited(0.2), visited(0.4)],
    ]) {
      expect(isCut(colourLayout(a), colourLayout(b))).toBe(false);
    }
  });
});
