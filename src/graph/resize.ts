/**
 * Enlarging and shrinking [N, C, H, W] maps. Bilinear resizing is linear and separable, so it is written as two
 * products with constant matrices: exact in every provider, and its gradient is the transposed product.
 */
import { matmul } from './matmul.ts';
import { reshape } from './movement.ts';
import { constant, type Tensor } from './tensor.ts';

/**
 * `half-pixel`: pixels are areas, centre (i + 0.5) * in / out - 0.5 (OpenCV, PyTorch's align_corners=False);
 * `align-corners`: the corner centres coincide, i * (in - 1) / (out - 1) (PSPNet, PyTorch's align_corners=True).
 */
export type ResizeConvention = 'half-pixel' | 'align-corners';

export function resizeBilinear(x: Tensor, height: number, width: number, convention: ResizeConvention): Tensor {
  return sampleBilinear(x, positions(x.shape[2], height, convention), positions(x.shape[3], width, convention));
}

/** Repeats every pixel; height and width are multiples of the old ones. */
export function resizeNearest(x: Tensor, height: number, width: number): Tensor {
  const repeated = (inputs: number, outputs: number): number[] =>
    Array.from({ length: outputs }, (_, output) => Math.floor((output * inputs) / outputs));
  return sampleNearest(x, repeated(x.shape[2], height), repeated(x.shape[3], width));
}

/** Where each output lies among the inputs, in pixels. */
function positions(inputs: number, outputs: number, convention: ResizeConvention): number[] {
  return Array.from({ length: outputs }, (_, output) => {
    if (convention === 'half-pixel') return ((output + 0.5) * inputs) / outputs - 0.5;
    return outputs === 1 ? 0 : (output * (inputs - 1)) / (outputs - 1);
  });
}

/** Reads x at any rows and columns, linearly between its pixels; beyond the border it is the border. */
export function sampleBilinear(x: Tensor, rows: readonly number[], columns: readonly number[]): Tensor {
  return separable(x, rows, columns, (positions, inputs) => {
    const matrix = new Float32Array(positions.length * inputs);
    for (const [output, position] of positions.entries()) {
      const inside = Math.max(0, Math.min(position, inputs - 1));
      const low = Math.floor(inside);
      const share = inside - low;
      matrix[output * inputs + low] += 1 - share;
      if (share > 0) matrix[output * inputs + low + 1] += share;
    }
    return matrix;
  });
}

/** Takes whole rows and columns of x, each as often as it is named. */
export function sampleNearest(x: Tensor, rows: readonly number[], columns: readonly number[]): Tensor {
  return separable(x, rows, columns, (positions, inputs) => {
    const matrix = new Float32Array(positions.length * inputs);
    for (const [output, position] of positions.entries()) matrix[output * inputs + position] = 1;
    return matrix;
  });
}

/** `matrixOf` gives the weights with which each output reads the inputs, [outputs, inputs]. */
function separable(
  x: Tensor,
  rows: readonly number[],
  columns: readonly number[],
  matrixOf: (positions: readonly number[], inputs: number) => Float32Array,
): Tensor {
  const [batch, channels, height, width] = x.shape;
  const isWhole = (positions: readonly number[], inputs: number): boolean =>
    positions.length === inputs && positions.every((position, output) => position === output);
  let planes = reshape(x, [batch * channels, height, width]);
  if (!isWhole(columns, width)) {
    planes = matmul(planes, constant(matrixOf(columns, width), [columns.length, width]), { transposeB: true });
  }
  if (!isWhole(rows, height)) planes = matmul(constant(matrixOf(rows, height), [rows.length, height]), planes);
  return reshape(planes, [batch, channels, rows.length, columns.length]);
}
