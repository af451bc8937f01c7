import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../layers/random.ts';
import { type AnnotatedPicture, augment, augmentations, cutOut } from './augment.ts';
import { background, type PixelMeaning } from './targets.ts';

/** A picture whose left half is red and label 0, and whose right half is blue and background. */
function halves(): AnnotatedPicture {
  const [width, height] = [40, 40];
  const isLeft = (pixel: number): boolean => pixel % width < width / 2;
  const pixels = Array.from({ length: width * height }, (_, pixel) => (isLeft(pixel) ? [200, 0, 0] : [0, 0, 200]));
  const meanings: PixelMeaning[] = [
    { kind: 'background', allowed: [background] },
    { kind: 'label', allowed: [0] },
  ];
  const codes = Uint8Array.from({ length: width * height }, (_, pixel) => (isLeft(pixel) ? 1 : 0));
  return {
    picture: { width, height, data: Uint8Array.from(pixels.flat()) },
    annotation: { width, height, codes, meanings, placeless: [] },
  };
}

const cutout = {
  width: 4,
  height: 4,
  data: new Uint8Array(64).map((_, index) => (index % 4 === 1 || index % 4 === 3 ? 255 : 0)),
};

describe.each(augmentations)('%s', (kind) => {
  it('carries the annotation along with the pixels, and is the same for the same seed', async () => {
    const sources = { other: async () => halves(), cutout: () => ({ cutout, label: 3 }) };
    const made = await augment(kind, halves(), sources, 64, seededRandom(5));
    expect(await augment(kind, halves(), sources, 64, seededRandom(5))).toEqual(made);
    let clear = 0;
    for (let pixel = 0; pixel < 64 * 64; pixel++) {
      const [red, green, blue] = made.picture.data.subarray(3 * pixel, 3 * pixel + 3);
      const { kind: meaning, allowed } = made.annotation.meanings[made.annotation.codes[pixel]];
      // Blended borders are left out.
      if (Math.max(red, green, blue) < 2 * Math.max(1, red + green + blue - Math.max(red, green, blue))) continue;
      clear++;
      if (green > red && green > blue) expect(allowed).toEqual([3]);
      else expect(meaning).toBe(red > blue ? 'label' : 'background');
    }
    expect(clear).toBeGreaterThan(2000);
  });
});

it('cuts a thing out along its outline', () => {
  const source = cutOut(halves(), 0);
  expect(source?.cutout).toMatchObject({ width: 20, height: 40 });
  expect([...(source?.cutout.data.subarray(0, 4) ?? [])]).toEqual([200, 0, 0, 255]);
  expect(cutOut(halves(), 1)).toBeUndefined();
});
