/** From a `Picture` to the bytes of a file, and to the file; the format follows from the name. */
import { extname } from 'node:path';
import type { Sharp } from 'sharp';
import { LookhearError } from '../errors.ts';
import type { Picture } from '../picture/picture.ts';
import { pictureFromPixels } from '../picture/pixels.ts';
import { checkOutput, type WriteOptions, writeFileAtomically } from './atomicWrite.ts';
import { firstLineOf, loadSharp } from './loadSharp.ts';

interface Encoder {
  readonly extensions: readonly string[];
  /** The most pixels a side that the format can hold. */
  readonly maximumSide: number;
  /** Lossy formats are set so that the fine edges of outlines and text stay clean. */
  readonly encode: (image: Sharp) => Sharp;
}

const encoders = {
  png: { extensions: ['.png'], maximumSide: 2 ** 31 - 1, encode: (image) => image.png() },
  jpeg: {
    extensions: ['.jpg', '.jpeg'],
    maximumSide: 65_500,
    encode: (image) => image.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }),
  },
  webp: { extensions: ['.webp'], maximumSide: 16_383, encode: (image) => image.webp({ quality: 92 }) },
  avif: { extensions: ['.avif'], maximumSide: 16_384, encode: (image) => image.avif({ quality: 75 }) },
  tiff: {
    extensions: ['.tif', '.tiff'],
    maximumSide: 2 ** 31 - 1,
    encode: (image) => image.tiff({ compression: 'deflate' }),
  },
} as const satisfies Record<string, Encoder>;

export type OutputFormat = keyof typeof encoders;

/**
 * The format that a file name asks for by its ending.
 * @throws LookhearError USAGE where the ending is not one of a picture
 */
export function outputFormat(path: string): OutputFormat {
  const extension = extname(path).toLowerCase();
  const names = Object.keys(encoders) as OutputFormat[];
  const format = names.find((name) => encoders[name].extensions.some((known) => known === extension));
  if (format !== undefined) return format;
  const known = names.flatMap((name) => encoders[name].extensions).join(', ');
  throw new LookhearError('USAGE', `Cannot write ${path}: its ending does not name a picture format.`, {
    hint: `Use one of ${known}.`,
  });
}

/**
 * A picture as the bytes of a file.
 * @throws LookhearError USAGE where the picture's data does not fit its size, or it is too large for the format
 */
export async function encodePicture(picture: Picture, format: OutputFormat): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, data } = pictureFromPixels({ ...picture, channels: 3 });
  const { maximumSide, encode } = encoders[format];
  if (Math.max(width, height) > maximumSide) {
    throw new LookhearError(
      'USAGE',
      `Cannot write a ${format} of ${width} x ${height}: the format ends at ${maximumSide} pixels a side.`,
      { hint: 'Write a PNG.' },
    );
  }
  const sharp = await loadSharp();
  try {
    const image = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
    return new Uint8Array(await encode(image).toBuffer());
  } catch (cause) {
    throw new LookhearError('FAILED', `Cannot write a ${format} of ${width} x ${height}.`, {
      cause: firstLineOf(cause),
    });
  }
}

/**
 * Writes a picture in the format that the ending of the path names (.png, .jpg, .jpeg, .webp, .avif, .tif, .tiff).
 * The file appears whole or not at all.
 * @throws LookhearError USAGE, OUTPUT_EXISTS (without `force`), OUTPUT_UNWRITABLE
 */
export async function writePicture(path: string, picture: Picture, options: WriteOptions = {}): Promise<void> {
  const format = outputFormat(path);
  await checkOutput(path, options);
  await writeFileAtomically(path, await encodePicture(picture, format), options);
}
