/**
 * Tensors that an ONNX file stores (TensorProto), and the values that are known when the file is read. Anything that
 * does not fit ends in a RangeError.
 */
import { float32Of } from '../graph/float16.ts';
import { type Shape, sizeOf, type Tensor } from '../graph/tensor.ts';
import { appendFloats, appendIntegers, bytesOf, type Field, fieldsOf, integerOf, textOf } from './protobufReader.ts';

/** More axes than any real tensor has. */
export const MAXIMUM_RANK = 8;

export interface StoredTensor {
  readonly name: string;
  readonly type: number;
  readonly shape: Shape;
  /** The values, as bytes or as numbers. */
  readonly raw: Uint8Array | undefined;
  readonly numbers: readonly number[];
}

export function parseTensor(message: Uint8Array): StoredTensor {
  const shape: number[] = [];
  const numbers: number[] = [];
  let name = '';
  let type = 0;
  let raw: Uint8Array | undefined;
  for (const field of fieldsOf(message)) {
    if (field.number === 1) appendIntegers(shape, field);
    else if (field.number === 2) type = integerOf(field);
    else if (field.number === 4) appendFloats(numbers, field, 4);
    else if (field.number === 5 || field.number === 7) appendIntegers(numbers, field);
    else if (field.number === 8) name = textOf(field);
    else if (field.number === 9) raw = bytesOf(field);
    else if (field.number === 10) appendFloats(numbers, field, 8);
    else if (field.number === 14) refuseExternalData(field, name);
  }
  if (shape.length > MAXIMUM_RANK || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new RangeError(`the tensor "${name}" has the impossible shape [${shape.slice(0, MAXIMUM_RANK)}]`);
  }
  return { name, type, shape, raw, numbers };
}

function refuseExternalData(field: Field, name: string): void {
  if (integerOf(field) !== 0) throw new RangeError(`the values of the tensor "${name}" lie in another file`);
}

/** Values that are known when the file is read. int64 is held as float64: exact to 2^53, and clamped there. */
export interface Known {
  readonly name: string;
  readonly type: KnownType;
  readonly shape: Shape;
  readonly values: KnownValues;
  /** Where the values were computed from parameters: the computation, which keeps them trainable. */
  readonly tensor?: () => Tensor;
}

export type KnownType = 'float32' | 'int64' | 'int32' | 'int16' | 'int8' | 'uint16' | 'uint8' | 'bool';

export type KnownValues = Float32Array | Float64Array | Int32Array | Int16Array | Int8Array | Uint16Array | Uint8Array;

/** By number of TensorProto.DataType: what it becomes, and how many bytes a stored value takes. All floats become float32. */
const storedTypes: ReadonlyMap<number, readonly [type: KnownType, bytes: number]> = new Map([
  [1, ['float32', 4]],
  [2, ['uint8', 1]],
  [3, ['int8', 1]],
  [4, ['uint16', 2]],
  [5, ['int16', 2]],
  [6, ['int32', 4]],
  [7, ['int64', 8]],
  [9, ['bool', 1]],
  [10, ['float32', 2]],
  [11, ['float32', 8]],
]);

/** The type that values of an ONNX type get; undefined for those that are not supported. */
export function knownTypeOf(type: number): KnownType | undefined {
  return storedTypes.get(type)?.[0];
}

const arrays: Readonly<Record<KnownType, new (source: number | ArrayLike<number>) => KnownValues>> = {
  float32: Float32Array,
  int64: Float64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** A typed array of zeros, or of the given numbers. */
export function arrayOf(type: KnownType, source: number | ArrayLike<number>): KnownValues {
  return new arrays[type](source);
}

/** Decodes a stored tensor, after checking that as many values are there as its shape says. */
export function decodeTensor(tensor: StoredTensor): Known {
  const { name, shape } = tensor;
  const stored = storedTypes.get(tensor.type);
  if (stored === undefined) throw new RangeError(`the tensor "${name}" has the unsupported type ${tensor.type}`);
  const [type, size] = stored;
  const count = sizeOf(shape);
  const found = tensor.raw === undefined ? tensor.numbers.length : tensor.raw.length / size;
  if (found !== count) throw new RangeError(`the tensor "${name}" of shape [${shape}] has ${found} values`);
  const values = tensor.raw === undefined ? numbersOf(tensor, type) : rawValues(tensor.type, tensor.raw);
  return { name, type, shape, values };
}

function numbersOf(tensor: StoredTensor, type: KnownType): KnownValues {
  if (tensor.type === 10) return float32Of(Uint16Array.from(tensor.numbers));
  return type === 'int64' ? clamped(tensor.numbers) : arrayOf(type, tensor.numbers);
}

function rawValues(type: number, raw: Uint8Array): KnownValues {
  // A copy, because typed arrays want to begin at a multiple of their size. (slice() does not copy Node's buffers.)
  const bytes = new Uint8Array(raw).buffer;
  switch (type) {
    case 1:
      return new Float32Array(bytes);
    case 3:
      return new Int8Array(bytes);
    case 4:
      return new Uint16Array(bytes);
    case 5:
      return new Int16Array(bytes);
    case 6:
      return new Int32Array(bytes);
    case 7:
      return clamped(Array.from(new BigInt64Array(bytes), Number));
    case 10:
      return float32Of(new Uint16Array(bytes));
    case 11:
      return Float32Array.from(new Float64Array(bytes));
    default:
      return new Uint8Array(bytes);
  }
}

function clamped(values: readonly number[]): Float64Array {
  return Float64Array.from(values, (value) =>
    Math.max(Number.MIN_SAFE_INTEGER, Math.min(value, Number.MAX_SAFE_INTEGER)),
  );
}
