/**
 * Boxes drawn on a picture: a coloured line just inside their edges, so that a box of the whole picture shows too, and
 * within it a thin dark one, so that it shows on any background.
 */
import type { Box, Picture } from './picture.ts';

const dark = [0, 0, 0];

export interface OutlineOptions {
  /** Red, green, blue, 0..255. Unset: white. */
  readonly colour?: readonly [number, number, number];
  /** Of the coloured line, in pixels. Unset: 1 to 3, growing with the picture. */
  readonly thickness?: number;
}

/** A copy of the picture with the boxes drawn; what lies outside the picture is cut off. */
export function outline(picture: Picture, boxes: readonly Box[], options: OutlineOptions = {}): Picture {
  const { width, height } = picture;
  const colour = options.colour ?? [255, 255, 255];
  const thickness = options.thickness ?? Math.min(3, Math.max(1, Math.round(Math.max(width, height) / 300)));
  const data = new Uint8Array(picture.data);

  function fill(colour: readonly number[], left: number, top: number, right: number, bottom: number): void {
    const xmin = Math.max(0, Math.round(left));
    const xmax = Math.min(width, Math.round(right));
    for (let y = Math.max(0, Math.round(top)); y < Math.min(height, Math.round(bottom)); y++) {
      for (let x = xmin; x < xmax; x++) data.set(colour, 3 * (y * width + x));
    }
  }

  function frame(colour: readonly number[], { xmin, ymin, xmax, ymax }: Box, thickness: number): void {
    fill(colour, xmin, ymin, xmax, Math.min(ymax, ymin + thickness));
    fill(colour, xmin, Math.max(ymin, ymax - thickness), xmax, ymax);
    fill(colour, xmin, ymin, Math.min(xmax, xmin + thickness), ymax);
    fill(colour, Math.max(xmin, xmax - thickness), ymin, xmax, ymax);
  }

  for (const box of boxes) {
    frame(dark, box, thickness + 1);
    frame(colour, box, thickness);
  }
  return { width, height, data };
}
