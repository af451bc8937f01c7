import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { LookhearError } from '../errors.ts';
import type { Picture } from '../picture/picture.ts';
import { MAXIMUM_PIXELS, readPicture } from './readPicture.ts';

const width = 24;
const height = 16;
/** Smooth ramps: red to the right, green downwards. */
const rgb = Uint8Array.from({ length: 3 * width * height }, (_, index) => {
  const [x, y] = [Math.floor(index / 3) % width, Math.floor(index / 3 / width)];
  return [10 * x, 15 * y, 120][index % 3];
});
const image = () => sharp(rgb, { raw: { width, height, channels: 3 } });

const files: Record<string, Promise<Buffer>> = {
  'baseline jpeg': image().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(),
  'progressive jpeg': image().jpeg({ quality: 95, chromaSubsampling: '4:4:4', progressive: true }).toBuffer(),
  png: image().png().toBuffer(),
  'palette png': image().png({ palette: true, colours: 256 }).toBuffer(),
  webp: image().webp({ quality: 95 }).toBuffer(),
  'lossless webp': image().webp({ lossless: true }).toBuffer(),
  avif: image().avif({ quality: 95, effort: 0, chromaSubsampling: '4:4:4' }).toBuffer(),
  tiff: image().tiff({ compression: 'lzw' }).toBuffer(),
  'uncompressed tiff': image().tiff({ compression: 'none' }).toBuffer(),
  gif: image().gif().toBuffer(),
};

const redAt = (picture: Picture, x: number, y: number) => picture.data[3 * (y * picture.width + x)];

function largestDifference(picture: Picture): number {
  expect([picture.width, picture.height, picture.data.length]).toEqual([width, height, rgb.length]);
  return picture.data.reduce((largest, value, index) => Math.max(largest, Math.abs(value - rgb[index])), 0);
}

function pngChunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function crc32(bytes: Buffer): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** A grey PNG whose header promises any size, with whatever rows it is given. */
function greyPng(columns: number, rows: number, depth: number, unpacked: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(columns, 0);
  header.writeUInt32BE(rows, 4);
  header[8] = depth;
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', deflateSync(unpacked)), pngChunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, ...chunks]);
}

describe('reading a picture', () => {
  for (const [name, bytes] of Object.entries(files)) {
    it(`reads ${name}`, async () => {
      const lossless = /^png|lossless|tiff/.test(name);
      expect(largestDifference(await readPicture(await bytes))).toBeLessThanOrEqual(lossless ? 0 : 24);
    });
  }

  it('gives a plain Uint8Array', async () => {
    expect((await readPicture(await files.png)).data.constructor).toBe(Uint8Array);
  });

  it('does not look at the name of a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lookhear-'));
    await writeFile(join(folder, 'png.jpg'), await files.png);
    expect(largestDifference(await readPicture(join(folder, 'png.jpg')))).toBe(0);
    await rm(folder, { recursive: true });
  });

  it('turns the picture upright, for each of the eight EXIF orientations', async () => {
    // Where the stored top left corner (the darkest red) ends up.
    const corners = [
      'top left',
      'top right',
      'bottom right',
      'bottom left',
      'top left',
      'top right',
      'bottom right',
      'bottom left',
    ];
    for (let orientation = 1; orientation <= 8; orientation++) {
      const jpeg = await image().jpeg({ quality: 95 }).withMetadata({ orientation }).toBuffer();
      const picture = await readPicture(jpeg);
      expect(picture.width).toBe(orientation < 5 ? width : height);
      const [vertical, horizontal] = corners[orientation - 1].split(' ');
      const x = horizontal === 'left' ? 0 : picture.width - 1;
      const y = vertical === 'top' ? 0 : picture.height - 1;
      const corner = 3 * (y * picture.width + x);
      expect(picture.data[corner] + picture.data[corner + 1], `orientation ${orientation}`).toBeLessThan(20);
    }
  });

  it('spreads grey over the three channels', async () => {
    const grey = await readPicture(
      await sharp(Buffer.from([0, 200]), { raw: { width: 2, height: 1, channels: 1 } })
        .png()
        .toBuffer(),
    );
    expect([...grey.data]).toEqual([0, 0, 0, 200, 200, 200]);
  });

  it('shows what is transparent on white', async () => {
    const rgba = Buffer.from([255, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 51]);
    const png = await sharp(rgba, { raw: { width: 3, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    expect([...(await readPicture(png)).data]).toEqual([255, 0, 0, 255, 255, 255, 204, 204, 204]);
  });

  it('scales 16 bits to 8, for grey and for colour with alpha', async () => {
    const levels = Buffer.from([0, 0, 0, 0x11, 0x11, 0x80, 0x80, 0xff, 0xff]);
    expect([...(await readPicture(greyPng(4, 1, 16, levels))).data.filter((_, index) => index % 3 === 0)]).toEqual([
      0, 0x11, 0x80, 0xff,
    ]);
    const rgba = new Uint16Array([65535, 32896, 0, 65535, 0, 0, 0, 13107]);
    const png = await sharp(rgba, { raw: { width: 2, height: 1, channels: 4 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await sharp(png).metadata()).depth).toBe('ushort');
    expect([...(await readPicture(png)).data]).toEqual([255, 128, 0, 204, 204, 204]);
  });

  it('reads one bit a pixel', async () => {
    expect([...(await readPicture(greyPng(2, 1, 1, Buffer.from([0, 0b01000000])))).data]).toEqual([
      0, 0, 0, 255, 255, 255,
    ]);
  });

  it('converts CMYK', async () => {
    const jpeg = await image().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
    expect((await sharp(jpeg).metadata()).space).toBe('cmyk');
    const picture = await readPicture(jpeg);
    expect(picture.data.length).toBe(rgb.length);
    expect(redAt(picture, width - 1, 0)).toBeGreaterThan(redAt(picture, 0, 0) + 100);
  });

  it('applies a colour profile', async () => {
    const png = await image().withIccProfile('p3').png().toBuffer();
    const stored = await sharp(png, { ignoreIcc: true }).raw().toBuffer();
    expect(largestDifference({ width, height, data: stored })).toBeGreaterThan(20);
    expect(largestDifference(await readPicture(png))).toBeLessThanOrEqual(6);
  });

  it('takes the first frame of an animation', async () => {
    const frames = Buffer.alloc(2 * 3 * 4 * 4, 0);
    frames.fill(255, 3 * 4 * 4);
    const gif = await sharp(frames, { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } })
      .gif()
      .toBuffer();
    expect((await sharp(gif).metadata()).pages).toBe(2);
    const picture = await readPicture(gif);
    expect([picture.width, picture.height, picture.data[0]]).toEqual([4, 4, 0]);
  });

  it('reads a single pixel', async () => {
    const png = await sharp(Buffer.from([1, 2, 3]), { raw: { width: 1, height: 1, channels: 3 } })
      .png()
      .toBuffer();
    expect(await readPicture(png)).toEqual({ width: 1, height: 1, data: new Uint8Array([1, 2, 3]) });
  });

  it('takes pixels as they are', async () => {
    const picture = await readPicture({ width: 1, height: 1, data: new Uint8ClampedArray([1, 2, 3, 255]) });
    expect([...picture.data]).toEqual([1, 2, 3]);
  });

  it('reads many at a time', async () => {
    const pictures = await Promise.all(Array.from({ length: 40 }, async () => readPicture(await files.png)));
    for (const picture of pictures) expect(largestDifference(picture)).toBe(0);
  });
});

describe('what cannot be read', () => {
  const text = (content: string) => new TextEncoder().encode(content);
  const rejected = async (source: Uint8Array) =>
    await readPicture(source).then(
      () => expect.unreachable('was read'),
      (error: LookhearError) => error,
    );

  it('is said in one sentence, with what to do', async () => {
    for (const [bytes, code, words] of [
      [new Uint8Array(0), 'INPUT_EMPTY', 'it has no bytes'],
      [text('Not found.\n'), 'INPUT_UNSUPPORTED', 'it is text'],
      [text('<?xml version="1.0"?>\n<svg width="1"/>'), 'INPUT_UNSUPPORTED', 'an SVG drawing'],
      [text('%PDF-1.7'), 'INPUT_UNSUPPORTED', 'a PDF document'],
      [text('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), 'INPUT_UNSUPPORTED', 'a HEIC picture'],
      [text('\0\0\0\x18ftypisom\0\0\0\0mp41avc1'), 'INPUT_UNSUPPORTED', 'a video or a sound'],
      [text('RIFF\0\0\0\0WAVEfmt '), 'INPUT_UNSUPPORTED', 'a video or a sound'],
      [new Uint8Array([1, 2, 3]), 'INPUT_UNSUPPORTED', 'not in a picture format'],
      [(await files.png).subarray(0, 100), 'INPUT_CORRUPT', 'damaged or cut off'],
      [(await files['baseline jpeg']).subarray(0, 3), 'INPUT_CORRUPT', 'damaged or cut off'],
    ] as const) {
      const error = await rejected(bytes);
      expect(error).toMatchObject({ code, message: expect.stringMatching(/^Cannot read the picture: [^.]*\.$/) });
      expect(error.message).toContain(words);
    }
  });

  it('gives the first line of the decoder as the cause', async () => {
    const jpeg = await files['baseline jpeg'];
    const { cause } = await rejected(jpeg.subarray(0, jpeg.length - 100));
    expect((cause as Error).message).toBe('VipsJpeg: premature end of JPEG image');
  });

  it('is 32-bit floating point, which has no white', async () => {
    const raw = { width: 2, height: 2, channels: 3 } as const;
    const tiff = await sharp(new Float32Array(12), { raw })
      .toColourspace('scrgb')
      .tiff({ compression: 'none' })
      .toBuffer();
    expect(await rejected(tiff)).toMatchObject({
      code: 'INPUT_UNSUPPORTED',
      message: expect.stringContaining('"float"'),
    });
  });

  it('is more than 64 megapixels, found in the header of a small file', async () => {
    const bomb = greyPng(60_000, 60_000, 8, Buffer.alloc(1000));
    expect(await rejected(bomb)).toMatchObject({
      code: 'INPUT_TOO_LARGE',
      message: 'Cannot read the picture: 60000 x 60000 is more than 64 megapixels.',
    });
    await expect(readPicture({ width: MAXIMUM_PIXELS, height: 2, data: new Uint8Array(0) })).rejects.toMatchObject({
      code: 'INPUT_TOO_LARGE',
    });
  });

  it('is anything once the signal has fired', async () => {
    await expect(readPicture(await files.png, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });

  for (const [name, file] of Object.entries(files)) {
    it(`a damaged ${name} ends in a picture or a LookhearError`, { timeout: 60_000 }, async () => {
      const whole = await file;
      const at = fc.double({ min: 0, max: 0.9999, noNaN: true });
      const flips = fc.array(fc.tuple(at, fc.integer({ min: 1, max: 255 })), { maxLength: 8 });
      const cut = fc.oneof(fc.constant(1), at);
      await fc.assert(
        fc.asyncProperty(cut, flips, async (share, changes) => {
          const bytes = new Uint8Array(whole.subarray(0, Math.ceil(share * whole.length)));
          for (const [place, bits] of changes) bytes[Math.floor(place * bytes.length)] ^= bits;
          try {
            const picture = await readPicture(bytes);
            expect(picture.data.length).toBe(3 * picture.width * picture.height);
          } catch (error) {
            if (!(error instanceof LookhearError)) throw error;
            expect(error.message).toMatch(/^Cannot read the picture: [^\n]+\.$/);
          }
        }),
        { seed: 3, numRuns: 40 },
      );
    });
  }
});
