/**
 * Where the thing that sounds really is, on the 224 x 224 grid that every evaluator of the field works on. A pixel
 * weighs 1 inside any box, 0 elsewhere.
 */
import type { Box, PixelMap } from '../picture/picture.ts';

export const evaluationSide = 224;

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
