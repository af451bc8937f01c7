/**
 * Enlarging and shrinking [N, C, H, W] maps. Bilinear resizing is linear and separable, so it is written as two
 * products with constant matrices: exact in every provider, and its gradient is the transposed product.
 */
import { conv } from './convolution.ts';
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
  return separable(x, bilinearMatrix(rows, x.shape[2]), bilinearMatrix(columns, x.shape[3]));
}

/** Takes whole rows and columns of x, each as often as it is named. */
export function sampleNearest(x: Tensor, rows: readonly number[], columns: readonly number[]): Tensor {
  const chosen = (positions: readonly number[], inputs: number): Matrix =>
    matrix(positions.length, inputs, (output, column) => (positions[output] === column ? 1 : 0));
  return separable(x, chosen(rows, x.shape[2]), chosen(columns, x.shape[3]));
}

/**
 * Convolution of an enlarged map, conv(resizeBilinear(x, height, width), weight), with an odd kernel, stride 1 and
 * padding that keeps the size, at a price that depends on the small map: what each place of the kernel makes of each
 * cell is enlarged behind the convolution instead. The small map is laid out with gaps as wide as the kernel, so that
 * one ordinary convolution keeps the kernel's places apart.
 * @param x [N, C, h, w], weight [O, C, kernel, kernel]
 * @returns [N, O, height, width]
 */
export function convOfResized(
  x: Tensor,
  weight: Tensor,
  height: number,
  width: number,
  convention: ResizeConvention,
): Tensor {
  const kernel = weight.shape[2];
  const reach = (kernel - 1) / 2;
  const spread = (cells: number): Matrix =>
    matrix(kernel * cells, cells, (place, cell) => (place === kernel * cell + reach ? 1 : 0));
  // Place m behind a cell holds the kernel's row kernel - 1 - m, which looks at the enlarged row y + reach - m.
  const gathered = (inputs: number, outputs: number): Matrix => {
    const enlarged = bilinearMatrix(positions(inputs, outputs, convention), inputs);
    return matrix(outputs, kernel * inputs, (output, place) => {
      const row = output + reach - (place % kernel);
      return row < 0 || row >= outputs ? 0 : enlarged.values[row * inputs + Math.floor(place / kernel)];
    });
  };
  const [, , rows, columns] = x.shape;
  const parts = conv(separable(x, spread(rows), spread(columns)), weight, undefined, {
    pads: [reach, reach, reach, reach],
  });
  return separable(parts, gathered(rows, height), gathered(columns, width));
}

/** The weights with which each output reads the inputs. */
interface Matrix {
  readonly outputs: number;
  readonly inputs: number;
  /** [outputs, inputs] */
  readonly values: Float32Array;
}

function matrix(outputs: number, inputs: number, weightOf: (output: number, input: number) => number): Matrix {
  const weight = (_: unknown, index: number): number => weightOf(Math.floor(index / inputs), index % inputs);
  return { outputs, inputs, values: Float32Array.from({ length: outputs * inputs }, weight) };
}

function bilinearMatrix(positions: readonly number[], inputs: number): Matrix {
  return matrix(positions.length, inputs, (output, column) => {
    const inside = Math.max(0, Math.min(positions[output], inputs - 1));
    return Math.max(0, 1 - Math.abs(inside - column));
  });
}

const isIdentity = ({ outputs, inputs, values }: Matrix): boolean =>
  outputs === inputs && values.every((value, index) => value === (index % (inputs + 1) === 0 ? 1 : 0));

function separable(x: Tensor, down: Matrix, across: Matrix): Tensor {
  const [batch, channels, height, width] = x.shape;
  let planes = reshape(x, [batch * channels, height, width]);
  if (!isIdentity(across)) {
    planes = matmul(planes, constant(across.values, [across.outputs, width]), { transposeB: true });
  }
  if (!isIdentity(down)) planes = matmul(constant(down.values, [down.outputs, height]), planes);
  return reshape(planes, [batch, channels, down.outputs, across.outputs]);
}
