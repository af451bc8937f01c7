/**
 * Where the thing that sounds really is, on the 224 x 224 grid that every evaluator of the field works on. A pixel
 * weighs 1 inside any box, 0 elsewhere.
 */
import type { Box, PixelMap } from '../picture/picture.ts';

export const evaluationSide = 224;

/**
 * Where a sound comes from, as people annotated it:
 * - `boxes`: anywhere in these boxes, in units of `width` x `height`, which lie over the whole picture (1 x 1 for
 *   fractions); an empty list says that nothing in the picture makes the sound;
 * - `annotators`: the boxes of several people in the 256 x 256 frame of Flickr-SoundNet;
 * - `mask`: where the map, which lies over the whole picture, is not 0.
 */
export type Annotation =
  | { readonly kind: 'boxes'; readonly boxes: readonly Box[]; readonly width: number; readonly height: number }
  | { readonly kind: 'annotators'; readonly boxes: readonly Box[] }
  | { readonly kind: 'mask'; readonly mask: PixelMap };

/** Boxes in pixels of a picture of the given size; corners are cut to the picture and truncated, as EZ-VSL does. */
export function boxesToMask(boxes: readonly Box[], width: number, height: number): PixelMap {
  const side = evaluationSide;
  const data = new Float32Array(side * side);
  const scaled = (value: number, size: number): number => Math.trunc(side * Math.min(1, Math.max(0, value / size)));
  for (const { xmin, ymin, xmax, ymax } of boxes) {
    for (let y = scaled(ymin, height); y < scaled(ymax, height); y++) {
      data.fill(1, y * side + scaled(xmin, width), y * side + scaled(xmax, width));
    }
  }
  return { width: side, height: side, data };
}
