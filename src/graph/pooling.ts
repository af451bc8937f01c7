/** Pooling over [N, C, H, W] with any padding, and adaptive pooling to a given size. */
import { convTranspose } from './convolution.ts';
import { divide, multiply } from './elementwise.ts';
import { matmul } from './matmul.ts';
import { reshape } from './movement.ts';
import { mean } from './reductions.ts';
import { constant, operation, sizeOf, type Tensor } from './tensor.ts';

export interface PoolOptions {
  /** [down, right] */
  readonly kernel: readonly [number, number];
  /** Default: the kernel. */
  readonly strides?: readonly [number, number];
  /** [top, left, bottom, right]; default none. Padding never wins a maximum and is not counted in an average. */
  readonly pads?: readonly [number, number, number, number];
}

function poolShape(x: Tensor, { kernel, strides = kernel, pads = [0, 0, 0, 0] }: PoolOptions): number[] {
  const size = (axis: 0 | 1): number =>
    Math.floor((x.shape[axis + 2] + pads[axis] + pads[axis + 2] - kernel[axis]) / strides[axis]) + 1;
  return [x.shape[0], x.shape[1], size(0), size(1)];
}

const attributesOf = ({ kernel, strides = kernel, pads = [0, 0, 0, 0] }: PoolOptions) => ({
  kernel_shape: kernel,
  strides,
  pads,
});

/** Where several places hold the maximum of a window, the gradient goes to the first. */
export function maxPool(x: Tensor, options: PoolOptions): Tensor {
  return operation({
    name: 'MaxPool',
    inputs: [x],
    shape: poolShape(x, options),
    onnx: (emit, inputs) => emit.node('MaxPool', inputs, attributesOf(options)),
    gradient: ([dy]) => [maxPoolGradient(x, dy!, options)],
  });
}

/** MaxPool's indices count through the whole flattened tensor, so that one scatter puts every gradient in its place. */
function maxPoolGradient(x: Tensor, dy: Tensor, options: PoolOptions): Tensor {
  const size = sizeOf(x.shape);
  return operation({
    name: 'MaxPoolGradient',
    inputs: [x, dy],
    shape: x.shape,
    onnx: (emit, [picture, gradient]) => {
      const [, indices] = emit.nodes('MaxPool', [picture], attributesOf(options), { outputs: 2 });
      const zeros = emit.node('ConstantOfShape', [emit.integers([size])]);
      const flat = emit.integers([sizeOf(dy.shape)]);
      const scattered = emit.node(
        'ScatterElements',
        [zeros, emit.node('Reshape', [indices, flat]), emit.node('Reshape', [gradient, flat])],
        { axis: 0, reduction: 'add' },
      );
      return emit.node('Reshape', [scattered, emit.integers(x.shape)]);
    },
  });
}

/** Mean over each window, of what lies inside the picture. */
export function averagePool(x: Tensor, options: PoolOptions): Tensor {
  const shape = poolShape(x, options);
  const { kernel, strides = kernel, pads = [0, 0, 0, 0] } = options;
  return operation({
    name: 'AveragePool',
    inputs: [x],
    shape,
    onnx: (emit, inputs) => emit.node('AveragePool', inputs, { ...attributesOf(options), count_include_pad: 0 }),
    gradient: ([dy]) => {
      const channels = x.shape[1];
      const ones = constant(new Float32Array(channels * kernel[0] * kernel[1]).fill(1), [channels, 1, ...kernel]);
      const shares = divide(dy!, windowCounts(x, shape, options));
      const used = [0, 1].map((axis) => (shape[axis + 2] - 1) * strides[axis] + kernel[axis] - pads[axis]);
      const outputPads = [0, 1].map((axis) => x.shape[axis + 2] - used[axis] + pads[axis + 2]);
      return [
        convTranspose(shares, ones, undefined, {
          strides,
          pads,
          groups: channels,
          outputPads: [outputPads[0], outputPads[1]],
        }),
      ];
    },
  });
}

/** How many places of the picture each window sees: [1, 1, OH, OW]. */
function windowCounts(x: Tensor, shape: readonly number[], options: PoolOptions): Tensor {
  const { kernel, strides = kernel, pads = [0, 0, 0, 0] } = options;
  const along = (axis: 0 | 1): number[] =>
    Array.from({ length: shape[axis + 2] }, (_, position) => {
      const start = position * strides[axis] - pads[axis];
      return Math.min(start + kernel[axis], x.shape[axis + 2]) - Math.max(start, 0);
    });
  const columns = along(1);
  return constant(
    along(0).flatMap((row) => columns.map((column) => row * column)),
    [1, 1, shape[2], shape[3]],
  );
}

/** [N, C, H, W] to [N, C, 1, 1]. */
export function globalAveragePool(x: Tensor): Tensor {
  return mean(x, { axes: [2, 3], keep: true });
}

/**
 * Mean over a grid of height x width windows that cover the picture, as PyTorch's AdaptiveAvgPool2d: window i spans
 * floor(i H / height) to ceil((i + 1) H / height). Two matrix products, because the windows may overlap.
 */
export function adaptiveAveragePool(x: Tensor, height: number, width: number): Tensor {
  const [batch, channels, rows, columns] = x.shape;
  const down = constant(adaptiveMatrix(rows, height), [height, rows]);
  const across = constant(adaptiveMatrix(columns, width), [width, columns]);
  const planes = reshape(x, [batch * channels, rows, columns]);
  return reshape(matmul(down, matmul(planes, across, { transposeB: true })), [batch, channels, height, width]);
}

function adaptiveMatrix(size: number, windows: number): Float32Array {
  const matrix = new Float32Array(windows * size);
  for (let window = 0; window < windows; window++) {
    const start = Math.floor((window * size) / windows);
    const end = Math.ceil(((window + 1) * size) / windows);
    matrix.fill(1 / (end - start), window * size + start, window * size + end);
  }
  return matrix;
}

/** Leaves each value with probability 1 - rate and scales it up; `noise` is fed: uniform in 0..1, of x's shape. */
export function dropout(x: Tensor, noise: Tensor, rate: number): Tensor {
  const keeps = operation({
    name: 'DropoutMask',
    inputs: [noise],
    shape: noise.shape,
    onnx: (emit, [name]) => {
      const kept = emit.node('GreaterOrEqual', [name, emit.constant(Float32Array.of(rate), [])]);
      return emit.node('Cast', [kept], { to: 1 });
    },
  });
  return multiply(x, multiply(keeps, 1 / (1 - rate)));
}
