/**
 * Convolution and transposed convolution over [N, C, H, W], with stride, dilation, groups and any padding. The
 * gradient with respect to the input is a convolution with turned kernels, or a transposed one; the gradient with
 * respect to the weight is an operation of its own in convolutionGradient.ts.
 */
import { convWeightGradient, turnedKernel } from './convolutionGradient.ts';
import { sum } from './reductions.ts';
import { operation, type Tensor } from './tensor.ts';

export interface ConvOptions {
  /** [down, right]; default [1, 1]. */
  readonly strides?: readonly [number, number];
  /** [top, left, bottom, right]; default no padding. */
  readonly pads?: readonly [number, number, number, number];
  readonly dilations?: readonly [number, number];
  /** Default 1; C for a depthwise convolution. */
  readonly groups?: number;
}

export interface ConvGeometry {
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
  readonly dilations: readonly [number, number];
  readonly groups: number;
}

export function geometry(options: ConvOptions): ConvGeometry {
  return { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], groups: 1, ...options };
}

const attributesOf = ({ strides, pads, dilations, groups }: ConvGeometry) => ({
  strides,
  pads,
  dilations,
  group: groups,
});

/** Size of the output along one axis: floor((size + pads - dilation (kernel - 1) - 1) / stride) + 1. */
function convSize(size: number, kernel: number, axis: 0 | 1, g: ConvGeometry): number {
  const padded = size + g.pads[axis] + g.pads[axis + 2];
  return Math.floor((padded - g.dilations[axis] * (kernel - 1) - 1) / g.strides[axis]) + 1;
}

/**
 * @param x [N, C, H, W]
 * @param weight [O, C / groups, kernel height, kernel width]
 * @param bias [O]
 * @returns [N, O, OH, OW]
 */
export function conv(x: Tensor, weight: Tensor, bias?: Tensor, options: ConvOptions = {}): Tensor {
  const g = geometry(options);
  const [batch, channels, height, width] = x.shape;
  const [outputs, perGroup, kernelHeight, kernelWidth] = weight.shape;
  if (channels !== perGroup * g.groups || outputs % g.groups !== 0) {
    throw new RangeError(`Conv: [${x.shape}] with weight [${weight.shape}] and ${g.groups} groups`);
  }
  const shape = [batch, outputs, convSize(height, kernelHeight, 0, g), convSize(width, kernelWidth, 1, g)];
  return operation({
    name: 'Conv',
    inputs: bias ? [x, weight, bias] : [x, weight],
    shape,
    onnx: (emit, inputs) =>
      emit.node('Conv', inputs, { kernel_shape: [kernelHeight, kernelWidth], ...attributesOf(g) }),
    gradient: ([dy]) => [
      convInputGradient(dy!, weight, [height, width], g),
      convWeightGradient(x, dy!, [kernelHeight, kernelWidth], g),
      bias && sum(dy!, { axes: [0, 2, 3] }),
    ],
  });
}

/** The gradient of `conv` with respect to x, whose height and width are given. */
function convInputGradient(dy: Tensor, weight: Tensor, size: readonly [number, number], g: ConvGeometry): Tensor {
  const kernel = [weight.shape[2], weight.shape[3]];
  const reach = [0, 1].map((axis) => g.dilations[axis] * (kernel[axis] - 1));
  const before = [0, 1].map((axis) => reach[axis] - g.pads[axis]);
  const isSmall = g.strides[0] === 1 && g.strides[1] === 1 && before.every((count) => count >= 0);
  const after = [0, 1].map((axis) => size[axis] - (dy.shape[axis + 2] + before[axis] - reach[axis]));
  if (isSmall && after.every((count) => count >= 0)) {
    return conv(dy, turnedKernel(weight, g.groups), undefined, {
      pads: [before[0], before[1], after[0], after[1]],
      dilations: g.dilations,
      groups: g.groups,
    });
  }
  const outputPads = [0, 1].map(
    (axis) =>
      size[axis] - ((dy.shape[axis + 2] - 1) * g.strides[axis] + reach[axis] + 1 - g.pads[axis] - g.pads[axis + 2]),
  );
  return convTranspose(dy, weight, undefined, { ...g, outputPads: [outputPads[0], outputPads[1]] });
}

export interface ConvTransposeOptions extends ConvOptions {
  /** Rows and columns added at the bottom and right, fewer than the stride, [down, right]; default [0, 0]. */
  readonly outputPads?: readonly [number, number];
}

/**
 * @param x [N, O, H, W]
 * @param weight [O, C / groups, kernel height, kernel width], as of the convolution that it transposes
 * @param bias [C]
 * @returns [N, C, (H - 1) stride + dilation (kernel - 1) + 1 - pads + outputPads, ...]
 */
export function convTranspose(x: Tensor, weight: Tensor, bias?: Tensor, options: ConvTransposeOptions = {}): Tensor {
  const { outputPads = [0, 0] } = options;
  const g = geometry(options);
  const kernel: [number, number] = [weight.shape[2], weight.shape[3]];
  if (x.shape[1] !== weight.shape[0]) {
    throw new RangeError(`ConvTranspose: [${x.shape}] with weight [${weight.shape}] and ${g.groups} groups`);
  }
  if (outputPads[0] >= g.strides[0] || outputPads[1] >= g.strides[1]) {
    throw new RangeError(`ConvTranspose: output padding [${outputPads}] is not below the stride [${g.strides}]`);
  }
  const size = [0, 1].map(
    (axis) =>
      (x.shape[axis + 2] - 1) * g.strides[axis] +
      g.dilations[axis] * (kernel[axis] - 1) +
      1 -
      g.pads[axis] -
      g.pads[axis + 2] +
      outputPads[axis],
  );
  return operation({
    name: 'ConvTranspose',
    inputs: bias ? [x, weight, bias] : [x, weight],
    shape: [x.shape[0], weight.shape[1] * g.groups, size[0], size[1]],
    onnx: (emit, inputs) =>
      emit.node('ConvTranspose', inputs, { kernel_shape: kernel, ...attributesOf(g), output_padding: outputPads }),
    gradient: ([dy]) => [
      conv(dy!, weight, undefined, g),
      convWeightGradient(dy!, x, kernel, g),
      bias && sum(dy!, { axes: [0, 2, 3] }),
    ],
  });
}
