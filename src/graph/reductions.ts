/** Sums, means and maxima over axes, and the two sums over everything but the channels that normalisation lives on. */
import { cast, divide, equal, multiply } from './elementwise.ts';
import { reshape } from './movement.ts';
import { normalAxis, operation, type Shape, sameShape, sizeOf, type Tensor } from './tensor.ts';

export interface ReduceOptions {
  /** Default: all. An empty list reduces nothing, whereas ONNX takes it for all. */
  readonly axes?: readonly number[];
  /** Keeps reduced axes with size 1. Default false. */
  readonly keep?: boolean;
}

function reduction(x: Tensor, options: ReduceOptions): { axes: number[]; kept: Shape; shape: Shape } {
  const axes = (options.axes ?? x.shape.map((_, axis) => axis)).map((axis) => normalAxis(axis, x.shape.length));
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return { axes, kept, shape: options.keep ? kept : x.shape.filter((_, axis) => !axes.includes(axis)) };
}

export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  const { axes, kept, shape } = reduction(x, options);
  if (axes.length === 0) return x;
  return operation({
    name: 'ReduceSum',
    inputs: [x],
    shape,
    onnx: (emit, [name]) => emit.node('ReduceSum', [name, emit.integers(axes)], { keepdims: options.keep ? 1 : 0 }),
    gradient: ([dy]) => [expand(reshape(dy!, kept), x.shape)],
  });
}

export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  const { axes, kept, shape } = reduction(x, options);
  if (axes.length === 0) return x;
  const count = sizeOf(x.shape) / sizeOf(kept);
  return operation({
    name: 'ReduceMean',
    inputs: [x],
    shape,
    onnx: (emit, inputs) => emit.node('ReduceMean', inputs, { axes, keepdims: options.keep ? 1 : 0 }),
    gradient: ([dy]) => [expand(multiply(reshape(dy!, kept), 1 / count), x.shape)],
  });
}

/** The gradient is shared equally among the places that hold the maximum. */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  const { axes, kept, shape } = reduction(x, options);
  if (axes.length === 0) return x;
  return operation({
    name: 'ReduceMax',
    inputs: [x],
    shape,
    onnx: (emit, inputs) => emit.node('ReduceMax', inputs, { axes, keepdims: options.keep ? 1 : 0 }),
    gradient: ([dy], [y]) => {
      const holds = cast(equal(x, reshape(y, kept)), 'float32');
      return [multiply(holds, divide(reshape(dy!, kept), sum(holds, { axes, keep: true })))];
    },
  });
}

/** Repeats along axes of size 1 until the shape is reached. */
export function expand(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  return operation({
    name: 'Expand',
    inputs: [x],
    shape,
    onnx: (emit, [name]) => emit.node('Expand', [name, emit.integers(shape)]),
    gradient: ([dy]) => [reduceTo(dy!, x.shape)],
  });
}

/** Sums over whatever broadcasting to `x.shape` has repeated: the gradient of broadcasting. */
export function reduceTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const added = x.shape.length - shape.length;
  const axes = x.shape.flatMap((size, axis) =>
    axis < added || (shape[axis - added] === 1 && size !== 1) ? [axis] : [],
  );
  return reshape(sum(x, { axes }), shape);
}

/** Sum over all axes but 1 (the channels): [N, C, ...] to [C]. */
export function channelSum(x: Tensor): Tensor {
  return sum(x, { axes: x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis])) });
}

/** Rows shorter than this are summed faster by Mul and ReduceSum than as dot products (measured on the CPU provider). */
const DOT_PRODUCT_LENGTH = 256;

/** Sum of a * b over all axes but 1 (the channels): two [N, C, ...] to [C]. */
export function channelDot(a: Tensor, b: Tensor): Tensor {
  const [batch, channels] = a.shape;
  const length = sizeOf(a.shape.slice(2));
  const axes = a.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  const perChannel = (dy: Tensor): Tensor =>
    reshape(
      dy,
      a.shape.map((_, axis) => (axis === 1 ? channels : 1)),
    );
  return operation({
    name: 'ChannelDot',
    inputs: [a, b],
    shape: [channels],
    onnx: (emit, inputs) => emit.node('ReduceSum', [emit.node('Mul', inputs), emit.integers(axes)], { keepdims: 0 }),
    cpu: (emit, [left, right]) => {
      if (length < DOT_PRODUCT_LENGTH) {
        return left === right
          ? emit.node('ReduceSumSquare', [left], { axes, keepdims: 0 })
          : emit.node('ReduceSum', [emit.node('Mul', [left, right]), emit.integers(axes)], { keepdims: 0 });
      }
      const rows = emit.integers([batch * channels, 1, length]);
      const flatLeft = emit.node('Reshape', [left, rows]);
      const flatRight = left === right ? flatLeft : emit.node('Reshape', [right, rows]);
      const dots = emit.node('FusedMatMul', [flatLeft, flatRight], { transB: 1 }, { domain: 'com.microsoft' });
      const table = emit.node('Reshape', [dots, emit.integers([batch, channels])]);
      return emit.node('ReduceSum', [table, emit.integers([0])], { keepdims: 0 });
    },
    gradient: ([dy]) => [multiply(perChannel(dy!), b), multiply(perChannel(dy!), a)],
  });
}
