/**
 * Resizing as the field's evaluators do it, to the bit: OpenCV 4.6 and PyTorch 1.13 on a processor, float32. None of
 * them widens its kernel, so a large map is sampled, not averaged. The order of operations and the places of rounding
 * are theirs, because a rounding decides on which side of a median a tie falls; found by comparison with the libraries.
 * Only `cv2_cubic`, which no evaluator uses, is left with differences in the last digit.
 */
import type { PixelMap } from '../picture/picture.ts';
import { evaluationSide } from './groundTruth.ts';

/** Library, kernel, and whether the corners of both maps lie on each other (`align_corners`). */
export const resizeConventions = [
  'cv2_linear',
  'cv2_cubic',
  'torch_bilinear_align_true',
  'torch_bilinear_align_false',
  'torch_bicubic_align_true',
  'torch_bicubic_align_false',
] as const;

export type ResizeConvention = (typeof resizeConventions)[number];

const { floor, fround, max, min } = Math;

/** Both libraries' cubic kernel. */
const cubicSharpness = -0.75;

/** What each output place along one axis is made of: two inputs or four, and their weights. */
interface Taps {
  readonly at: Int32Array;
  readonly weights: Float32Array;
}

/**
 * A map of the given side. A map that has it already is returned as it is; one that is the same everywhere stays so,
 * where the libraries' weights, which do not quite add up to 1, would make noise that minmax stretches to 0..1.
 */
export function resizeForEvaluation(map: PixelMap, convention: ResizeConvention, side = evaluationSide): Float32Array {
  const { width, height, data } = map;
  if (width === side && height === side) return data;
  if (data.every((value) => value === data[0])) return new Float32Array(side * side).fill(data[0]);
  switch (convention) {
    case 'cv2_linear':
      return linearly(map, cv2LinearTaps(width, side, true), cv2LinearTaps(height, side, false), side);
    case 'cv2_cubic':
      return cubically(map, cv2CubicTaps(width, side), cv2CubicTaps(height, side), side, rounded);
    case 'torch_bilinear_align_true':
    case 'torch_bilinear_align_false': {
      const align = convention === 'torch_bilinear_align_true';
      return atOnce(map, torchLinearTaps(width, side, align), torchLinearTaps(height, side, align), side);
    }
    case 'torch_bicubic_align_true':
    case 'torch_bicubic_align_false': {
      const align = convention === 'torch_bicubic_align_true';
      return cubically(map, torchCubicTaps(width, side, align), torchCubicTaps(height, side, align), side, fused);
    }
  }
}

/** Two taps along rows, then along columns, every product and sum rounded. */
function linearly({ width, height, data }: PixelMap, columns: Taps, rows: Taps, side: number): Float32Array {
  const wide = new Float32Array(side * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < side; x++) {
      const [a, b] = [data[y * width + columns.at[2 * x]], data[y * width + columns.at[2 * x + 1]]];
      wide[y * side + x] = fround(a * columns.weights[2 * x]) + fround(b * columns.weights[2 * x + 1]);
    }
  }
  const result = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    const [a, b] = [rows.at[2 * y] * side, rows.at[2 * y + 1] * side];
    const [aWeight, bWeight] = [rows.weights[2 * y], rows.weights[2 * y + 1]];
    for (let x = 0; x < side; x++) result[y * side + x] = fround(wide[a + x] * aWeight) + fround(wide[b + x] * bWeight);
  }
  return result;
}

/** The sum of four values by their weights, which begin at `first`. */
type Sum = (a: number, b: number, c: number, d: number, weights: Float32Array, first: number) => number;

const rounded: Sum = (a, b, c, d, weights, first) => {
  const ab = fround(fround(a * weights[first]) + fround(b * weights[first + 1]));
  return fround(fround(ab + fround(c * weights[first + 2])) + fround(d * weights[first + 3]));
};

/** Multiplied and added in one step, the second value first, as PyTorch's compiler has it. */
const fused: Sum = (a, b, c, d, weights, first) => {
  const ab = fround(a * weights[first] + fround(b * weights[first + 1]));
  return fround(d * weights[first + 3] + fround(c * weights[first + 2] + ab));
};

/** Four taps along rows, then along columns. */
function cubically(map: PixelMap, columns: Taps, rows: Taps, side: number, sum: Sum): Float32Array {
  const { width, height, data } = map;
  const wide = new Float32Array(side * height);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    for (let x = 0; x < side; x++) {
      const [a, b, c, d] = [columns.at[4 * x], columns.at[4 * x + 1], columns.at[4 * x + 2], columns.at[4 * x + 3]];
      wide[y * side + x] = sum(
        data[start + a],
        data[start + b],
        data[start + c],
        data[start + d],
        columns.weights,
        4 * x,
      );
    }
  }
  const result = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    const [a, b, c, d] = [rows.at[4 * y], rows.at[4 * y + 1], rows.at[4 * y + 2], rows.at[4 * y + 3]];
    for (let x = 0; x < side; x++) {
      result[y * side + x] = sum(
        wide[a * side + x],
        wide[b * side + x],
        wide[c * side + x],
        wide[d * side + x],
        rows.weights,
        4 * y,
      );
    }
  }
  return result;
}

/** All four neighbours in one sum of doubles, with weights that were multiplied in float32. */
function atOnce({ width, data }: PixelMap, columns: Taps, rows: Taps, side: number): Float32Array {
  const result = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    const [upper, lower] = [rows.at[2 * y] * width, rows.at[2 * y + 1] * width];
    const [upperWeight, lowerWeight] = [rows.weights[2 * y], rows.weights[2 * y + 1]];
    for (let x = 0; x < side; x++) {
      const [left, right] = [columns.at[2 * x], columns.at[2 * x + 1]];
      const [leftWeight, rightWeight] = [columns.weights[2 * x], columns.weights[2 * x + 1]];
      result[y * side + x] =
        data[upper + left] * fround(upperWeight * leftWeight) +
        data[upper + right] * fround(upperWeight * rightWeight) +
        data[lower + left] * fround(lowerWeight * leftWeight) +
        data[lower + right] * fround(lowerWeight * rightWeight);
    }
  }
  return result;
}

function tapsOf(
  count: number,
  side: number,
  fill: (output: number, put: (at: number, weight: number) => void) => void,
): Taps {
  const at = new Int32Array(count * side);
  const weights = new Float32Array(count * side);
  let next = 0;
  for (let output = 0; output < side; output++) {
    fill(output, (place, weight) => {
      at[next] = place;
      weights[next++] = weight;
    });
  }
  return { at, weights };
}

/** Where an output lies among the inputs: the input before it, and the fraction beyond that, in float32. */
function cv2Position(output: number, size: number, side: number): [number, number] {
  const position = fround((output + 0.5) * (size / side) - 0.5);
  return [floor(position), fround(position - floor(position))];
}

/** Along rows, OpenCV gives an output beyond the border the border itself; along columns, twice a part of it. */
function cv2LinearTaps(size: number, side: number, isAlongRows: boolean): Taps {
  const cut = (place: number): number => max(0, min(place, size - 1));
  return tapsOf(2, side, (output, put) => {
    let [before, fraction] = cv2Position(output, size, side);
    if (isAlongRows && (before < 0 || before >= size - 1)) [before, fraction] = [cut(before), 0];
    put(cut(before), fround(1 - fraction));
    put(cut(before + 1), fraction);
  });
}

function cv2CubicTaps(size: number, side: number): Taps {
  return tapsOf(4, side, (output, put) => {
    const [before, fraction] = cv2Position(output, size, side);
    const weights = [outerCubic(fraction + 1), innerCubic(fraction), innerCubic(fround(1 - fraction))];
    weights.push(fround(fround(fround(1 - weights[0]) - weights[1]) - weights[2]));
    for (const [tap, weight] of weights.entries()) put(max(0, min(before + tap - 1, size - 1)), weight);
  });
}

/** The scale is float32, the position has the digits of a double, the fraction is float32 again. */
function torchPosition(output: number, size: number, side: number, align: boolean): number {
  if (align) return side > 1 ? fround((size - 1) / (side - 1)) * output : 0;
  return fround(size / side) * (output + 0.5) - 0.5;
}

function torchLinearTaps(size: number, side: number, align: boolean): Taps {
  return tapsOf(2, side, (output, put) => {
    const position = max(0, torchPosition(output, size, side, align));
    const before = min(floor(position), size - 1);
    const fraction = min(1, fround(position - before));
    put(before, fround(1 - fraction));
    put(min(before + 1, size - 1), fraction);
  });
}

function torchCubicTaps(size: number, side: number, align: boolean): Taps {
  return tapsOf(4, side, (output, put) => {
    const position = torchPosition(output, size, side, align);
    // Rounded before it is cut down, unlike in the linear kernel; the fraction may be a little below 0.
    const before = floor(fround(position));
    const fraction = fround(position - before);
    const rest = fround(1 - fraction);
    const weights = [outerCubic(fraction + 1), innerCubic(fraction), innerCubic(rest), outerCubic(rest + 1)];
    for (const [tap, weight] of weights.entries()) put(max(0, min(before + tap - 1, size - 1)), weight);
  });
}

/** Cubic kernel at a distance of 0..1. */
function innerCubic(distance: number): number {
  const a = cubicSharpness;
  const slope = fround((a + 2) * distance - (a + 3));
  return fround(fround(fround(slope * distance) * distance) + 1);
}

/** Cubic kernel at a distance of 1..2. */
function outerCubic(distance: number): number {
  const a = cubicSharpness;
  const x = fround(distance);
  return fround(fround(fround(fround(a * x - 5 * a) * x + 8 * a) * x) - 4 * a);
}
