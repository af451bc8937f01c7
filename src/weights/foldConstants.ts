/**
 * Operators on values that are known when the file is read: dequantised and cast weights, and the small computations
 * on shapes that exporters leave in a network. One row for each operator; all inputs of a row are known, but for those
 * of Shape and Size, of which only the shape is.
 */
import { broadcastShape } from '../graph/elementwise.ts';
import { normalAxis, type Shape, sameShape, sizeOf } from '../graph/tensor.ts';
import { type Arguments, reshapeTo } from './onnxArguments.ts';
import { sliceRanges, squeezed, transposeOrder, unsqueezed } from './onnxOperators.ts';
import { arrayOf, decodeTensor, type Known, type KnownType, type KnownValues, knownTypeOf } from './onnxTensor.ts';

type Folded = Omit<Known, 'name' | 'tensor'>;

export type Folding = (given: Arguments) => Folded;

/** Folded values beyond this count are no shapes and no weights. */
const MAXIMUM_COUNT = 2 ** 24;

const integers = (values: readonly number[]): Folded => ({
  type: 'int64',
  shape: [values.length],
  values: Float64Array.from(values),
});

function filled(type: KnownType, shape: Shape, valueAt: (index: number) => number): Folded {
  const values = emptyArray(type, shape);
  for (let index = 0; index < values.length; index++) values[index] = valueAt(index);
  return { type, shape, values };
}

function emptyArray(type: KnownType, shape: Shape): KnownValues {
  const count = sizeOf(shape);
  if (!(Number.isInteger(count) && count >= 0 && count <= MAXIMUM_COUNT)) {
    throw new RangeError(`a constant of shape [${shape}] is too large`);
  }
  return arrayOf(type, count);
}

/** A strided view of values, laid out row by row. */
function strided(x: Known, shape: Shape, strides: readonly number[], offset = 0): Folded {
  return filled(x.type, shape, (index) => {
    let rest = index;
    let place = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += (rest % shape[axis]) * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return x.values[place];
  });
}

function stridesOf(shape: Shape): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

function expanded(x: Known, shape: Shape): Folded {
  if (sameShape(x.shape, shape)) return x;
  const own = stridesOf(x.shape);
  const added = shape.length - x.shape.length;
  return strided(
    x,
    shape,
    shape.map((_, axis) => (axis < added || x.shape[axis - added] === 1 ? 0 : own[axis - added])),
  );
}

const elementwise =
  (operation: (a: number, b: number) => number, type?: KnownType): Folding =>
  (given) => {
    const [a, b] = [given.known(0), given.known(1)];
    if (a.type !== b.type) throw new RangeError(`its inputs are of the types ${a.type} and ${b.type}`);
    const shape = broadcastShape(given.node.operator, a.shape, b.shape);
    const [left, right] = [expanded(a, shape).values, expanded(b, shape).values];
    return filled(type ?? a.type, shape, (index) => {
      const result = operation(left[index], right[index]);
      if (a.type !== 'float32' && !Number.isSafeInteger(Math.trunc(result)))
        throw new RangeError('an integer overflows');
      return a.type === 'float32' ? result : Math.trunc(result);
    });
  };

const single =
  (operation: (value: number) => number): Folding =>
  (given) => {
    const { type, shape, values } = given.known(0);
    return filled(type, shape, (index) => operation(values[index]));
  };

const reshaped =
  (shapeOf: (given: Arguments, x: Known) => Shape): Folding =>
  (given) => {
    const x = given.known(0);
    const shape = shapeOf(given, x);
    if (sizeOf(shape) !== sizeOf(x.shape)) throw new RangeError(`[${x.shape}] does not fill [${shape}]`);
    return { ...x, shape };
  };

const rows: Readonly<Record<string, Folding>> = {
  Add: elementwise((a, b) => a + b),
  Cast: (given) => {
    const { shape, values } = given.known(0);
    const to = given.integer('to', 0);
    const type = knownTypeOf(to);
    if (type === undefined) throw new RangeError(`the type ${to} is not supported`);
    // A copy, which gets the name of the result: half-precision weights are called what they are cast to.
    if (type === given.known(0).type) return { ...given.known(0) };
    const valueAt = (index: number): number => (type === 'bool' ? Number(values[index] !== 0) : values[index]);
    return filled(type, shape, type === 'int64' ? (index) => Math.trunc(values[index]) : valueAt);
  },
  Ceil: single(Math.ceil),
  Concat: (given) => {
    const parts = Array.from({ length: given.count }, (_, index) => given.known(index));
    const [first] = parts;
    if (first === undefined) throw new RangeError('it has no inputs');
    const axis = normalAxis(given.integer('axis', 0), first.shape.length);
    const fits = (part: Known): boolean =>
      part.type === first.type &&
      part.shape.length === first.shape.length &&
      part.shape.every((size, other) => other === axis || size === first.shape[other]);
    if (!parts.every(fits)) throw new RangeError('its inputs do not fit each other');
    const total = parts.reduce((sum, part) => sum + part.shape[axis], 0);
    const shape = first.shape.map((size, other) => (other === axis ? total : size));
    const values = emptyArray(first.type, shape);
    const outer = sizeOf(shape.slice(0, axis));
    let place = 0;
    for (let block = 0; block < outer; block++) {
      for (const part of parts) {
        const length = part.values.length / outer;
        values.set(part.values.subarray(block * length, (block + 1) * length), place);
        place += length;
      }
    }
    return { type: first.type, shape, values };
  },
  Constant: (given) => {
    const stored = given.stored('value');
    if (stored !== undefined) return decodeTensor(stored);
    const attributes = given.node.attributes;
    if (attributes.has('value_int')) return { ...integers([given.integer('value_int', 0)]), shape: [] };
    if (attributes.has('value_ints')) return integers(given.integers('value_ints') ?? []);
    const floats = given.floats('value_floats') ?? [given.float('value_float', Number.NaN)];
    if (!attributes.has('value_float') && !attributes.has('value_floats')) throw new RangeError('it has no value');
    const shape = attributes.has('value_floats') ? [floats.length] : [];
    return { type: 'float32', shape, values: Float32Array.from(floats) };
  },
  ConstantOfShape: (given) => {
    const stored = given.stored('value');
    const value = stored === undefined ? undefined : decodeTensor(stored);
    return filled(value?.type ?? 'float32', given.numbers(0), () => value?.values[0] ?? 0);
  },
  DequantizeLinear: dequantize,
  Div: elementwise((a, b) => a / b),
  Equal: elementwise((a, b) => Number(a === b), 'bool'),
  Expand: (given) => {
    const x = given.known(0);
    return expanded(x, broadcastShape('Expand', x.shape, given.numbers(1)));
  },
  Floor: single(Math.floor),
  Gather: (given) => {
    const x = given.known(0);
    const indices = given.known(1);
    const axis = normalAxis(given.integer('axis', 0), x.shape.length);
    const size = x.shape[axis] ?? 0;
    const inner = sizeOf(x.shape.slice(axis + 1));
    const count = indices.values.length;
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return filled(x.type, shape, (index) => {
      const block = Math.floor(index / inner);
      const asked = indices.values[block % count];
      const place = asked < 0 ? asked + size : asked;
      if (!(place >= 0 && place < size)) throw new RangeError(`index ${asked} lies outside axis ${axis}`);
      return x.values[(Math.floor(block / count) * size + place) * inner + (index % inner)];
    });
  },
  Identity: (given) => given.known(0),
  Max: elementwise(Math.max),
  Min: elementwise(Math.min),
  Mul: elementwise((a, b) => a * b),
  Neg: single((value) => -value),
  Range: (given) => {
    const [start, limit, step] = [0, 1, 2].map((index) => given.optionalNumber(index) ?? Number.NaN);
    return filled(
      given.known(0).type,
      [Math.max(0, Math.ceil((limit - start) / step))],
      (index) => start + index * step,
    );
  },
  Reshape: reshaped((given, x) => reshapeTo(x, given.numbers(1), given.integer('allowzero', 0) !== 0)),
  Shape: (given) => {
    const { shape } = given.value(0);
    return integers(shape.slice(given.integer('start', 0), given.integer('end', shape.length)));
  },
  Size: (given) => ({ ...integers([sizeOf(given.value(0).shape)]), shape: [] }),
  Slice: (given) => {
    const x = given.known(0);
    const shape = [...x.shape];
    const strides = stridesOf(x.shape);
    let offset = 0;
    for (const { axis, start, end, step } of sliceRanges(given, x.shape)) {
      shape[axis] = Math.max(0, Math.ceil((end - start) / step));
      offset += start * strides[axis];
      strides[axis] *= step;
    }
    return strided(x, shape, strides, offset);
  },
  Sqrt: single(Math.sqrt),
  Squeeze: reshaped((given, x) => squeezed(x.shape, given.attributeOrInput('axes', 1))),
  Sub: elementwise((a, b) => a - b),
  Transpose: (given) => {
    const x = given.known(0);
    const order = transposeOrder(given, x.shape.length);
    const strides = stridesOf(x.shape);
    return strided(
      x,
      order.map((axis) => x.shape[axis]),
      order.map((axis) => strides[axis]),
    );
  },
  Unsqueeze: reshaped((given, x) => unsqueezed(x.shape, given.attributeOrInput('axes', 1) ?? [])),
};

export const foldings: ReadonlyMap<string, Folding> = new Map(Object.entries(rows));

/** (q - zero point) * scale, with one scale for all or one for each place of an axis. */
function dequantize(given: Arguments): Folded {
  given.expect('block_size', 0);
  const quantized = given.known(0);
  const scale = given.known(1);
  const zero = given.has(2) ? given.known(2) : undefined;
  const { shape, values } = quantized;
  const count = scale.values.length;
  const axis = count > 1 ? normalAxis(given.integer('axis', 1), shape.length) : 0;
  const isFitting = scale.type === 'float32' && (count === 1 || (scale.shape.length === 1 && count === shape[axis]));
  if (!isFitting || (zero && zero.values.length !== count)) {
    throw new RangeError(`scales of shape [${scale.shape}] do not fit [${shape}]`);
  }
  const result = emptyArray('float32', shape);
  const inner = count > 1 ? sizeOf(shape.slice(axis + 1)) : values.length;
  for (let start = 0, place = 0; start < values.length; start += inner, place = (place + 1) % count) {
    const factor = scale.values[place];
    const shift = zero?.values[place] ?? 0;
    for (let index = start; index < start + inner; index++) result[index] = (values[index] - shift) * factor;
  }
  return { type: 'float32', shape, values: result };
}
