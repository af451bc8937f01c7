import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { peakInBox, peakOf, pointingAccuracy, pointingHit } from './pointingGame.ts';

/** 1 on one pixel. */
const dot = (width: number, height: number, x: number, y: number): Uint8Array => {
  return new Uint8Array(width * height).fill(1, y * width + x, y * width + x + 1);
};

describe('a hit', () => {
  it('is nearer than the tolerance, not as near', () => {
    const mask = dot(64, 64, 40, 30);
    expect(pointingHit(mask, 64, { x: 26, y: 30 })).toBe(true);
    expect(pointingHit(mask, 64, { x: 25, y: 30 })).toBe(false);
    // 9 and 12 pixels away: 15.
    expect(pointingHit(mask, 64, { x: 31, y: 18 })).toBe(false);
    expect(pointingHit(mask, 64, { x: 31, y: 19 })).toBe(true);
  });

  it('asks for the thing itself with a tolerance of 1, and never happens with 0', () => {
    const mask = dot(8, 4, 5, 2);
    expect(pointingHit(mask, 8, { x: 5, y: 2 }, 1)).toBe(true);
    expect(pointingHit(mask, 8, { x: 4, y: 2 }, 1)).toBe(false);
    expect(pointingHit(mask, 8, { x: 5, y: 2 }, 0)).toBe(false);
  });

  it('needs something to hit', () => {
    expect(pointingHit(new Uint8Array(64), 8, { x: 3, y: 3 })).toBe(false);
    expect(pointingHit(dot(8, 8, 0, 0), 8, { x: Number.NaN, y: Number.NaN })).toBe(false);
  });

  it('is what the distance to every pixel says, for any point', () => {
    const point = fc.record({ x: fc.double({ min: -3, max: 12, noNaN: true }), y: fc.integer({ min: -3, max: 9 }) });
    const mask = fc.array(fc.constantFrom(0, 0, 0, 0, 1), { minLength: 54, maxLength: 54 });
    fc.assert(
      fc.property(mask, point, fc.integer({ min: 0, max: 5 }), (values, { x, y }, tolerance) => {
        const isHit = values.some((value, pixel) => {
          const distance = ((pixel % 9) - x) ** 2 + (Math.floor(pixel / 9) - y) ** 2;
          return value === 1 && distance < tolerance ** 2;
        });
        expect(pointingHit(values, 9, { x, y }, tolerance)).toBe(isHit);
      }),
    );
  });
});

describe('the peak', () => {
  const map = (...data: number[]) => ({ width: 3, height: data.length / 3, data: Float32Array.from(data) });

  it('is the first of the hottest pixels', () => {
    expect(peakOf(map(0, 1, 0, 2, 0, 2))).toEqual({ x: 0, y: 1 });
    expect(peakOf(map(-5, -1, -2))).toEqual({ x: 1, y: 0 });
    expect(peakOf(map(7, 7, 7))).toEqual({ x: 0, y: 0 });
  });

  it('passes over NaN, and is nowhere in a map of NaN', () => {
    expect(peakOf(map(Number.NaN, 0, -1))).toEqual({ x: 1, y: 0 });
    expect(peakOf(map(Number.NEGATIVE_INFINITY, Number.NaN, Number.NaN))).toEqual({ x: 0, y: 0 });
    expect(peakOf(map(Number.NaN, Number.NaN, Number.NaN))).toEqual({ x: Number.NaN, y: Number.NaN });
  });

  it('lies in a box as its pixel does in the mask of the box', () => {
    const boxes = [{ xmin: 2, ymin: 1, xmax: 4, ymax: 3 }];
    expect([1, 2, 3, 4].map((x) => peakInBox({ x, y: 1 }, boxes))).toEqual([false, true, true, false]);
    expect([0, 1, 2, 3].map((y) => peakInBox({ x: 2, y }, boxes))).toEqual([false, true, true, false]);
    expect(peakInBox({ x: 2, y: 1 }, [])).toBe(false);
    expect(peakInBox({ x: 9, y: 9 }, [...boxes, { xmin: 9.2, ymin: 9.2, xmax: 9.8, ymax: 9.8 }])).toBe(true);
  });
});

describe('accuracy', () => {
  const items = [
    { label: 'dog', hit: true },
    { label: 'dog', hit: true },
    { label: 'dog', hit: false },
    { label: 'cat', hit: false },
  ];

  it('weighs classes alike, whatever their number of items', () => {
    expect(pointingAccuracy(items)).toBeCloseTo(1 / 3, 12);
  });

  it('counts a class that occurs nowhere as 0 where the number of classes is given, as TorchRay', () => {
    expect(pointingAccuracy(items, 4)).toBeCloseTo(1 / 6, 12);
    expect(pointingAccuracy([], 20)).toBe(0);
  });

  it('is not said of no items', () => {
    expect(pointingAccuracy([])).toBeNaN();
  });
});
