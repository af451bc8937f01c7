/** ONNX files written field by field, so that the reader meets more than what our own writer makes. */
import { float16Of } from '../graph/float16.ts';
import { ProtobufWriter } from '../graph/protobuf.ts';
import { sizeOf } from '../graph/tensor.ts';

/** Numbers of TensorProto.DataType. */
const elementTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10, float64: 11 } as const;

export interface HandMadeTensor {
  readonly type: keyof typeof elementTypes;
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** As a list of numbers instead of raw bytes. */
  readonly listed?: boolean;
}

export type HandMadeAttribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly tensor: HandMadeTensor };

export interface HandMadeNode {
  readonly operator: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, HandMadeAttribute>>;
}

export interface HandMadeNetwork {
  /** Default 17. */
  readonly operatorSet?: number;
  /** A text is an open size. */
  readonly inputs?: Readonly<Record<string, readonly (number | string)[]>>;
  readonly stored?: Readonly<Record<string, HandMadeTensor>>;
  readonly nodes: readonly HandMadeNode[];
  readonly outputs: readonly string[];
}

export function handMadeNetwork(network: HandMadeNetwork): Uint8Array {
  const { operatorSet = 17, inputs = {}, stored = {}, nodes, outputs } = network;
  const graph = new ProtobufWriter();
  for (const node of nodes) graph.message(1, encodeNode(node));
  graph.string(2, 'hand-made');
  for (const [name, tensor] of Object.entries(stored)) graph.message(5, encodeTensor(name, tensor));
  for (const [name, shape] of Object.entries(inputs)) graph.message(11, encodeValue(name, shape));
  for (const name of outputs) graph.message(12, encodeValue(name, undefined));
  const model = new ProtobufWriter().integer(1, 8).message(7, graph);
  model.message(8, new ProtobufWriter().string(1, '').integer(2, operatorSet));
  if (nodes.some((node) => node.domain))
    model.message(8, new ProtobufWriter().string(1, 'com.microsoft').integer(2, 1));
  return model.finish();
}

export const floats = (shape: readonly number[], values: readonly number[]): HandMadeTensor => ({
  type: 'float32',
  shape,
  values,
});

export const integers = (...values: readonly number[]): HandMadeTensor => ({
  type: 'int64',
  shape: [values.length],
  values,
});

/** Values between -1 and 1 that look random and are always the same. */
export const wave = (shape: readonly number[]): HandMadeTensor =>
  floats(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, index) => Math.sin(index * 12.9898 + shape.length)),
  );

function encodeNode({ operator, domain, inputs, outputs, attributes = {} }: HandMadeNode): ProtobufWriter {
  const node = new ProtobufWriter();
  for (const name of inputs) node.string(1, name);
  for (const name of outputs) node.string(2, name);
  node.string(3, `the ${operator}`).string(4, operator);
  for (const [name, value] of Object.entries(attributes)) {
    const attribute = new ProtobufWriter().string(1, name);
    if (typeof value === 'string') attribute.string(4, value).integer(20, 3);
    else if (typeof value === 'number') attribute.integer(3, value).integer(20, 2);
    else if ('float' in value) attribute.float(2, value.float).integer(20, 1);
    else if ('tensor' in value) attribute.message(5, encodeTensor('', value.tensor)).integer(20, 4);
    else if ('floats' in value) {
      for (const item of value.floats) attribute.float(7, item);
      attribute.integer(20, 6);
    } else attribute.packedIntegers(8, value).integer(20, 7);
    node.message(5, attribute);
  }
  if (domain) node.string(7, domain);
  return node;
}

function encodeTensor(name: string, { type, shape, values, listed }: HandMadeTensor): ProtobufWriter {
  const tensor = new ProtobufWriter().packedIntegers(1, shape).integer(2, elementTypes[type]).string(8, name);
  if (!listed) return tensor.bytes(9, new Uint8Array(rawValues(type, values).buffer));
  if (type === 'float32') for (const value of values) tensor.float(4, value);
  else if (type === 'float16') tensor.packedIntegers(5, [...float16Of(Float32Array.from(values))]);
  else tensor.packedIntegers(type === 'int64' ? 7 : 5, values);
  return tensor;
}

function rawValues(type: HandMadeTensor['type'], values: readonly number[]) {
  if (type === 'float32') return Float32Array.from(values);
  if (type === 'float64') return Float64Array.from(values);
  if (type === 'float16') return float16Of(Float32Array.from(values));
  if (type === 'int64') return BigInt64Array.from(values, BigInt);
  if (type === 'int32') return Int32Array.from(values);
  return type === 'int8' ? Int8Array.from(values) : Uint8Array.from(values);
}

function encodeValue(name: string, shape: readonly (number | string)[] | undefined): ProtobufWriter {
  const tensor = new ProtobufWriter().integer(1, elementTypes.float32);
  if (shape) {
    const sizes = new ProtobufWriter();
    for (const size of shape) {
      const dimension = new ProtobufWriter();
      sizes.message(1, typeof size === 'string' ? dimension.string(2, size) : dimension.integer(1, size));
    }
    tensor.message(2, sizes);
  }
  return new ProtobufWriter().string(1, name).message(2, new ProtobufWriter().message(1, tensor));
}
