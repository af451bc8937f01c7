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
  return separable(
    x,
    bilinearMatrix(x.shape[2], height, convention),
    height,
    bilinearMatrix(x.shape[3], width, convention),
    width,
  );
}

/** Repeats every pixel; height and width are multiples of the old ones. */
export function resizeNearest(x: Tensor, height: number, width: number): Tensor {
  return separable(x, nearestMatrix(x.shape[2], height), height, nearestMatrix(x.shape[3], width), width);
}

function separable(x: Tensor, down: Float32Array, height: number, across: Float32Array, width: number): Tensor {
  const [batch, channels, rows, columns] = x.shape;
  if (rows === height && columns === width) return x;
  const planes = reshape(x, [batch * channels, rows, columns]);
  const wide = matmul(planes, constant(across, [width, columns]), { transposeB: true });
  return reshape(matmul(constant(down, [height, rows]), wide), [batch, channels, height, width]);
}

/** Row o holds the two weights with which output o reads the inputs: [out, in]. */
function bilinearMatrix(inputs: number, outputs: number, convention: ResizeConvention): Float32Array {
  const matrix = new Float32Array(outputs * inputs);
  for (let output = 0; output < outputs; output++) {
    const position =
      convention === 'half-pixel'
        ? Math.max(0, ((output + 0.5) * inputs) / outputs - 0.5)
        : outputs === 1
          ? 0
          : (output * (inputs - 1)) / (outputs - 1);
    const low = Math.min(Math.floor(position), inputs - 1);
    const high = Math.min(low + 1, inputs - 1);
    const share = position - low;
    matrix[output * inputs + low] += 1 - share;
    matrix[output * inputs + high] += share;
  }
  return matrix;
}

function nearestMatrix(inputs: number, outputs: number): Float32Array {
  const matrix = new Float32Array(outputs * inputs);
  for (let output = 0; output < outputs; output++) {
    matrix[output * inputs + Math.floor((output * inputs) / outputs)] = 1;
  }
  return matrix;
}
