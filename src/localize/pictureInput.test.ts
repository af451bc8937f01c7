import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededPicture } from '../../test/seededWeights.ts';
import { pictureInput } from './pictureInput.ts';

const port = {
  resize: 'pillow',
  order: 'bgr',
  scale: 1,
  mean: [123.68, 116.779, 103.939] as [number, number, number],
  deviation: [1, 1, 1] as [number, number, number],
} as const;

describe('the picture as a network takes it', () => {
  it('is red, green and blue, 0..255, where nothing else is said', () => {
    const picture = { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
    expect(pictureInput({ width: 2, height: 1 }, picture).data).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6));
  });

  it('is scaled, shifted and turned around as the model says', () => {
    const picture = { width: 1, height: 1, data: Uint8Array.of(10, 20, 30) };
    const preprocess = {
      ...port,
      scale: 2,
      mean: [1, 2, 3] as [number, number, number],
      deviation: [1, 2, 4] as [number, number, number],
    };
    expect(pictureInput({ width: 1, height: 1, preprocess }, picture).data).toEqual(Float32Array.of(14.25, 19, 19));
  });

  const shared = process.env.LOOKHEAR_SHARED;
  it.skipIf(shared === undefined)('is what the Keras port of PSPNet feeds its network', () => {
    const golden = JSON.parse(readFileSync(join(shared!, 'reference/golden/picture_resize.json'), 'utf8'));
    const { points_row_col, network_input_bgr } = golden.full_path_480x640_to_473;
    const network = { width: 473, height: 473, preprocess: port };
    const { data } = pictureInput(network, seededPicture('resize:photo', 640, 480));
    for (const [index, [y, x]] of points_row_col.entries()) {
      for (let channel = 0; channel < 3; channel++) {
        expect(data[(channel * 473 + y) * 473 + x]).toBeCloseTo(network_input_bgr[index][channel], 4);
      }
    }
  });
});
