import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Picture } from '../picture/picture.ts';
import { readPicture } from './readPicture.ts';
import { encodePicture, outputFormat, writePicture } from './writePicture.ts';

const picture: Picture = {
  width: 20,
  height: 12,
  data: Uint8Array.from({ length: 720 }, (_, index) => [Math.floor(index / 3) % 240, 60, 200][index % 3]),
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('writing a picture', () => {
  for (const name of ['a.png', 'a.jpg', 'a.JPEG', 'a.webp', 'a.avif', 'a.tif', 'a.tiff']) {
    it(`${name} reads back the same`, async () => {
      const path = join(folder, name);
      await writePicture(path, picture);
      const back = await readPicture(path);
      const lossless = /png|tif/.test(name);
      const differences = back.data.map((value, index) => Math.abs(value - picture.data[index]));
      expect([back.width, back.height]).toEqual([20, 12]);
      expect(Math.max(...differences)).toBeLessThanOrEqual(lossless ? 0 : 12);
    });
  }

  it('refuses a name without a known ending before anything is written', async () => {
    for (const name of ['b', 'b.bmp', 'b.gif', '.png']) {
      await expect(writePicture(join(folder, name), picture)).rejects.toMatchObject({
        code: 'USAGE',
        hint: 'Use one of .png, .jpg, .jpeg, .webp, .avif, .tif, .tiff.',
      });
    }
    expect((await readdir(folder)).filter((name) => name.startsWith('b'))).toEqual([]);
  });

  it('replaces a file only when forced', async () => {
    const path = join(folder, 'c.png');
    await writePicture(path, picture);
    await expect(writePicture(path, picture)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    await writePicture(path, picture, { force: true });
  });

  it('refuses data that do not fit the size, and sizes that do not fit the format', async () => {
    await expect(encodePicture({ ...picture, width: 21 }, 'png')).rejects.toMatchObject({ code: 'USAGE' });
    const wide = { width: 20_000, height: 1, data: new Uint8Array(60_000) };
    await expect(encodePicture(wide, 'webp')).rejects.toThrow('the format ends at 16383 pixels a side');
    await expect(encodePicture(wide, 'avif')).rejects.toMatchObject({ code: 'USAGE' });
    expect((await readPicture(await encodePicture(wide, 'png'))).width).toBe(20_000);
  });

  it('knows the format from the ending', () => {
    expect(['x.jpg', 'y.tiff', 'folder.jpg/z.PNG'].map(outputFormat)).toEqual(['jpeg', 'tiff', 'png']);
  });
});
