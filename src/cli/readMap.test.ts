import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { float16Of } from '../graph/float16.ts';
import { writeNpy } from '../weights/npy.ts';
import { readMap } from './readMap.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-maps-'));
});

afterAll(() => rm(folder, { recursive: true }));

const write = (name: string, bytes: Uint8Array): Promise<void> => writeFile(join(folder, name), bytes);

describe('a map', () => {
  it('is an array of raw values, also within axes of length 1', async () => {
    const data = Float32Array.of(-1, 2, 1e30, 4, 5, 6);
    await write('plain.npy', writeNpy({ shape: [2, 3], data }));
    await write('batch.npy', writeNpy({ shape: [1, 1, 2, 3], data }));
    await write('one.npy', writeNpy({ shape: [1, 1], data: Float32Array.of(7) }));
    expect((await readMap(folder, 'plain'))?.map).toEqual({ width: 3, height: 2, data });
    expect((await readMap(folder, 'batch'))?.map).toEqual({ width: 3, height: 2, data });
    expect((await readMap(folder, 'one'))?.map).toEqual({ width: 1, height: 1, data: Float32Array.of(7) });
  });

  it('may have doubles, halves or whole numbers, which become floats', async () => {
    await write('doubles.npy', writeNpy({ shape: [1, 2], data: Float64Array.of(0.1, -2) }));
    await write('bytes.npy', writeNpy({ shape: [1, 2], data: Uint8Array.of(0, 255) }));
    const halves = writeNpy({ shape: [1, 2], data: float16Of(Float32Array.of(0.5, -3)) });
    const text = Buffer.from(halves).toString('latin1').replace('<u2', '<f2');
    await write('halves.npy', Buffer.from(text, 'latin1'));
    expect((await readMap(folder, 'doubles'))?.map.data).toEqual(Float32Array.of(0.1, -2));
    expect((await readMap(folder, 'bytes'))?.map.data).toEqual(Float32Array.of(0, 255));
    expect((await readMap(folder, 'halves'))?.map.data).toEqual(Float32Array.of(0.5, -3));
  });

  it('may be a grey picture of 0 to 1', async () => {
    const grey = Uint8Array.of(0, 51, 255, 128, 1, 2);
    const raw = { width: 3, height: 2, channels: 1 } as const;
    await write('grey.png', await sharp(grey, { raw }).toColourspace('b-w').png().toBuffer());
    await write('rgb.png', await sharp(grey, { raw }).toColourspace('srgb').png().toBuffer());
    const expected = Float32Array.from(grey, (value) => value / 255);
    expect((await readMap(folder, 'grey'))?.map).toEqual({ width: 3, height: 2, data: expected });
    expect((await readMap(folder, 'rgb'))?.map.data).toEqual(expected);
  });

  it('is none where there is no file, and refused where it is something else', async () => {
    expect(await readMap(folder, 'absent')).toBeUndefined();
    await write('three.npy', writeNpy({ shape: [3, 1, 2], data: new Float32Array(6) }));
    await write('none.npy', writeNpy({ shape: [0, 4], data: new Float32Array(0) }));
    await write('cut.npy', writeNpy({ shape: [2, 3], data: new Float32Array(6) }).subarray(0, 140));
    await write('broken.png', Buffer.from('\x89PNG\r\n\x1a\nand then nothing', 'latin1'));
    const raw = { width: 1, height: 1, channels: 3 } as const;
    await write(
      'colour.png',
      await sharp(Uint8Array.of(9, 8, 7), { raw })
        .png()
        .toBuffer(),
    );
    await write(
      'deep.png',
      await sharp(Uint8Array.of(9, 9, 9), { raw })
        .toColourspace('grey16')
        .png()
        .toBuffer(),
    );
    await expect(readMap(folder, 'three')).rejects.toThrow('three.npy: its shape [3,1,2] is not that of one map');
    await expect(readMap(folder, 'none')).rejects.toThrow('its shape [0,4]');
    await expect(readMap(folder, 'cut')).rejects.toThrow('cut.npy');
    await expect(readMap(folder, 'broken')).rejects.toThrow('broken.png: it is damaged');
    await expect(readMap(folder, 'colour')).rejects.toThrow('colour.png: it is not a grey PNG with 8 bits');
    await expect(readMap(folder, 'deep')).rejects.toThrow('deep.png: it is not a grey PNG with 8 bits');
  });
});
