/**
 * The operators of ONNX files that lookhear can read, one row each: what the operator (https://onnx.ai/onnx/operators,
 * sets 7 to 22) is in our graph. The operators over maps have their rows in onnxMapOperators.ts.
 */
import * as elementwise from '../graph/elementwise.ts';
import { matmul } from '../graph/matmul.ts';
import { concat, gather, pad, reshape, slice, transpose } from '../graph/movement.ts';
import { expand, max, mean, type ReduceOptions, sum } from '../graph/reductions.ts';
import { logSoftmax, softmax } from '../graph/softmax.ts';
import { constant, type DataType, normalAxis, sizeOf, type Tensor } from '../graph/tensor.ts';
import { type Arguments, reshapeTo } from './onnxArguments.ts';
import { mapOperators } from './onnxMapOperators.ts';
import { knownTypeOf } from './onnxTensor.ts';

/** Gives the outputs of the node, as far as they are supported. */
export type Operator = (given: Arguments) => Tensor | readonly Tensor[];

const unary =
  (operation: (x: Tensor) => Tensor): Operator =>
  (given) =>
    operation(given.tensor(0));

const binary =
  (operation: (a: Tensor, b: Tensor) => Tensor): Operator =>
  (given) =>
    operation(given.tensor(0), given.tensor(1));

/** Any number of inputs, from the left. */
const variadic =
  (operation: (a: Tensor, b: Tensor) => Tensor): Operator =>
  (given) =>
    given.tensors().reduce((left, right) => operation(left, right));

const reduction =
  (operation: (x: Tensor, options: ReduceOptions) => Tensor): Operator =>
  (given) => {
    given.expect('noop_with_empty_axes', 0);
    const axes = given.attributeOrInput('axes', 1);
    return operation(given.tensor(0), { ...(axes && { axes }), keep: given.integer('keepdims', 1) !== 0 });
  };

const FLOAT_MAXIMUM = 3.4028234663852886e38;

const rows: Readonly<Record<string, Operator>> = {
  Abs: unary(elementwise.abs),
  Add: binary(elementwise.add),
  Cast: (given) => cast(given.tensor(0), given.integer('to', 0)),
  Clip: (given) => {
    const low = given.optionalNumber(1) ?? given.float('min', -FLOAT_MAXIMUM);
    const high = given.optionalNumber(2) ?? given.float('max', FLOAT_MAXIMUM);
    return elementwise.clip(given.tensor(0), low, high);
  },
  Concat: (given) => concat(given.tensors(), given.integer('axis', 0)),
  Div: binary(elementwise.divide),
  Dropout: unary((x) => x),
  Equal: binary(elementwise.equal),
  Exp: unary(elementwise.exp),
  Expand: (given) => {
    const x = given.tensor(0);
    return expand(x, elementwise.broadcastShape('Expand', x.shape, given.numbers(1)));
  },
  Flatten: (given) => {
    const x = given.tensor(0);
    const axis = given.integer('axis', 1);
    const start = axis < 0 ? axis + x.shape.length : axis;
    return reshape(x, [sizeOf(x.shape.slice(0, start)), sizeOf(x.shape.slice(start))]);
  },
  Gather: (given) => {
    const x = given.tensor(0);
    const axis = normalAxis(given.integer('axis', 0), x.shape.length);
    const size = x.shape[axis];
    const places = given.numbers(1).map((place) => (place < 0 ? place + size : place));
    if (!places.every((place) => Number.isInteger(place) && place >= 0 && place < size)) {
      throw new RangeError(`an index lies outside the ${size} values of axis ${axis}`);
    }
    return gather(x, constant(BigInt64Array.from(places, BigInt), given.known(1).shape), axis);
  },
  Gemm: (given) => {
    const product = matmul(given.weight(0), given.weight(1), {
      transposeA: given.integer('transA', 0) !== 0,
      transposeB: given.integer('transB', 0) !== 0,
    });
    const scaled = times(product, given.float('alpha', 1));
    const bias = given.optionalWeight(2);
    return bias ? elementwise.add(scaled, times(bias, given.float('beta', 1))) : scaled;
  },
  Greater: binary(elementwise.greater),
  GreaterOrEqual: binary(elementwise.greaterOrEqual),
  HardSigmoid: (given) => elementwise.hardSigmoid(given.tensor(0), given.float('alpha', 0.2), given.float('beta', 0.5)),
  HardSwish: unary(elementwise.hardSwish),
  Identity: unary((x) => x),
  LeakyRelu: (given) => elementwise.leakyRelu(given.tensor(0), given.float('alpha', 0.01)),
  Log: unary(elementwise.log),
  LogSoftmax: (given) => alongAxis(given, logSoftmax),
  MatMul: (given) => matmul(given.weight(0), given.weight(1)),
  Max: variadic(elementwise.maximum),
  Min: variadic(elementwise.minimum),
  Mul: binary(elementwise.multiply),
  Neg: unary(elementwise.negate),
  PRelu: (given) => {
    const x = given.tensor(0);
    const negative = elementwise.relu(elementwise.negate(x));
    return elementwise.subtract(elementwise.relu(x), elementwise.multiply(negative, given.weight(1)));
  },
  Pad: (given) => {
    given.expect('mode', 'constant');
    const x = given.tensor(0);
    const rank = x.shape.length;
    const counts = given.attributeOrInput('pads', 1) ?? [];
    const axes = (given.optionalNumbers(3) ?? x.shape.map((_, axis) => axis)).map((axis) => normalAxis(axis, rank));
    if (counts.length !== 2 * axes.length || !counts.every((count) => Number.isInteger(count) && count >= 0)) {
      throw new RangeError(`the border [${counts}] does not fit [${x.shape}]`);
    }
    const before = x.shape.map((_, axis) => counts[axes.indexOf(axis)] ?? 0);
    const after = x.shape.map((_, axis) => (axes.includes(axis) ? counts[axes.length + axes.indexOf(axis)] : 0));
    return pad(x, before, after, given.optionalNumber(2) ?? given.float('value', 0));
  },
  Pow: (given) => elementwise.power(given.tensor(0), given.optionalNumber(1) ?? Number.NaN),
  Reciprocal: unary(elementwise.reciprocal),
  ReduceMax: reduction(max),
  ReduceMean: reduction(mean),
  ReduceSum: reduction(sum),
  Relu: unary(elementwise.relu),
  Reshape: (given) => {
    const x = given.tensor(0);
    return reshape(x, reshapeTo(x, given.numbers(1), given.integer('allowzero', 0) !== 0));
  },
  Sigmoid: unary(elementwise.sigmoid),
  Sign: unary(elementwise.sign),
  Slice: (given) => {
    const x = given.tensor(0);
    return slice(x, sliceRanges(given, x.shape));
  },
  Softmax: (given) => alongAxis(given, softmax),
  Softplus: unary(elementwise.softplus),
  Split: (given) => {
    const x = given.tensor(0);
    const axis = normalAxis(given.integer('axis', 0), x.shape.length);
    const count = given.node.outputs.length;
    const equal = Math.ceil(x.shape[axis] / count);
    const sizes = given.attributeOrInput('split', 1) ?? Array.from({ length: count }, () => equal);
    if (!given.node.attributes.has('split') && !given.has(1)) sizes[count - 1] = x.shape[axis] - equal * (count - 1);
    const isWhole = sizes.length === count && sizes.every((size) => Number.isInteger(size) && size >= 0);
    if (!isWhole || sizes.reduce((total, size) => total + size, 0) !== x.shape[axis]) {
      throw new RangeError(`[${x.shape}] cannot be split into [${sizes}] on axis ${axis}`);
    }
    let start = 0;
    return sizes.map((size) => {
      const part = slice(x, [{ axis, start, end: start + size }]);
      start += size;
      return part;
    });
  },
  Sqrt: unary(elementwise.sqrt),
  Squeeze: (given) => {
    const x = given.tensor(0);
    return reshape(x, squeezed(x.shape, given.attributeOrInput('axes', 1)));
  },
  Sub: binary(elementwise.subtract),
  Sum: variadic(elementwise.add),
  Tanh: unary(elementwise.tanh),
  Transpose: (given) => {
    const x = given.tensor(0);
    return transpose(x, transposeOrder(given, x.shape.length));
  },
  Unsqueeze: (given) => {
    const x = given.tensor(0);
    return reshape(x, unsqueezed(x.shape, given.attributeOrInput('axes', 1) ?? []));
  },
  Where: (given) => elementwise.where(given.tensor(0), given.tensor(1), given.tensor(2)),
  'com.microsoft.FusedMatMul': (given) => {
    given.expect('transBatchA', 0);
    given.expect('transBatchB', 0);
    const product = matmul(given.weight(0), given.weight(1), {
      transposeA: given.integer('transA', 0) !== 0,
      transposeB: given.integer('transB', 0) !== 0,
    });
    return times(product, given.float('alpha', 1));
  },
};

export const operators: ReadonlyMap<string, Operator> = new Map([
  ...Object.entries(rows),
  ...Object.entries(mapOperators),
]);

const times = (x: Tensor, factor: number): Tensor => (factor === 1 ? x : elementwise.multiply(x, factor));

function cast(x: Tensor, to: number): Tensor {
  const type = knownTypeOf(to);
  const supported: readonly DataType[] = ['float32', 'int64', 'int32', 'uint8', 'bool'];
  const target = supported.find((name) => name === type);
  if (target === undefined) throw new RangeError(`the type ${to} is not supported`);
  return target === x.type ? x : elementwise.cast(x, target);
}

/** Until set 12 softmax ran over all axes from `axis` on, taken as one. */
function alongAxis(given: Arguments, operation: (x: Tensor, axis: number) => Tensor): Tensor {
  const x = given.tensor(0);
  if (given.operatorSet >= 13) return operation(x, given.integer('axis', -1));
  const axis = normalAxis(given.integer('axis', 1), x.shape.length);
  const rows = reshape(x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))]);
  return reshape(operation(rows, 1), x.shape);
}

export function transposeOrder(given: Arguments, rank: number): number[] {
  const order = given.integers('perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  const isOrder = order.length === rank && order.every((_, axis) => order.includes(axis));
  if (!isOrder) throw new RangeError(`[${order}] is no order of ${rank} axes`);
  return order;
}

export function squeezed(shape: readonly number[], axes: readonly number[] | undefined): number[] {
  const dropped = axes?.map((axis) => normalAxis(axis, shape.length));
  const isKept = (size: number, axis: number): boolean => (dropped ? !dropped.includes(axis) : size !== 1);
  return shape.filter(isKept);
}

export function unsqueezed(shape: readonly number[], axes: readonly number[]): number[] {
  const rank = shape.length + axes.length;
  const added = axes.map((axis) => normalAxis(axis, rank));
  if (new Set(added).size < added.length) throw new RangeError(`the axes [${axes}] repeat`);
  const sizes = shape[Symbol.iterator]();
  return Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : (sizes.next().value ?? 1)));
}

/** The ranges of Slice within 0..size: attributes until set 9, inputs since. */
export function sliceRanges(
  given: Arguments,
  shape: readonly number[],
): { axis: number; start: number; end: number; step: number }[] {
  const starts = given.attributeOrInput('starts', 1) ?? [];
  const ends = given.attributeOrInput('ends', 2) ?? [];
  const axes = given.attributeOrInput('axes', 3) ?? starts.map((_, axis) => axis);
  const steps = given.optionalNumbers(4) ?? starts.map(() => 1);
  if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length) {
    throw new RangeError('its starts, ends, axes and steps are not as many');
  }
  return starts.map((start, index) => {
    const axis = normalAxis(axes[index], shape.length);
    const step = steps[index];
    if (!(Number.isInteger(step) && step >= 1)) throw new RangeError(`the step ${step} is not supported`);
    const inside = (place: number): number =>
      Math.max(0, Math.min(place < 0 ? place + shape[axis] : place, shape[axis]));
    return { axis, start: inside(start), end: inside(ends[index]), step };
  });
}
