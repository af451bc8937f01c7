/** Operations on each element by itself. Two-operand forms broadcast as numpy and ONNX do. */
import { reduceTo } from './reductions.ts';
import { constant, type DataType, operation, type Shape, type Tensor } from './tensor.ts';

export function broadcastShape(name: string, ...shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let size = 1;
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length] ?? 1;
      if (own === 1 || own === size) continue;
      if (size !== 1)
        throw new RangeError(`${name}: shapes ${shapes.map((s) => `[${s}]`).join(' and ')} do not broadcast`);
      size = own;
    }
    return size;
  });
}

type Operand = Tensor | number;

const tensorOf = (operand: Operand): Tensor => (typeof operand === 'number' ? constant(operand) : operand);

function binary(
  name: string,
  left: Operand,
  right: Operand,
  gradient?: (dy: Tensor, a: Tensor, b: Tensor, y: Tensor) => readonly [Tensor, Tensor],
  type: DataType = 'float32',
): Tensor {
  const a = tensorOf(left);
  const b = tensorOf(right);
  return operation({
    name,
    inputs: [a, b],
    shape: broadcastShape(name, a.shape, b.shape),
    type,
    onnx: (emit, inputs) => emit.node(name, inputs),
    ...(gradient && {
      gradient: ([dy], [y]) => {
        const [da, db] = gradient(dy!, a, b, y);
        return [reduceTo(da, a.shape), reduceTo(db, b.shape)];
      },
    }),
  });
}

function unary(name: string, x: Tensor, gradient: (dy: Tensor, y: Tensor) => Tensor): Tensor {
  return operation({
    name,
    inputs: [x],
    shape: x.shape,
    onnx: (emit, inputs) => emit.node(name, inputs),
    gradient: ([dy], [y]) => [gradient(dy!, y)],
  });
}

export const add = (a: Operand, b: Operand): Tensor => binary('Add', a, b, (dy) => [dy, dy]);

export const subtract = (a: Operand, b: Operand): Tensor => binary('Sub', a, b, (dy) => [dy, negate(dy)]);

export const multiply = (a: Operand, b: Operand): Tensor =>
  binary('Mul', a, b, (dy, x, y) => [multiply(dy, y), multiply(dy, x)]);

export const divide = (a: Operand, b: Operand): Tensor =>
  binary('Div', a, b, (dy, _, divisor, quotient) => {
    const da = divide(dy, divisor);
    return [da, negate(multiply(da, quotient))];
  });

/** Where both are equal, the gradient goes to the first. */
export const maximum = (a: Operand, b: Operand): Tensor =>
  binary('Max', a, b, (dy, x, y) => {
    const first = cast(greaterOrEqual(x, y), 'float32');
    return [multiply(dy, first), multiply(dy, subtract(1, first))];
  });

export const minimum = (a: Operand, b: Operand): Tensor => negate(maximum(negate(tensorOf(a)), negate(tensorOf(b))));

export const greater = (a: Operand, b: Operand): Tensor => binary('Greater', a, b, undefined, 'bool');

export const greaterOrEqual = (a: Operand, b: Operand): Tensor => binary('GreaterOrEqual', a, b, undefined, 'bool');

export const equal = (a: Operand, b: Operand): Tensor => binary('Equal', a, b, undefined, 'bool');

/** Raises to a constant power. */
export function power(x: Tensor, exponent: number): Tensor {
  return operation({
    name: 'Pow',
    inputs: [x],
    shape: x.shape,
    onnx: (emit, [name]) => emit.node('Pow', [name, emit.constant(Float32Array.of(exponent), [])]),
    gradient: ([dy]) => [multiply(dy!, multiply(power(x, exponent - 1), exponent))],
  });
}

export const negate = (x: Tensor): Tensor => unary('Neg', x, (dy) => negate(dy));

export const exp = (x: Tensor): Tensor => unary('Exp', x, (dy, y) => multiply(dy, y));

export const log = (x: Tensor): Tensor => unary('Log', x, (dy) => divide(dy, x));

export const sqrt = (x: Tensor): Tensor => unary('Sqrt', x, (dy, y) => divide(multiply(dy, 0.5), y));

export const reciprocal = (x: Tensor): Tensor =>
  unary('Reciprocal', x, (dy, y) => negate(multiply(dy, multiply(y, y))));

/** The gradient at 0 is 0. */
export const abs = (x: Tensor): Tensor => unary('Abs', x, (dy) => multiply(dy, sign(x)));

export const sign = (x: Tensor): Tensor => unary('Sign', x, (dy) => multiply(dy, 0));

export const sigmoid = (x: Tensor): Tensor => unary('Sigmoid', x, (dy, y) => multiply(dy, multiply(y, subtract(1, y))));

export const tanh = (x: Tensor): Tensor => unary('Tanh', x, (dy, y) => multiply(dy, subtract(1, multiply(y, y))));

/** log(1 + e^x), without overflow. */
export const softplus = (x: Tensor): Tensor => unary('Softplus', x, (dy) => multiply(dy, sigmoid(x)));

/** The gradient at 0 is 0. */
export const relu = (x: Tensor): Tensor => unary('Relu', x, (dy, y) => multiply(dy, isPositive(y)));

/** 1 where x > 0, else 0: a steep HardSigmoid, because Greater and Where run on one thread in onnxruntime. */
function isPositive(x: Tensor): Tensor {
  return operation({
    name: 'HardSigmoid',
    inputs: [x],
    shape: x.shape,
    onnx: (emit, inputs) => emit.node('HardSigmoid', inputs, { alpha: { float: 1e30 }, beta: { float: 0 } }),
  });
}

/** max(x, slope * x) for a slope in 0..1. */
export function leakyRelu(x: Tensor, slope: number): Tensor {
  return operation({
    name: 'LeakyRelu',
    inputs: [x],
    shape: x.shape,
    onnx: (emit, inputs) => emit.node('LeakyRelu', inputs, { alpha: { float: slope } }),
    gradient: ([dy]) => [multiply(dy!, add(multiply(isPositive(x), 1 - slope), slope))],
  });
}

/** Limits x to low..high; the gradient is 0 outside and on the border. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  return operation({
    name: 'Clip',
    inputs: [x],
    shape: x.shape,
    onnx: (emit, [name]) =>
      emit.node('Clip', [name, emit.constant(Float32Array.of(low), []), emit.constant(Float32Array.of(high), [])]),
    gradient: ([dy]) => [multiply(dy!, multiply(isPositive(subtract(x, low)), isPositive(subtract(high, x))))],
  });
}

/** max(0, min(1, alpha x + beta)); ONNX's defaults are 0.2 and 0.5, MobileNetV3 uses 1/6 and 0.5. */
export function hardSigmoid(x: Tensor, alpha = 1 / 6, beta = 0.5): Tensor {
  return operation({
    name: 'HardSigmoid',
    inputs: [x],
    shape: x.shape,
    onnx: (emit, inputs) => emit.node('HardSigmoid', inputs, { alpha: { float: alpha }, beta: { float: beta } }),
    gradient: ([dy], [y]) => [multiply(dy!, multiply(multiply(isPositive(y), isPositive(subtract(1, y))), alpha))],
  });
}

/** x * hardSigmoid(x), Howard et al. 2019 (MobileNetV3). */
export const hardSwish = (x: Tensor): Tensor => multiply(x, hardSigmoid(x));

/** x * sigmoid(x), also called SiLU. */
export const swish = (x: Tensor): Tensor => multiply(x, sigmoid(x));

/** Chooses a where the condition holds, else b; all three broadcast. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const x = tensorOf(a);
  const y = tensorOf(b);
  return operation({
    name: 'Where',
    inputs: [condition, x, y],
    shape: broadcastShape('Where', condition.shape, x.shape, y.shape),
    onnx: (emit, inputs) => emit.node('Where', inputs),
    gradient: ([dy]) => [
      undefined,
      reduceTo(where(condition, dy!, 0), x.shape),
      reduceTo(where(condition, 0, dy!), y.shape),
    ],
  });
}

const castNumber: Record<DataType, number> = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 };

/** Changes the type of the elements; no gradient passes. */
export function cast(x: Tensor, type: DataType): Tensor {
  return operation({
    name: 'Cast',
    inputs: [x],
    shape: x.shape,
    type,
    onnx: (emit, inputs) => emit.node('Cast', inputs, { to: castNumber[type] }),
    gradient: () => [undefined],
  });
}

/** The same values, through which no gradient passes: targets that the network itself computes. */
export function detach(x: Tensor): Tensor {
  return operation({
    name: 'Identity',
    inputs: [x],
    shape: x.shape,
    onnx: (emit, inputs) => emit.node('Identity', inputs),
    gradient: () => [undefined],
  });
}
