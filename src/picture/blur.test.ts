import { describe, expect, it } from 'vitest';
import { blurMap } from './blur.ts';
import type { PixelMap } from './picture.ts';

function pointAt(x: number, y: number, side: number): PixelMap {
  const data = new Float32Array(side * side);
  data[y * side + x] = 1;
  return { width: side, height: side, data };
}

describe('Gaussian blur', () => {
  it('spreads a point as the normal distribution says', () => {
    const sigma = 1.5;
    const { data } = blurMap(pointAt(12, 12, 25), sigma);
    for (const [dx, dy] of [
      [0, 0],
      [1, 0],
      [2, 3],
      [0, 4],
    ]) {
      const density = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma)) / (2 * Math.PI * sigma * sigma);
      expect(data[(12 + dy) * 25 + 12 + dx]).toBeCloseTo(density, 4);
    }
    expect(data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  });

  it('agrees with scipy.ndimage.gaussian_filter away from the edges', () => {
    // gaussian_filter(point, 0.8)[8, 8:13] of a 17 x 17 map with a 1 in the middle
    const { data } = blurMap(pointAt(8, 8, 17), 0.8);
    const expected = [0.248678204, 0.113853178, 0.010926158, 0.000219788, 0.0];
    for (const [index, value] of expected.entries()) expect(data[8 * 17 + 8 + index]).toBeCloseTo(value, 7);
  });

  it('leaves a constant as it is, up to the edges', () => {
    const map = { width: 7, height: 3, data: new Float32Array(21).fill(0.3) };
    expect([...blurMap(map, 2).data]).toEqual([...map.data]);
  });

  it('scales up what remains of the weights at an edge', () => {
    const map = { width: 2, height: 1, data: new Float32Array([1, 0]) };
    const neighbour = Math.exp(-0.5);
    expect(blurMap(map, 1).data[0]).toBeCloseTo(1 / (1 + neighbour), 6);
  });

  it('works on a single cell', () => {
    expect([...blurMap({ width: 1, height: 1, data: new Float32Array([0.5]) }, 3).data]).toEqual([0.5]);
  });
});
