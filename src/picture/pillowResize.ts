/**
 * Resizing with whole grey levels, bit for bit as Pillow's BILINEAR on 8-bit pictures: rows first, rounded, then
 * columns, rounded, the weights in fixed point of 22 bits (Pillow's Resample.c). The Keras port of PSPNet prepares
 * its pictures this way, so weights of its kind expect it; `resizePicture` is the same filter without the rounding.
 */
import type { Picture } from './picture.ts';
import { triangleTaps } from './resize.ts';
import type { Taps } from './separable.ts';

const ONE = 2 ** 22;

export function resizeLikePillow(picture: Picture, width: number, height: number): Picture {
  const rows = resizeAlong(picture.data, {
    taps: triangleTaps(picture.width, width),
    lines: picture.height,
    lineStep: 3 * picture.width,
    cellStep: 3,
    resultLineStep: 3 * width,
    resultCellStep: 3,
  });
  const data = resizeAlong(rows, {
    taps: triangleTaps(picture.height, height),
    lines: width,
    lineStep: 3,
    cellStep: 3 * width,
    resultLineStep: 3,
    resultCellStep: 3 * width,
  });
  return { width, height, data };
}

/** Filters every line, a row or a column of pixels; steps are in values of the array. */
function resizeAlong(
  source: Uint8Array,
  line: {
    readonly taps: Taps;
    readonly lines: number;
    readonly lineStep: number;
    readonly cellStep: number;
    readonly resultLineStep: number;
    readonly resultCellStep: number;
  },
): Uint8Array {
  const { starts, counts, weights, stride } = line.taps;
  const fixed = Int32Array.from(weights, (weight) => Math.trunc(0.5 + weight * ONE));
  const result = new Uint8Array(line.lines * starts.length * 3);
  for (let index = 0; index < line.lines; index++) {
    for (let cell = 0; cell < starts.length; cell++) {
      const to = index * line.resultLineStep + cell * line.resultCellStep;
      for (let channel = 0; channel < 3; channel++) {
        let from = index * line.lineStep + starts[cell] * line.cellStep + channel;
        let sum = ONE / 2;
        for (let tap = 0; tap < counts[cell]; tap++, from += line.cellStep) {
          sum += source[from] * fixed[cell * stride + tap];
        }
        result[to + channel] = Math.min(255, sum >> 22);
      }
    }
  }
  return result;
}
