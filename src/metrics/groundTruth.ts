/**
 * Where the thing that sounds really is, on the 224 x 224 grid that every evaluator of the field works on. A pixel
 * weighs from 0 (not there) to 1; what half of the annotators say weighs 0.5.
 */
import type { Box, PixelMap } from '../picture/picture.ts';

export const evaluationSide = 224;

/** Flickr-SoundNet's people marked pictures that were shown to them with this side. */
const annotatorSide = 256;

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

/** Weights 0..1 on the evaluation grid, 224 x 224. */
export function groundTruthOf(annotation: Annotation): PixelMap {
  if (annotation.kind === 'mask') return maskOnGrid(annotation.mask);
  if (annotation.kind === 'annotators') return consensusOf(annotation.boxes);
  return boxesToMask(annotation.boxes, annotation.width, annotation.height);
}

export interface TruthSize {
  /** The sum of the weights. */
  readonly weight: number;
  /** Pixels of which anybody says that they make the sound. */
  readonly pixels: number;
}

export function sizeOf(groundTruth: Float32Array): TruthSize {
  let weight = 0;
  let pixels = 0;
  for (let index = 0; index < groundTruth.length; index++) {
    if (groundTruth[index] === 0) continue;
    weight += groundTruth[index];
    pixels++;
  }
  return { weight, pixels };
}

/**
 * The union of boxes, 0 or 1. Corners are cut to the picture, scaled and truncated, as EZ-VSL, SLAVC, FNAC and ACL do;
 * LVS and SSPL cut only below 0 and leave the rest to their slices, with the same result. A box whose maximum does not
 * lie beyond its minimum is empty.
 */
export function boxesToMask(boxes: readonly Box[], width: number, height: number): PixelMap {
  const data = new Float32Array(evaluationSide ** 2);
  // Multiplied first: 61 of 224 pixels is 61, and (61 / 224) * 224 is a little less.
  const scaled = (value: number, size: number): number =>
    Math.trunc(Math.min(evaluationSide, Math.max(0, (evaluationSide * value) / size)));
  for (const { xmin, ymin, xmax, ymax } of boxes) {
    forEachPixel(
      { xmin: scaled(xmin, width), ymin: scaled(ymin, height), xmax: scaled(xmax, width), ymax: scaled(ymax, height) },
      (pixel) => {
        data[pixel] = 1;
      },
    );
  }
  return { width: evaluationSide, height: evaluationSide, data };
}

/**
 * Flickr-SoundNet's consensus: a pixel that one annotator marks weighs 0.5, that two or more mark, 1. Corners are
 * truncated to the grid. They mean what they mean in a slice of NumPy, as in all evaluators: what lies beyond the border
 * is cut, and a corner that is negative even after truncation counts from the far border, so that such a box usually
 * vanishes.
 */
function consensusOf(boxes: readonly Box[]): PixelMap {
  const data = new Float32Array(evaluationSide ** 2);
  const corner = (value: number): number => {
    const place = Math.trunc((evaluationSide * value) / annotatorSide);
    return Math.min(evaluationSide, Math.max(0, place < 0 ? place + evaluationSide : place));
  };
  for (const { xmin, ymin, xmax, ymax } of boxes) {
    forEachPixel({ xmin: corner(xmin), ymin: corner(ymin), xmax: corner(xmax), ymax: corner(ymax) }, (pixel) => {
      data[pixel] = Math.min(1, data[pixel] + 0.5);
    });
  }
  return { width: evaluationSide, height: evaluationSide, data };
}

/** 1 where the mask under the middle of a pixel is not 0 (nearest neighbour, as Pillow's). */
function maskOnGrid({ width, height, data }: PixelMap): PixelMap {
  const side = evaluationSide;
  const result = new Float32Array(side ** 2);
  for (let y = 0; y < side; y++) {
    const row = Math.floor(((y + 0.5) * height) / side) * width;
    for (let x = 0; x < side; x++) {
      if (data[row + Math.floor(((x + 0.5) * width) / side)] !== 0) result[y * side + x] = 1;
    }
  }
  return { width: side, height: side, data: result };
}

/** Whole pixels of the grid; does nothing where a corner is not a number. */
function forEachPixel({ xmin, ymin, xmax, ymax }: Box, visit: (pixel: number) => void): void {
  for (let y = ymin; y < ymax; y++) {
    for (let x = xmin; x < xmax; x++) visit(y * evaluationSide + x);
  }
}
