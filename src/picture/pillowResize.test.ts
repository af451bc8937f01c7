import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededPicture } from '../../test/seededWeights.ts';
import { resizeLikePillow } from './pillowResize.ts';

describe('resizing like Pillow', () => {
  it('leaves a picture of the same size as it is', () => {
    const picture = seededPicture('same', 20, 10);
    expect(resizeLikePillow(picture, 20, 10)).toEqual(picture);
  });

  it('rounds the mean of two grey levels up after each direction', () => {
    const picture = { width: 2, height: 2, data: Uint8Array.of(0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0) };
    expect(resizeLikePillow(picture, 1, 1).data).toEqual(Uint8Array.of(1, 1, 1));
  });

  const shared = process.env.LOOKHEAR_SHARED;
  it.skipIf(shared === undefined)('gives the recorded bytes of Pillow 9.4', () => {
    const golden = JSON.parse(readFileSync(join(shared!, 'reference/golden/picture_resize.json'), 'utf8'));
    const pictureOf = (text: string) => {
      const [, name, height, width] = /image_rgb\("([^"]+)",(\d+),(\d+)\)/.exec(text)!;
      return seededPicture(name, Number(width), Number(height));
    };
    for (const {
      input,
      output_hw: [height, width],
      uint8_rgb_base64,
    } of golden.cases) {
      const expected = Buffer.from(uint8_rgb_base64, 'base64');
      expect(Buffer.from(resizeLikePillow(pictureOf(input), width, height).data).equals(expected), input).toBe(true);
    }
    const whole = golden.full_path_480x640_to_473;
    const { data } = resizeLikePillow(pictureOf(whole.input), 473, 473);
    expect(data.reduce((total, value) => total + value, 0)).toBe(whole.sum_uint8);
    for (const [index, [y, x]] of whole.points_row_col.entries()) {
      expect([...data.subarray(3 * (y * 473 + x), 3 * (y * 473 + x) + 3)]).toEqual(whole.uint8_rgb[index]);
    }
  });
});
