/**
 * From pixels as others hold them (grey, with alpha, 8 bits a channel; a canvas' ImageData, a decoder's buffer) to a
 * `Picture`. What is transparent is seen on white, the page most pictures are made for.
 */
import { LookhearError } from '../errors.ts';
import type { Picture } from './picture.ts';

/** Pixels in memory, 8 bits a channel, interleaved, row by row from the top left. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Length channels * width * height. */
  readonly data: Uint8Array | Uint8ClampedArray;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha (not premultiplied). Unset: told from the length of `data`. */
  readonly channels?: number;
}

/**
 * Pixels as a picture. RGB is taken as it is, sharing the memory; everything else is copied.
 * @throws LookhearError USAGE when sizes are not whole numbers from 1 or `data` has another length than they ask for
 */
export function pictureFromPixels(pixels: Pixels): Picture {
  const { width, height, data } = pixels;
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new LookhearError('USAGE', `Expected \`width\` and \`height\` from 1, got ${width} x ${height}.`);
  }
  const count = width * height;
  const channels = pixels.channels ?? data.length / count;
  if (![1, 2, 3, 4].includes(channels) || data.length !== channels * count) {
    throw new LookhearError(
      'USAGE',
      `Expected \`data\` of ${width} x ${height} pixels with 1 to 4 bytes each, got ${data.length} bytes` +
        `${pixels.channels === undefined ? '' : ` for ${pixels.channels} channels`}.`,
      { hint: 'Give 8-bit channels, interleaved, without padding at the end of rows.' },
    );
  }
  if (channels === 3) {
    // A view, because subclasses differ from a Uint8Array (the slice of a Buffer is no copy).
    return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
  }
  const isGrey = channels < 3;
  const hasAlpha = channels === 2 || channels === 4;
  const rgb = new Uint8Array(3 * count);
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
    const alpha = hasAlpha ? data[from + channels - 1] : 255;
    const white = 255 * (255 - alpha);
    for (let channel = 0; channel < 3; channel++) {
      rgb[to + channel] = Math.round((alpha * data[isGrey ? from : from + channel] + white) / 255);
    }
  }
  return { width, height, data: rgb };
}
