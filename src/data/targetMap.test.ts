import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Box } from '../picture/picture.ts';
import { consensusMap, targetMap } from './targetMap.ts';

const picture = { width: 8, height: 4 };
const box = (xmin: number, ymin: number, xmax: number, ymax: number): Box => ({ xmin, ymin, xmax, ymax });
const map = async (...args: Parameters<typeof targetMap>) => Array.from((await targetMap(...args)) ?? []);

describe('the map of boxes', () => {
  it('is 1 in cells inside a box, 0 outside, and the covered share in between', async () => {
    // A map half as large: the box covers x 0.5..2, y 0..1.5 of it.
    const target = { kind: 'boxes', boxes: [box(1, 0, 4, 3)] } as const;
    expect(await map(target, picture, { width: 4, height: 2 })).toEqual([0.5, 1, 0, 0, 0.25, 0.5, 0, 0]);
  });

  it('counts the overlap of boxes once', async () => {
    const target = { kind: 'boxes', boxes: [box(0, 0, 3, 4), box(1, 0, 5, 4), box(1, 0, 5, 4)] } as const;
    expect(await map(target, picture, { width: 4, height: 1 })).toEqual([1, 1, 0.5, 0]);
  });

  it('is all zeros where there is no box, and absent where nothing is known', async () => {
    expect(await map({ kind: 'boxes', boxes: [] }, picture, { width: 2, height: 1 })).toEqual([0, 0]);
    expect(await targetMap({ kind: 'none' }, picture, { width: 2, height: 1 })).toBeUndefined();
  });

  it('takes a frame other than the picture, and cuts what lies outside of it', async () => {
    const fractions = { kind: 'boxes', boxes: [box(-3, 0.5, 0.5, 7)], frame: { width: 1, height: 1 } } as const;
    expect(await map(fractions, picture, { width: 4, height: 2 })).toEqual([0, 0, 0, 0, 1, 1, 0, 0]);
  });

  it('is nearly binary at 473 x 473', async () => {
    const target = { kind: 'boxes', boxes: [box(101, 33, 300, 200)] } as const;
    const values = await map(target, { width: 480, height: 270 }, { width: 473, height: 473 });
    expect(values.filter((value) => value > 0 && value < 1).length / values.length).toBeLessThan(0.01);
    expect(values.reduce((a, b) => a + b) / values.length).toBeCloseTo((199 * 167) / (480 * 270), 6);
  });

  it("has the mean of the boxes' union for any boxes and any size, and stays within 0..1", () => {
    const coordinate = fc.integer({ min: 0, max: 16 });
    const boxes = fc.array(
      fc
        .tuple(coordinate, coordinate, coordinate, coordinate)
        .map(([a, b, c, d]) => box(Math.min(a, b), Math.min(c, d), Math.max(a, b), Math.max(c, d))),
      { maxLength: 5 },
    );
    const side = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(boxes, side, side, (some, width, height) => {
        let union = 0;
        for (let y = 0; y < 16; y++) {
          for (let x = 0; x < 16; x++) {
            if (some.some(({ xmin, ymin, xmax, ymax }) => xmin <= x && x < xmax && ymin <= y && y < ymax)) union++;
          }
        }
        const values = consensusMap([some], { width: 16, height: 16 }, { width, height }, 1);
        expect(values.reduce((a, b) => a + b, 0) / values.length).toBeCloseTo(union / 256, 6);
        expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
      }),
    );
  });
});

describe('the map of annotators', () => {
  const frame = { width: 256, height: 256 };

  it('is a half where one marked, and 1 where two or more did', async () => {
    const annotators = [[box(0, 0, 192, 256)], [box(64, 0, 192, 256)], [box(128, 0, 256, 256)]];
    const target = { kind: 'annotators', annotators, frame } as const;
    expect(await map(target, picture, { width: 4, height: 1 })).toEqual([0.5, 1, 1, 0.5]);
    // Two cells: the means of the above.
    expect(await map(target, picture, { width: 2, height: 1 })).toEqual([0.75, 0.75]);
  });

  it('is at 224 x 224 what the public readers compute, for corners that fall on whole cells', () => {
    // 224 / 256 = 7 / 8, so multiples of 8 need no truncation.
    const corner = fc.integer({ min: 0, max: 32 }).map((eighth) => 8 * eighth);
    const boxes = fc.array(
      fc.tuple(corner, corner, corner, corner).map((corners) => box(...corners)),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(boxes, (some) => {
        const expected = new Float32Array(224 * 224);
        for (const { xmin, ymin, xmax, ymax } of some) {
          for (let y = (ymin * 7) / 8; y < (ymax * 7) / 8; y++) {
            for (let x = (xmin * 7) / 8; x < (xmax * 7) / 8; x++) expected[224 * y + x] += 0.5;
          }
        }
        const annotators = some.map((one) => [one]);
        const values = consensusMap(annotators, frame, { width: 224, height: 224 }, 2);
        expect(values.every((value, cell) => value === Math.min(1, expected[cell]))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('counts an annotator with overlapping boxes once', async () => {
    const target = { kind: 'annotators', annotators: [[box(0, 0, 128, 256), box(0, 0, 256, 256)], []], frame } as const;
    expect(await map(target, picture, { width: 2, height: 1 })).toEqual([0.5, 0.5]);
  });
});

describe('the map of a mask', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookhear-mask-'));
  });
  afterAll(async () => rm(folder, { recursive: true }));

  const write = async (name: string, image: Sharp): Promise<string> => {
    const path = join(folder, name);
    await image.png().toFile(path);
    return path;
  };
  const mapOf = async (path: string, width: number, height: number) =>
    map({ kind: 'mask', path }, picture, { width, height });

  it('is 1 where the mask is not black, be it 1 or 255, and is resized by area', async () => {
    const data = new Uint8Array([0, 1, 255, 0, 0, 0, 7, 0]);
    const path = await write('grey.png', sharp(data, { raw: { width: 4, height: 2, channels: 1 } }));
    expect(await mapOf(path, 4, 2)).toEqual([0, 1, 1, 0, 0, 0, 1, 0]);
    expect(await mapOf(path, 2, 1)).toEqual([0.25, 0.5]);
    expect(await mapOf(path, 8, 2)).toEqual([0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0]);
    // Cells of 4/3 columns: 1/3 of column 1; 2/3 of column 1 and 2/3 of column 2; 1/3 of column 2; halved, plus the lower row.
    const [left, middle, right] = await mapOf(path, 3, 1);
    expect(left).toBeCloseTo(1 / 8, 6);
    expect(middle).toBeCloseTo((1 + 1 / 2) / 2, 6);
    expect(right).toBeCloseTo((1 / 4 + 1 / 4) / 2, 6);
  });

  it('is that of a box where the mask shows a box', async () => {
    const data = new Uint8Array(20 * 11);
    for (let y = 3; y < 10; y++) data.fill(255, 20 * y + 2, 20 * y + 13);
    const path = await write('box.png', sharp(data, { raw: { width: 20, height: 11, channels: 1 } }));
    for (const [width, height] of [
      [7, 5],
      [20, 11],
      [33, 40],
      [1, 1],
    ]) {
      const fromMask = await mapOf(path, width, height);
      const fromBox = consensusMap([[box(2, 3, 13, 10)]], { width: 20, height: 11 }, { width, height }, 1);
      for (const [cell, value] of fromMask.entries()) expect(value).toBeCloseTo(fromBox[cell], 6);
    }
  });

  it('may be 16-bit, coloured or transparent', async () => {
    const deep = sharp(new Uint16Array([0, 1, 300, 65535]), { raw: { width: 4, height: 1, channels: 1 } });
    expect(await mapOf(await write('deep.png', deep.toColourspace('grey16')), 4, 1)).toEqual([0, 1, 1, 1]);
    const colours = new Uint8Array([0, 0, 0, 0, 0, 1, 200, 0, 0, 255, 255, 255]);
    const coloured = sharp(colours, { raw: { width: 4, height: 1, channels: 3 } });
    expect(await mapOf(await write('coloured.png', coloured), 4, 1)).toEqual([0, 1, 1, 1]);
    const clear = sharp(new Uint8Array([255, 255, 255, 0, 255, 255, 255, 255]), {
      raw: { width: 2, height: 1, channels: 4 },
    });
    expect(await mapOf(await write('clear.png', clear), 2, 1)).toEqual([0, 1]);
  });

  it('that cannot be read is named', async () => {
    const whole = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'white' } })
      .png()
      .toBuffer();
    const path = join(folder, 'cut.png');
    await writeFile(path, whole.subarray(0, whole.length - 30));
    await expect(mapOf(path, 2, 2)).rejects.toThrow(
      `Cannot read the mask ${path}: it is damaged, cut off or too large.`,
    );
    await expect(mapOf(join(folder, 'no.png'), 2, 2)).rejects.toMatchObject({ code: 'INPUT_MISSING' });
    await writeFile(path, '{"no": "picture"}');
    await expect(mapOf(path, 2, 2)).rejects.toMatchObject({ code: 'INPUT_UNSUPPORTED' });
  });
});
