import { describe, expect, it } from 'vitest';
import { readPicture } from '../media/readPicture.ts';
import { encodePicture } from '../media/writePicture.ts';
import { mirroredHash, perceptualHash } from './perceptualHash.ts';
import type { Picture } from './picture.ts';

/** Bytes of x = 1664525 x + 1013904223 mod 2^32, the highest of each. */
function noisePicture(seed: number): Picture {
  let state = seed;
  const data = Uint8Array.from({ length: 3 * 32 * 32 }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { width: 32, height: 32, data };
}

const sample = (name: string): Promise<Picture> =>
  readPicture(new URL(`../../samples/pictures/${name}`, import.meta.url).pathname);

function differentBits(a: string, b: string): number {
  const bits = (hash: string): string => BigInt(`0x${hash}`).toString(2).padStart(64, '0');
  return [...bits(a)].filter((bit, place) => bit !== bits(b)[place]).length;
}

function change(picture: Picture, value: (data: Uint8Array, x: number, y: number, channel: number) => number): Picture {
  const { width, height, data } = picture;
  const changed = Uint8Array.from(data, (_, index) => {
    const pixel = Math.floor(index / 3);
    return Math.max(0, Math.min(255, value(data, pixel % width, Math.floor(pixel / width), index % 3)));
  });
  return { width, height, data: changed };
}

function mirrored(picture: Picture): Picture {
  const { width } = picture;
  return change(picture, (data, x, y, channel) => data[3 * (y * width + width - 1 - x) + channel]);
}

function brightened(picture: Picture): Picture {
  return change(picture, (data, x, y, channel) => 0.85 * data[3 * (y * picture.width + x) + channel] + 30);
}

/** Every other pixel, and each of them two wide. */
function coarse({ width, height, data }: Picture): Picture {
  const size = { width: 2 * (width >> 1), height: height >> 1 };
  const pixels = Uint8Array.from({ length: 3 * size.width * size.height }, (_, index) => {
    const [channel, pixel] = [index % 3, Math.floor(index / 3)];
    const [x, y] = [2 * ((pixel % size.width) >> 1), 2 * Math.floor(pixel / size.width)];
    return data[3 * (y * width + x) + channel];
  });
  return { ...size, data: pixels };
}

describe('the perceptual hash', () => {
  // scipy.fft.dctn(grey, norm='ortho')[1:9, 1:9] > 0, by rows, grey = 0.299 R + 0.587 G + 0.114 B
  it.each([
    [1, '38674a4b12b304da'],
    [2, '9f19285cf3c54028'],
  ])('agrees with scipy on noise %i', (seed, expected) => {
    expect(perceptualHash(noisePicture(seed))).toBe(expected);
  });

  it.each(['cat.jpg', 'astronaut-and-cat.jpg'])('knows copies of %s', async (name) => {
    const picture = await sample(name);
    const hash = perceptualHash(picture)!;
    const jpeg = await readPicture(await encodePicture(brightened(picture), 'jpeg'));
    expect(differentBits(hash, perceptualHash(jpeg)!)).toBeLessThanOrEqual(4);
    expect(differentBits(hash, perceptualHash(coarse(picture))!)).toBeLessThanOrEqual(6);
  });

  it('tells pictures apart', async () => {
    const hashes = [
      perceptualHash(await sample('cat.jpg')),
      perceptualHash(await sample('astronaut-and-cat.jpg')),
      perceptualHash(noisePicture(1)),
    ] as string[];
    expect(differentBits(hashes[0], hashes[1])).toBeGreaterThan(16);
    expect(differentBits(hashes[0], hashes[2])).toBeGreaterThan(16);
    expect(differentBits(hashes[1], hashes[2])).toBeGreaterThan(16);
  });

  it('of a mirrored picture follows from the hash', async () => {
    for (const picture of [noisePicture(1), noisePicture(2), await sample('cat.jpg')]) {
      const hash = perceptualHash(picture)!;
      expect(differentBits(mirroredHash(hash), perceptualHash(mirrored(picture))!)).toBeLessThanOrEqual(1);
      expect(mirroredHash(mirroredHash(hash))).toBe(hash);
    }
  });

  it('is not taken of pictures without features', () => {
    const size = { width: 60, height: 40 };
    const data = (value: (x: number, y: number) => number): Uint8Array =>
      Uint8Array.from({ length: 3 * 60 * 40 }, (_, index) => {
        const pixel = Math.floor(index / 3);
        return value(pixel % 60, Math.floor(pixel / 60));
      });
    expect(perceptualHash({ ...size, data: data(() => 200) })).toBeNull();
    expect(perceptualHash({ ...size, data: data((x) => 4 * x) })).toBeNull();
    expect(perceptualHash({ ...size, data: data((x, y) => 2 * x + 3 * y) })).toBeNull();
    expect(perceptualHash({ ...size, data: data((x, y) => 100 + ((x + y) % 2)) })).toBeNull();
  });
});
