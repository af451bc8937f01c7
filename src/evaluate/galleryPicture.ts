/** An item as the gallery shows it: its heat painted over it, and a line around what makes the sound. */
import { loadSharp } from '../media/loadSharp.ts';
import { evaluationSide } from '../metrics/groundTruth.ts';
import { paint } from '../picture/paint.ts';
import type { Picture, PixelMap } from '../picture/picture.ts';
import { resizeMap, scalePicture } from '../picture/resize.ts';

const longestSide = 320;
const lineColour = [255, 255, 255] as const;
const shadowColour = [0, 0, 0] as const;
const quality = 80;

/** @param truth On the evaluation grid. @returns a jpeg of 320 pixels on its longer side */
export async function galleryPicture(picture: Picture, heat: PixelMap, truth: Float32Array): Promise<Uint8Array> {
  const scale = longestSide / Math.max(picture.width, picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const painted = paint(scalePicture(picture, width, height), resizeMap(heat, width, height));
  drawEdge(painted, truth);
  const sharp = await loadSharp();
  return await sharp(painted.data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
}

/** Marks the pixels inside the truth that touch its outside, and a dark line within, so that both show on any ground. */
function drawEdge({ width, height, data }: Picture, truth: Float32Array): void {
  const isInside = (x: number, y: number): boolean => {
    if (x < 0 || y < 0 || x >= width || y >= height) return false;
    const row = Math.floor(((y + 0.5) * evaluationSide) / height);
    return truth[row * evaluationSide + Math.floor(((x + 0.5) * evaluationSide) / width)] !== 0;
  };
  const isEdge = (x: number, y: number, reach: number): boolean =>
    !(isInside(x - reach, y) && isInside(x + reach, y) && isInside(x, y - reach) && isInside(x, y + reach));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isInside(x, y) || !isEdge(x, y, 3)) continue;
      data.set(isEdge(x, y, 2) ? lineColour : shadowColour, 3 * (y * width + x));
    }
  }
}
