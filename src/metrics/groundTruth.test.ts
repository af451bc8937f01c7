import { describe, expect, it } from 'vitest';
import type { Box } from '../picture/picture.ts';
import { boxesToMask, groundTruthOf } from './groundTruth.ts';

const box = (xmin: number, ymin: number, xmax: number, ymax: number): Box => ({ xmin, ymin, xmax, ymax });
const sumOf = ({ data }: { data: Float32Array }): number => data.reduce((sum, weight) => sum + weight, 0);

describe('boxes', () => {
  it('are placed by truncation on the 224 grid', () => {
    expect(sumOf(boxesToMask([box(50, 0, 100, 100)], 100, 100))).toBe(112 * 224);
    // 0.265995 * 224 = 59.58; 0.78839 * 224 = 176.6
    const { data } = boxesToMask([box(0.265995, 0, 0.78839, 0.01)], 1, 1);
    expect([data[58], data[59], data[175], data[176]]).toEqual([0, 1, 1, 0]);
  });

  it('of a picture of 224 pixels keep their pixels', () => {
    for (let side = 0; side <= 224; side++) expect(sumOf(boxesToMask([box(0, 0, side, 1)], 224, 224))).toBe(side);
  });

  it('are a union without weights', () => {
    expect(sumOf(boxesToMask([box(0, 0, 2, 2), box(1, 1, 3, 3)], 224, 224))).toBe(7);
  });

  it('are cut to the picture; inverted and absurd ones are empty', () => {
    expect(sumOf(boxesToMask([box(-1e9, -5, 2, 1e9)], 224, 224))).toBe(2 * 224);
    for (const empty of [box(0.7, 0.2, 0.3, 0.9), box(2, 0, 3, 1), box(0, Number.NaN, 1, 1), box(0.1, 0.1, 0.1, 0.9)]) {
      expect(sumOf(boxesToMask([empty], 1, 1))).toBe(0);
    }
    expect(sumOf(boxesToMask([], 1, 1))).toBe(0);
  });
});

describe('annotators', () => {
  const consensus = (...boxes: Box[]) => groundTruthOf({ kind: 'annotators', boxes });

  it('weigh a half each, and no more than 1 together', () => {
    const { data } = consensus(box(0, 0, 256, 256), box(0, 0, 128, 256), box(0, 0, 64, 256));
    expect([data[0], data[60], data[111], data[112], data[223]]).toEqual([1, 1, 1, 0.5, 0.5]);
  });

  it('have corners like slices of NumPy: cut beyond the border, from the far border where negative', () => {
    expect(sumOf(consensus(box(100, 90, 300, 300)))).toBe(0.5 * (224 - 87) * (224 - 78));
    expect(sumOf(consensus(box(-10, -10, 120, 130)))).toBe(0);
    // -1 is truncated to 0; -10 and -5 become 224 - 8 and 224 - 4.
    expect(sumOf(consensus(box(-1, 0, 8, 8)))).toBe(0.5 * 7 * 7);
    const { data } = consensus(box(-10, 0, -5, 8));
    expect([data[215], data[216], data[219], data[220]]).toEqual([0, 0.5, 0.5, 0]);
    expect(sumOf(consensus(box(-300, 0, 8, 8)))).toBe(0.5 * 7 * 7);
  });
});

it('a mask lies over the whole picture, whatever its size', () => {
  const mask = { width: 2, height: 4, data: Float32Array.of(0, 9, 0, 0, 0, 0, -1, 0) };
  const { data } = groundTruthOf({ kind: 'mask', mask });
  expect(sumOf({ data })).toBe(2 * 112 * 56);
  expect([data[111], data[112], data[224 * 56 + 112], data[224 * 168], data[224 * 167]]).toEqual([0, 1, 0, 1, 0]);
});
