/**
 * The parts of an ONNX file that lookhear uses (https://onnx.ai/onnx/repo-docs/IR.html): nodes with their attributes,
 * stored tensors, inputs and outputs. Only the structure is read here; what the nodes mean is in onnxOperators.ts.
 * Anything that does not fit ends in a RangeError.
 */
import { float32Of } from '../graph/float16.ts';
import type { Shape, Tensor } from '../graph/tensor.ts';
import {
  appendFloats,
  appendIntegers,
  bytesOf,
  type Field,
  fieldsOf,
  floatOf,
  integerOf,
  textOf,
} from './protobufReader.ts';

export interface OnnxFile {
  /** The version of ONNX's own operators. */
  readonly operatorSet: number;
  readonly nodes: readonly OnnxNode[];
  /** Stored tensors by name. */
  readonly initializers: ReadonlyMap<string, StoredTensor>;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly string[];
}

export interface OnnxNode {
  readonly name: string;
  /** Operators of another set than ONNX's own carry its domain in front: `com.microsoft.FusedMatMul`. */
  readonly operator: string;
  /** Empty where an optional input is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

interface AttributeValues {
  readonly float: number;
  readonly integer: number;
  readonly text: string;
  readonly tensor: StoredTensor;
  readonly floats: readonly number[];
  readonly integers: readonly number[];
  /** Subgraphs and the like. */
  readonly other: undefined;
}

export type AttributeKind = keyof AttributeValues;

export type AttributeOf<Kind extends AttributeKind> = AttributeValues[Kind];

export type Attribute = {
  [Kind in AttributeKind]: { readonly kind: Kind; readonly value: AttributeOf<Kind> };
}[AttributeKind];

export interface ValueInfo {
  readonly name: string;
  /** Number of TensorProto.DataType; 0 where it is not said. */
  readonly type: number;
  /** A text where the size is open; undefined where nothing is said. */
  readonly shape: readonly (number | string)[] | undefined;
}

export interface StoredTensor {
  readonly name: string;
  readonly type: number;
  readonly shape: Shape;
  /** The values, as bytes or as numbers. */
  readonly raw: Uint8Array | undefined;
  readonly numbers: readonly number[];
}

/** Sizes of real networks stay far below these. */
const MAXIMUM_RANK = 8;
const MAXIMUM_PARTS = 200_000;

export function parseOnnxFile(bytes: Uint8Array): OnnxFile {
  let graph: Uint8Array | undefined;
  let operatorSet: number | undefined;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 7) graph = bytesOf(field);
    if (field.number === 8) {
      const { domain, version } = parseOperatorSet(bytesOf(field));
      if (domain === '' || domain === 'ai.onnx') operatorSet = version;
    }
  }
  if (graph === undefined || operatorSet === undefined) throw new RangeError('it holds no ONNX network');
  return { operatorSet, ...parseGraph(graph) };
}

function parseOperatorSet(message: Uint8Array): { domain: string; version: number } {
  let domain = '';
  let version = 0;
  for (const field of fieldsOf(message)) {
    if (field.number === 1) domain = textOf(field);
    if (field.number === 2) version = integerOf(field);
  }
  return { domain, version };
}

function parseGraph(message: Uint8Array): Omit<OnnxFile, 'operatorSet'> {
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, StoredTensor>();
  const inputs: ValueInfo[] = [];
  const outputs: string[] = [];
  let parts = 0;
  for (const field of fieldsOf(message)) {
    if (++parts > MAXIMUM_PARTS) throw new RangeError(`its graph has more than ${MAXIMUM_PARTS} parts`);
    if (field.number === 1) nodes.push(parseNode(bytesOf(field)));
    else if (field.number === 5) {
      const tensor = parseTensor(bytesOf(field));
      if (initializers.has(tensor.name)) throw new RangeError(`the tensor "${tensor.name}" is stored twice`);
      initializers.set(tensor.name, tensor);
    } else if (field.number === 11) inputs.push(parseValueInfo(bytesOf(field)));
    else if (field.number === 12) outputs.push(parseValueInfo(bytesOf(field)).name);
    else if (field.number === 15) throw new RangeError('it has sparse tensors, which are not supported');
  }
  // Until version 3 of the format every stored tensor was listed among the inputs.
  return { nodes, initializers, inputs: inputs.filter(({ name }) => !initializers.has(name)), outputs };
}

function parseNode(message: Uint8Array): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, Attribute>();
  let name = '';
  let operator = '';
  let domain = '';
  for (const field of fieldsOf(message)) {
    if (field.number === 1) inputs.push(textOf(field));
    else if (field.number === 2) outputs.push(textOf(field));
    else if (field.number === 3) name = textOf(field);
    else if (field.number === 4) operator = textOf(field);
    else if (field.number === 5) attributes.set(...parseAttribute(bytesOf(field)));
    else if (field.number === 7) domain = textOf(field);
  }
  const isOnnx = domain === '' || domain === 'ai.onnx';
  return { name, operator: isOnnx ? operator : `${domain}.${operator}`, inputs, outputs, attributes };
}

function parseAttribute(message: Uint8Array): [string, Attribute] {
  let name = '';
  let type = 0;
  let float = 0;
  let integer = 0;
  let string = '';
  let tensor: StoredTensor | undefined;
  const floats: number[] = [];
  const integers: number[] = [];
  for (const field of fieldsOf(message)) {
    if (field.number === 1) name = textOf(field);
    else if (field.number === 2) float = floatOf(field);
    else if (field.number === 3) integer = integerOf(field);
    else if (field.number === 4) string = textOf(field);
    else if (field.number === 5) tensor = parseTensor(bytesOf(field));
    else if (field.number === 7) appendFloats(floats, field, 4);
    else if (field.number === 8) appendIntegers(integers, field);
    else if (field.number === 20) type = integerOf(field);
  }
  if (type === 1) return [name, { kind: 'float', value: float }];
  if (type === 2) return [name, { kind: 'integer', value: integer }];
  if (type === 3) return [name, { kind: 'text', value: string }];
  if (type === 4 && tensor) return [name, { kind: 'tensor', value: tensor }];
  if (type === 6) return [name, { kind: 'floats', value: floats }];
  if (type === 7) return [name, { kind: 'integers', value: integers }];
  return [name, { kind: 'other', value: undefined }];
}

function parseValueInfo(message: Uint8Array): ValueInfo {
  let name = '';
  let type = 0;
  let shape: (number | string)[] | undefined;
  for (const field of fieldsOf(message)) {
    if (field.number === 1) name = textOf(field);
    if (field.number !== 2) continue;
    for (const kind of fieldsOf(bytesOf(field))) {
      if (kind.number !== 1) continue;
      for (const part of fieldsOf(bytesOf(kind))) {
        if (part.number === 1) type = integerOf(part);
        if (part.number === 2) shape = parseShape(bytesOf(part));
      }
    }
  }
  return { name, type, shape };
}

function parseShape(message: Uint8Array): (number | string)[] {
  const shape: (number | string)[] = [];
  for (const field of fieldsOf(message)) {
    if (field.number !== 1) continue;
    let size: number | string = '?';
    for (const part of fieldsOf(bytesOf(field))) {
      if (part.number === 1) size = integerOf(part);
      if (part.number === 2) size = textOf(part);
    }
    // Some exporters write an open size as 0 or -1.
    shape.push(typeof size === 'number' && size <= 0 ? '?' : size);
  }
  if (shape.length > MAXIMUM_RANK) throw new RangeError(`a value has ${shape.length} axes`);
  return shape;
}

function parseTensor(message: Uint8Array): StoredTensor {
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
  const count = shape.reduce((product, length) => product * length, 1);
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
