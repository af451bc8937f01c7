/**
 * From a file, bytes or pixels to a `Picture`: upright (EXIF orientation applied), sRGB, 8 bits a channel, first frame,
 * transparency seen on white. The decoder is libvips through sharp; its own resizing is not used, so that Node and the
 * browser see the same pixels.
 */
import { LookhearError } from '../errors.ts';
import type { Picture } from '../picture/picture.ts';
import { type Pixels, pictureFromPixels } from '../picture/pixels.ts';
import { firstLineOf, loadSharp } from './loadSharp.ts';
import { type PictureFormat, pictureFormat } from './pictureFormat.ts';
import { readBytes, throwIfAborted } from './readBytes.ts';

/** 8192 x 8192, above any phone's "64 megapixels"; a picture this large and its heat map take 450 MB of memory. */
export const MAXIMUM_PIXELS = 2 ** 26;

/** What 64 megapixels need without compression, 16 bits a channel and with alpha. */
export const MAXIMUM_PICTURE_BYTES = 2 ** 29;

/** A path, the bytes of a file, or pixels. */
export type PictureSource = string | Uint8Array | Pixels;

export interface ReadPictureOptions {
  readonly signal?: AbortSignal | undefined;
  /** Larger pictures are refused before they are decoded. Default and most: 64 megapixels (2 ** 26). */
  readonly maximumPixels?: number;
}

/**
 * Reads a JPEG, PNG, WebP, AVIF, TIFF or GIF, recognised by its content whatever its name. Grey, CMYK, 16-bit and
 * transparent pictures are converted; colour profiles are applied. A damaged or cut off file is an error, not half a
 * picture.
 * @throws LookhearError INPUT_MISSING, INPUT_UNREADABLE, INPUT_EMPTY, INPUT_UNSUPPORTED, INPUT_CORRUPT, INPUT_TOO_LARGE
 * (more pixels than allowed, found before decoding), USAGE (pixels that do not fit their size) or ABORTED
 */
export async function readPicture(source: PictureSource, options: ReadPictureOptions = {}): Promise<Picture> {
  const { signal } = options;
  const limits = { signal, maximumPixels: Math.min(options.maximumPixels ?? MAXIMUM_PIXELS, MAXIMUM_PIXELS) };
  if (typeof source === 'string') {
    const bytes = await readBytes(source, { limit: MAXIMUM_PICTURE_BYTES, signal });
    return await decode(bytes, source, limits);
  }
  throwIfAborted(signal, 'the picture');
  if (source instanceof Uint8Array) {
    if (source.length === 0) throw new LookhearError('INPUT_EMPTY', 'Cannot read the picture: it has no bytes.');
    return await decode(source, 'the picture', limits);
  }
  checkSize(source.width, source.height, 'the picture', limits.maximumPixels);
  return pictureFromPixels(source);
}

interface Limits {
  readonly signal: AbortSignal | undefined;
  readonly maximumPixels: number;
}

async function decode(bytes: Uint8Array, name: string, { signal, maximumPixels }: Limits): Promise<Picture> {
  const format = pictureFormat(bytes, name);
  const sharp = await loadSharp();
  await checkHeader(sharp, bytes, format, { name, maximumPixels });
  throwIfAborted(signal, name);
  try {
    const { data, info } = await sharp(bytes, { failOn: 'error', limitInputPixels: maximumPixels })
      .autoOrient()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    throwIfAborted(signal, name);
    if (info.channels > 4) throw unsupported(name, `it has ${info.channels} channels`);
    return pictureFromPixels({ width: info.width, height: info.height, channels: info.channels, data });
  } catch (cause) {
    throw cause instanceof LookhearError ? cause : corrupt(name, cause);
  }
}

// Looks at the header alone, so that a picture that unpacks to gigabytes is refused while it is still small.
async function checkHeader(
  sharp: Awaited<ReturnType<typeof loadSharp>>,
  bytes: Uint8Array,
  format: PictureFormat,
  { name, maximumPixels }: { readonly name: string; readonly maximumPixels: number },
): Promise<void> {
  const header = await sharp(bytes, { failOn: 'error', limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => {
      throw corrupt(name, cause);
    });
  if (header.format !== (format === 'avif' ? 'heif' : format)) throw corrupt(name, `decoded as ${header.format}`);
  checkSize(header.width, header.height, name, maximumPixels);
  // Floating-point and 32-bit samples have no agreed black and white.
  if (header.depth !== 'uchar' && header.depth !== 'ushort') {
    throw unsupported(name, `its samples are of type "${header.depth}"`);
  }
}

function checkSize(width: number, height: number, name: string, maximumPixels: number): void {
  if (width * height <= maximumPixels) return;
  throw new LookhearError(
    'INPUT_TOO_LARGE',
    `Cannot read ${name}: ${width} x ${height} is more than ${Math.floor(maximumPixels / 2 ** 20)} megapixels.`,
    { hint: 'Make it smaller first; the networks look at a few hundred pixels a side.' },
  );
}

function unsupported(name: string, problem: string): LookhearError {
  return new LookhearError('INPUT_UNSUPPORTED', `Cannot read ${name}: ${problem}.`, {
    hint: 'Convert it to a PNG with 8 or 16 bits a channel first.',
  });
}

function corrupt(name: string, cause: unknown): LookhearError {
  return new LookhearError('INPUT_CORRUPT', `Cannot read ${name}: it is damaged or cut off.`, {
    hint: 'Fetch or export the picture again.',
    cause: firstLineOf(cause),
  });
}
