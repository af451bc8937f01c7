/** How large a picture is, from its head alone. */
import { LookhearError } from '../errors.ts';
import { firstLineOf, loadSharp } from '../media/loadSharp.ts';

/** In pixels of the upright picture. @throws LookhearError INPUT_CORRUPT where it is no picture, or its head is damaged */
export async function readPictureSize(path: string): Promise<{ readonly width: number; readonly height: number }> {
  const sharp = await loadSharp();
  try {
    const { autoOrient } = await sharp(path, { failOn: 'error', limitInputPixels: false }).metadata();
    return autoOrient;
  } catch (cause) {
    throw new LookhearError('INPUT_CORRUPT', `Cannot read ${path}: it is damaged, cut off or no picture.`, {
      hint: 'Fetch or export the picture again.',
      cause: firstLineOf(cause),
    });
  }
}
