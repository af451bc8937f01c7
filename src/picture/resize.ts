/**
 * Resizing as Pillow's BILINEAR does it: a separable triangle filter that widens when shrinking, so that every input
 * pixel counts and nothing aliases. Output cell i lies at (i + 0.5) * input / output, half-width max(1, input / output).
 * Enlarging, this is plain bilinear interpolation with half-pixel centres and the edge repeated. One implementation for
 * Node, the browser, training and inference, because resizers of platforms differ by up to 100 grey levels. Unlike
 * Pillow, nothing is rounded on the way.
 */
import type { Picture, PixelMap } from './picture.ts';
import { filterSeparably, kernelTaps, type Taps } from './separable.ts';

/** For each output cell, the input cells that the triangle covers. */
export function triangleTaps(inputLength: number, length: number): Taps {
  const scale = inputLength / length;
  const halfWidth = Math.max(1, scale);
  return kernelTaps(
    length,
    inputLength,
    halfWidth,
    (index) => (index + 0.5) * scale,
    (distance) => Math.max(0, 1 - Math.abs(distance) / halfWidth),
  );
}

/**
 * A picture at another size, as the networks take it.
 * @returns float32 planes [3, height, width]: red, green, blue, each 0..255 and not rounded
 */
export function resizePicture(picture: Picture, width: number, height: number): Float32Array<ArrayBuffer> {
  const horizontal = triangleTaps(picture.width, width);
  const vertical = triangleTaps(picture.height, height);
  return filterSeparably(picture.data, picture.width, 3, horizontal, vertical);
}

/** A map at another size; its values stay within the range they had. */
export function resizeMap(map: PixelMap, width: number, height: number): PixelMap {
  const horizontal = triangleTaps(map.width, width);
  const vertical = triangleTaps(map.height, height);
  return { width, height, data: filterSeparably(map.data, map.width, 1, horizontal, vertical) };
}

/** A picture of another size, in 8 bits again. */
export function scalePicture(picture: Picture, width: number, height: number): Picture {
  const planes = resizePicture(picture, width, height);
  const count = width * height;
  const data = Uint8Array.from({ length: 3 * count }, (_, index) =>
    Math.round(planes[(index % 3) * count + Math.floor(index / 3)]),
  );
  return { width, height, data };
}
