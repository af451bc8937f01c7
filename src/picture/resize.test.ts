import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Picture } from './picture.ts';
import { resizeMap, resizePicture } from './resize.ts';

interface Golden {
  cases: {
    name: string;
    height: number;
    width: number;
    outputHeight: number;
    outputWidth: number;
    rgbBase64: string;
  }[];
  photo: {
    name: string;
    height: number;
    width: number;
    side: number;
    points: number[][];
    rgb: number[][];
    sum: number;
  };
}

const golden: Golden = JSON.parse(readFileSync(new URL('fixtures/resize.golden.json', import.meta.url), 'utf8'));

/** The synthetic picture of the fixture: ramps with noise (FNV-1a of the name, then a 32-bit mix) in inverted squares. */
function syntheticPicture(name: string, height: number, width: number): Picture {
  let key = 2166136261;
  for (const byte of new TextEncoder().encode(name)) key = Math.imul(key ^ byte, 16777619);
  const data = new Uint8Array(3 * width * height);
  for (let index = 0; index < data.length; index++) {
    let hash = (Math.imul(index, 0x9e3779b1) + key) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
    hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
    hash ^= hash >>> 16;
    const channel = index % 3;
    const x = Math.floor(index / 3) % width;
    const y = Math.floor(index / 3 / width);
    const ramp = ((x * (3 + 2 * channel) + y * (5 - channel)) >> 2) & 255;
    const value = ((ramp * 3) >> 2) + (hash >>> 26);
    data[index] = ((x >> 6) + (y >> 6)) & 1 ? 255 - value : value;
  }
  return { width, height, data };
}

describe('resizing as Pillow does', () => {
  for (const { name, height, width, outputHeight, outputWidth, rgbBase64 } of golden.cases) {
    it(`${width}x${height} to ${outputWidth}x${outputHeight} agrees within one grey level`, () => {
      const planes = resizePicture(syntheticPicture(name, height, width), outputWidth, outputHeight);
      const expected = Buffer.from(rgbBase64, 'base64');
      const count = outputWidth * outputHeight;
      expect(planes.length).toBe(expected.length);
      let largest = 0;
      for (let index = 0; index < expected.length; index++) {
        const value = planes[(index % 3) * count + Math.floor(index / 3)];
        largest = Math.max(largest, Math.abs(value - expected[index]));
      }
      // Half a level for each of Pillow's two roundings.
      expect(largest).toBeLessThanOrEqual(1.01);
    });
  }

  it('640x480 to 473x473 agrees at the reference points and on the whole', () => {
    const { name, height, width, side, points, rgb, sum } = golden.photo;
    const planes = resizePicture(syntheticPicture(name, height, width), side, side);
    points.forEach(([row, column], point) => {
      for (let channel = 0; channel < 3; channel++) {
        const value = planes[(channel * side + row) * side + column];
        expect(Math.abs(value - rgb[point][channel])).toBeLessThanOrEqual(1.01);
      }
    });
    const total = planes.reduce((running, value) => running + Math.round(value), 0);
    expect(Math.abs(total - sum) / planes.length).toBeLessThan(0.02);
  });
});

describe('resizing a picture', () => {
  it('keeps the colours apart: planes are red, green, blue', () => {
    const planes = resizePicture({ width: 1, height: 1, data: new Uint8Array([10, 20, 30]) }, 2, 1);
    expect([...planes]).toEqual([10, 10, 20, 20, 30, 30]);
  });

  it('to its own size changes nothing', () => {
    const picture = syntheticPicture('same', 5, 7);
    const planes = resizePicture(picture, 7, 5);
    expect([...picture.data].every((value, index) => planes[(index % 3) * 35 + Math.floor(index / 3)] === value)).toBe(
      true,
    );
  });
});

describe('resizing a map', () => {
  it('doubling two cells gives quarters between them and repeats the edge', () => {
    const map = resizeMap({ width: 2, height: 1, data: new Float32Array([0, 1]) }, 4, 1);
    expect([...map.data]).toEqual([0, 0.25, 0.75, 1]);
  });

  it('halving weighs each cell by a triangle', () => {
    const map = resizeMap({ width: 4, height: 1, data: new Float32Array([8, 0, 0, 0]) }, 2, 1);
    // Cell 0 at 1.0 with half-width 2: weights 0.75, 0.75, 0.25 of centres 0.5, 1.5, 2.5.
    expect(map.data[0]).toBeCloseTo((8 * 0.75) / 1.75, 6);
    expect(map.data[1]).toBe(0);
  });

  it('agrees with bilinear interpolation written out, when enlarging', () => {
    const source = {
      width: 3,
      height: 4,
      data: Float32Array.from({ length: 12 }, (_, index) => ((index * 7) % 5) / 5),
    };
    const target = resizeMap(source, 11, 9);
    const at = (x: number, y: number) => source.data[y * 3 + x];
    for (let y = 0; y < 9; y++) {
      for (let x = 0; x < 11; x++) {
        const sx = Math.min(2, Math.max(0, ((x + 0.5) * 3) / 11 - 0.5));
        const sy = Math.min(3, Math.max(0, ((y + 0.5) * 4) / 9 - 0.5));
        const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
        const [x1, y1] = [Math.min(2, x0 + 1), Math.min(3, y0 + 1)];
        const top = at(x0, y0) * (1 - sx + x0) + at(x1, y0) * (sx - x0);
        const bottom = at(x0, y1) * (1 - sx + x0) + at(x1, y1) * (sx - x0);
        expect(target.data[y * 11 + x]).toBeCloseTo(top * (1 - sy + y0) + bottom * (sy - y0), 5);
      }
    }
  });

  it('never leaves the range of its values, and a constant stays exactly constant', () => {
    const side = fc.integer({ min: 1, max: 20 });
    const cells = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 400, maxLength: 400 });
    fc.assert(
      fc.property(side, side, side, side, cells, (width, height, outputWidth, outputHeight, values) => {
        const data = Float32Array.from(values.slice(0, width * height));
        const { data: output } = resizeMap({ width, height, data }, outputWidth, outputHeight);
        expect(Math.max(...output)).toBeLessThanOrEqual(Math.max(...data));
        expect(Math.min(...output)).toBeGreaterThanOrEqual(Math.min(...data));
        const constant = resizeMap({ width, height, data: data.fill(data[0]) }, outputWidth, outputHeight);
        expect(constant.data.every((value) => value === data[0])).toBe(true);
      }),
      { seed: 1, numRuns: 40 },
    );
  });
});
