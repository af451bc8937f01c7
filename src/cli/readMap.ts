/** The map of another system: `<id>.npy` with raw values, or `<id>.png`, whose grey of 0..255 becomes 0..1. */
import { join } from 'node:path';
import { LookhearError } from '../errors.ts';
import { firstLineOf, loadSharp } from '../media/loadSharp.ts';
import { pictureFormat } from '../media/pictureFormat.ts';
import { readBytes } from '../media/readBytes.ts';
import { MAXIMUM_PICTURE_BYTES, MAXIMUM_PIXELS } from '../media/readPicture.ts';
import type { PixelMap } from '../picture/picture.ts';
import { readNpy } from '../weights/npy.ts';

export interface NamedMap {
  /** For sentences. */
  readonly path: string;
  readonly map: PixelMap;
}

/**
 * Undefined where the folder holds neither file; the array is taken where it holds both.
 * @throws LookhearError INPUT_UNREADABLE, INPUT_EMPTY, INPUT_UNSUPPORTED, INPUT_CORRUPT, INPUT_TOO_LARGE
 */
export async function readMap(folder: string, id: string): Promise<NamedMap | undefined> {
  for (const [ending, decode] of [
    ['npy', arrayMap],
    ['png', pictureMap],
  ] as const) {
    const path = join(folder, `${id}.${ending}`);
    const bytes = await readBytes(path, { limit: MAXIMUM_PICTURE_BYTES }).catch(undefinedIfMissing);
    if (bytes !== undefined) return { path, map: await decode(bytes, path) };
  }
  return undefined;
}

function undefinedIfMissing(error: unknown): undefined {
  if (error instanceof LookhearError && error.code === 'INPUT_MISSING') return undefined;
  throw error;
}

/** Rows and columns; axes of length 1 around them, as batches and channels leave them, are taken away. */
function arrayMap(bytes: Uint8Array, path: string): PixelMap {
  const { shape, data } = readNpy(bytes, path);
  const axes = [...shape];
  while (axes.length > 2 && axes[0] === 1) axes.shift();
  while (axes.length > 2 && axes.at(-1) === 1) axes.pop();
  const [height, width] = axes;
  if (axes.length !== 2 || data.length === 0) {
    throw new LookhearError('INPUT_UNSUPPORTED', `Cannot use ${path}: its shape [${shape}] is not that of one map.`, {
      hint: 'Write one array (height, width) for each id.',
    });
  }
  return { width, height, data: data instanceof Float32Array ? data : Float32Array.from(data, Number) };
}

async function pictureMap(bytes: Uint8Array, path: string): Promise<PixelMap> {
  const format = pictureFormat(bytes, path);
  const sharp = await loadSharp();
  const picture = sharp(bytes, { failOn: 'error', limitInputPixels: MAXIMUM_PIXELS });
  const decoded = await Promise.all([picture.metadata(), picture.raw().toBuffer({ resolveWithObject: true })]).catch(
    (cause: unknown) => {
      throw new LookhearError('INPUT_CORRUPT', `Cannot read ${path}: it is damaged, cut off or too large.`, {
        cause: firstLineOf(cause),
      });
    },
  );
  const [{ depth }, { data, info }] = decoded;
  const { width, height, channels } = info;
  const map = new Float32Array(width * height);
  let isGrey = format === 'png' && depth === 'uchar';
  for (let pixel = 0; pixel < map.length; pixel++) {
    const grey = data[pixel * channels];
    if (channels > 2) isGrey &&= grey === data[pixel * channels + 1] && grey === data[pixel * channels + 2];
    map[pixel] = grey / 255;
  }
  if (isGrey) return { width, height, data: map };
  throw new LookhearError('INPUT_UNSUPPORTED', `Cannot use ${path}: it is not a grey PNG with 8 bits.`, {
    hint: 'Write the map itself rather than its colours: numpy.save(path, map).',
  });
}
