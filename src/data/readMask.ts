/** Masks: pictures whose black means "not here". */
import { LookhearError } from '../errors.ts';
import { firstLineOf, loadSharp } from '../media/loadSharp.ts';
import { pictureFormat } from '../media/pictureFormat.ts';
import { readBytes } from '../media/readBytes.ts';
import { MAXIMUM_PICTURE_BYTES, MAXIMUM_PIXELS } from '../media/readPicture.ts';
import type { PixelMap } from '../picture/picture.ts';

/**
 * A mask as a map of 0 and 1: 1 where any channel is not 0. Grey, colours, palettes and 16 bits are all understood, as
 * labelling tools write them; what is transparent is 0. Read with 16 bits, so that instance number 1 of 65535 is not lost.
 * @throws LookhearError INPUT_MISSING, INPUT_UNREADABLE, INPUT_EMPTY, INPUT_UNSUPPORTED, INPUT_CORRUPT, INPUT_TOO_LARGE
 */
export async function readMask(path: string): Promise<PixelMap> {
  const bytes = await readBytes(path, { limit: MAXIMUM_PICTURE_BYTES });
  pictureFormat(bytes, path);
  const sharp = await loadSharp();
  try {
    const { data, info } = await sharp(bytes, { failOn: 'error', limitInputPixels: MAXIMUM_PIXELS })
      .autoOrient()
      .flatten({ background: 'black' })
      .toColourspace('rgb16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true });
    const samples = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
    const mask = new Float32Array(info.width * info.height);
    for (let index = 0; index < samples.length; index++) {
      if (samples[index] !== 0) mask[Math.floor(index / info.channels)] = 1;
    }
    return { width: info.width, height: info.height, data: mask };
  } catch (cause) {
    throw new LookhearError('INPUT_CORRUPT', `Cannot read the mask ${path}: it is damaged, cut off or too large.`, {
      hint: 'Export the mask again, as a PNG.',
      cause: firstLineOf(cause),
    });
  }
}
