/**
 * The gradient of a convolution with respect to its weight. onnxruntime has no operator for it; the forms here are the
 * fastest of those measured on its CPU provider: one convolution whose kernel is the output gradient, with channels
 * laid beside columns so that it becomes a single matrix product per output channel.
 */
import type { ConvGeometry } from './convolution.ts';
import type { Emitter } from './emitter.ts';
import { reshape } from './movement.ts';
import { operation, sizeOf, type Tensor } from './tensor.ts';

/** Output positions from which a depthwise gradient is faster as dot products than as one grouped convolution. */
const DEPTHWISE_DOT_POSITIONS = 1000;

/**
 * @param x [N, C, H, W] input of the convolution
 * @param dy [N, O, OH, OW] gradient of its output
 * @returns [O, C / groups, kernel height, kernel width]
 */
export function convWeightGradient(x: Tensor, dy: Tensor, kernel: readonly [number, number], g: ConvGeometry): Tensor {
  const [, channels] = x.shape;
  const [, outputs, outHeight, outWidth] = dy.shape;
  const context: Context = { x, dy, kernel, g };
  // One product for each picture, and their sum, is fastest unless the weight is larger than a picture's maps.
  const isPointwise =
    kernel[0] === 1 &&
    kernel[1] === 1 &&
    g.groups === 1 &&
    outputs * channels <= (outputs + channels) * outHeight * outWidth;
  const isDepthwise = g.groups === channels && g.groups > 1 && outputs === channels;
  const isDense = g.dilations[0] === 1 && g.dilations[1] === 1 && g.groups === 1;
  const cpu = isPointwise
    ? undefined
    : isDepthwise && outHeight * outWidth < DEPTHWISE_DOT_POSITIONS && isDenseGeometry(g)
      ? depthwiseConvolution(context)
      : isDense
        ? flattenedConvolution(context)
        : undefined;
  return operation({
    name: 'ConvWeightGradient',
    inputs: [x, dy],
    shape: [outputs, channels / g.groups, kernel[0], kernel[1]],
    onnx: shiftedProducts(context),
    ...(cpu && { cpu }),
  });
}

const isDenseGeometry = (g: ConvGeometry): boolean => g.dilations[0] === 1 && g.dilations[1] === 1;

interface Context {
  readonly x: Tensor;
  readonly dy: Tensor;
  readonly kernel: readonly [number, number];
  readonly g: ConvGeometry;
}

type TwoInputs = (emit: Emitter, inputs: readonly string[]) => string;

/**
 * Plain form for every geometry: for each kernel position, the picture shifted and thinned to where that position
 * looked, times the output gradient, as one matrix product over all positions.
 */
function shiftedProducts({ x, dy, kernel, g }: Context): TwoInputs {
  const [batch, channels, height, width] = x.shape;
  const [, outputs, outHeight, outWidth] = dy.shape;
  const groupChannels = channels / g.groups;
  const groupOutputs = outputs / g.groups;
  const positions = outHeight * outWidth;
  // A row or column beyond the padded picture is never looked at, so no padding is needed behind the last look.
  const needed = [0, 1].map(
    (axis) => (dy.shape[axis + 2] - 1) * g.strides[axis] + g.dilations[axis] * (kernel[axis] - 1) + 1,
  );
  const after = [Math.max(0, needed[0] - height - g.pads[0]), Math.max(0, needed[1] - width - g.pads[1])];
  return (emit, [picture, gradient]) => {
    const isPadded = g.pads[0] > 0 || g.pads[1] > 0 || after.some((count) => count > 0);
    const padded = isPadded
      ? emit.node('Pad', [picture, emit.integers([0, 0, g.pads[0], g.pads[1], 0, 0, after[0], after[1]])])
      : picture;
    const left = emit.node('Reshape', [gradient, emit.integers([batch, g.groups, groupOutputs, positions])]);
    const products: string[] = [];
    for (let row = 0; row < kernel[0]; row++) {
      for (let column = 0; column < kernel[1]; column++) {
        const top = row * g.dilations[0];
        const start = column * g.dilations[1];
        const seen = emit.node('Slice', [
          padded,
          emit.integers([top, start]),
          emit.integers([top + (outHeight - 1) * g.strides[0] + 1, start + (outWidth - 1) * g.strides[1] + 1]),
          emit.integers([2, 3]),
          emit.integers(g.strides),
        ]);
        const right = emit.node(
          'Transpose',
          [emit.node('Reshape', [seen, emit.integers([batch, g.groups, groupChannels, positions])])],
          { perm: [0, 1, 3, 2] },
        );
        const product = emit.node('MatMul', [left, right]);
        const summed = batch === 1 ? product : emit.node('ReduceSum', [product, emit.integers([0])], { keepdims: 0 });
        products.push(emit.node('Reshape', [summed, emit.integers([outputs, groupChannels, 1])]));
      }
    }
    const joined = products.length === 1 ? products[0] : emit.node('Concat', products, { axis: 2 });
    return emit.node('Reshape', [joined, emit.integers([outputs, groupChannels, kernel[0], kernel[1]])]);
  };
}

/** How far the last kernel position reaches past the picture: negative where the picture's end is never looked at. */
function overhang({ x, dy, kernel, g }: Context): [number, number] {
  const reach = (axis: 0 | 1): number =>
    g.strides[axis] * (dy.shape[axis + 2] - 1) + kernel[axis] - x.shape[axis + 2] - g.pads[axis];
  return [reach(0), reach(1)];
}

/** One convolution over [1, N, H, W C]: its kernel is dy, its dilation the stride, its output [1, O, k, k C]. */
function flattenedConvolution(context: Context): TwoInputs {
  const { x, dy, kernel, g } = context;
  const [batch, channels, height, width] = x.shape;
  const [, outputs, outHeight, outWidth] = dy.shape;
  const [below, beyond] = overhang(context);
  return (emit, [picture, gradient]) => {
    const rows = emit.node('Reshape', [
      emit.node('Transpose', [picture], { perm: [0, 2, 3, 1] }),
      emit.integers([1, batch, height, width * channels]),
    ]);
    const weights = emit.node('Transpose', [gradient], { perm: [1, 0, 2, 3] });
    let result = emit.node('Conv', [rows, weights], {
      kernel_shape: [outHeight, outWidth],
      strides: [1, 1],
      dilations: [g.strides[0], g.strides[1] * channels],
      pads: [g.pads[0], g.pads[1] * channels, Math.max(0, below), Math.max(0, beyond) * channels],
    });
    if (below < 0 || beyond < 0) {
      result = emit.node('Slice', [
        result,
        emit.integers([0, 0]),
        emit.integers([kernel[0], kernel[1] * channels]),
        emit.integers([2, 3]),
      ]);
    }
    const split = emit.node('Reshape', [result, emit.integers([outputs, kernel[0], kernel[1], channels])]);
    return emit.node('Transpose', [split], { perm: [0, 3, 1, 2] });
  };
}

/** One grouped convolution over [1, C N, H, W] whose kernels are [C, N, OH, OW]. */
function depthwiseConvolution(context: Context): TwoInputs {
  const { x, dy, kernel, g } = context;
  const [batch, channels, height, width] = x.shape;
  const [, , outHeight, outWidth] = dy.shape;
  const [below, beyond] = overhang(context);
  return (emit, [picture, gradient]) => {
    const planes = emit.node('Reshape', [
      emit.node('Transpose', [picture], { perm: [1, 0, 2, 3] }),
      emit.integers([1, channels * batch, height, width]),
    ]);
    let result = emit.node('Conv', [planes, emit.node('Transpose', [gradient], { perm: [1, 0, 2, 3] })], {
      kernel_shape: [outHeight, outWidth],
      strides: [1, 1],
      dilations: g.strides,
      group: channels,
      pads: [g.pads[0], g.pads[1], Math.max(0, below), Math.max(0, beyond)],
    });
    if (below < 0 || beyond < 0) {
      result = emit.node('Slice', [result, emit.integers([0, 0]), emit.integers(kernel), emit.integers([2, 3])]);
    }
    return emit.node('Reshape', [result, emit.integers([channels, 1, kernel[0], kernel[1]])]);
  };
}

/**
 * [O, C / groups, k, k] to [C, O / groups, k, k] with each kernel turned by half a circle: the weight of the
 * convolution that carries gradients back. The turn is a product with the reversal matrix, which is faster than Slice
 * with a negative step.
 */
export function turnedKernel(weight: Tensor, groups: number): Tensor {
  const [outputs, perGroup, height, width] = weight.shape;
  const area = height * width;
  const groupOutputs = outputs / groups;
  const reversal = new Float32Array(area * area);
  for (let index = 0; index < area; index++) reversal[index * area + area - 1 - index] = 1;
  const flat = reshape(weight, [outputs * perGroup, area]);
  return operation({
    name: 'TurnedKernel',
    inputs: [flat],
    shape: [perGroup * groups, groupOutputs, height, width],
    onnx: (emit, [kernels]) => {
      const turned = area === 1 ? kernels : emit.node('MatMul', [kernels, emit.constant(reversal, [area, area])]);
      const grouped = emit.node('Reshape', [turned, emit.integers([groups, groupOutputs, perGroup, area])]);
      const swapped = emit.node('Transpose', [grouped], { perm: [0, 2, 1, 3] });
      return emit.node('Reshape', [swapped, emit.integers([perGroup * groups, groupOutputs, height, width])]);
    },
    gradient: ([dy]) => [reshape(turnedKernel(dy!, groups), [outputs * perGroup, sizeOf([height, width])])],
  });
}
