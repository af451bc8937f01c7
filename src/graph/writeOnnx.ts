/**
 * Writes what some tensors were computed from as an ONNX file (IR 8, opset 17). The lowering target chooses between
 * plain ONNX, which every provider runs, and the forms that onnxruntime's CPU provider runs fastest.
 */
import type { Attributes, EmitOptions, Emitter } from './emitter.ts';
import { float16Of } from './float16.ts';
import { ProtobufWriter } from './protobuf.ts';
import { type DataType, type Node, type Shape, sameShape, type Tensor, typeOf, type Values } from './tensor.ts';
import { topologicalOrder } from './topology.ts';

export type LoweringTarget = 'onnx' | 'cpu';

export interface WriteOptions {
  /** Default `cpu`. Files that others shall read are written for `onnx`. */
  readonly target?: LoweringTarget;
  /** Inputs that get fixed values inside the file (trained parameters), by name. */
  readonly weights?: ReadonlyMap<string, Float32Array>;
  /** Stores weights and large constants as float16 and casts them when the file is loaded. */
  readonly halfPrecision?: boolean;
  /** What the file shall say about itself (metadata_props). */
  readonly metadata?: Readonly<Record<string, string>>;
}

const ONNX_FLOAT16 = 10;
const onnxType: Record<DataType, number> = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 };

/** Constants of at least this many values follow `halfPrecision`. */
const LARGE_CONSTANT = 256;

export function writeOnnx(outputs: Readonly<Record<string, Tensor>>, options: WriteOptions = {}): Uint8Array {
  const { target = 'cpu', weights = new Map<string, Float32Array>(), halfPrecision = false, metadata = {} } = options;
  const nodes = new ProtobufWriter();
  const initializers = new ProtobufWriter();
  const graphInputs = new ProtobufWriter();
  const graphOutputs = new ProtobufWriter();
  const names = new Map<Node, readonly string[]>();
  const leaves = new Map<Tensor['source'], string>();
  const inputShapes = new Map<string, Shape>();
  const sharedConstants = new Map<string, string>();
  const domains = new Set<string>();
  const order = topologicalOrder(Object.values(outputs));
  const taken = givenNames(outputs, order);
  let count = 0;

  function fresh(prefix: string): string {
    const name = `${prefix}_${count++}`;
    return taken.has(name) ? fresh(prefix) : name;
  }

  const emit: Emitter = {
    node: (type, inputs, attributes = {}, nodeOptions = {}) => emit.nodes(type, inputs, attributes, nodeOptions)[0],
    nodes: (type, inputs, attributes, nodeOptions) => {
      const results = Array.from({ length: nodeOptions.outputs ?? 1 }, () => fresh(type));
      nodes.message(1, encodeNode(type, inputs, results, attributes, nodeOptions));
      if (nodeOptions.domain) domains.add(nodeOptions.domain);
      return results;
    },
    constant: (values, shape) => {
      const key = values.length <= 64 ? `${typeOf(values)}[${shape}]${values}` : undefined;
      const known = key === undefined ? undefined : sharedConstants.get(key);
      if (known !== undefined) return known;
      const name = addInitializer(fresh('constant'), values, shape);
      if (key !== undefined) sharedConstants.set(key, name);
      return name;
    },
    integers: (values) => emit.constant(BigInt64Array.from(values, BigInt), [values.length]),
  };

  function addInitializer(name: string, values: Values, shape: Shape): string {
    if (halfPrecision && values instanceof Float32Array && values.length >= LARGE_CONSTANT) {
      const half = float16Of(values);
      const stored = fresh(`${name}_float16`);
      initializers.message(5, encodeTensor(stored, ONNX_FLOAT16, shape, new Uint8Array(half.buffer)));
      nodes.message(1, encodeNode('Cast', [stored], [name], { to: onnxType.float32 }, {}));
      return name;
    }
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    initializers.message(5, encodeTensor(name, onnxType[typeOf(values)], shape, bytes));
    return name;
  }

  function leafName(tensor: Tensor): string {
    const { source } = tensor;
    if (source.kind === 'constant') {
      const known = leaves.get(source) ?? emit.constant(source.values, tensor.shape);
      leaves.set(source, known);
      return known;
    }
    if (source.kind !== 'input') throw new TypeError('leafName takes inputs and constants only');
    const shape = inputShapes.get(source.name);
    if (shape !== undefined) {
      if (!sameShape(shape, tensor.shape)) throw new RangeError(`input ${source.name} is used with two shapes`);
      return source.name;
    }
    inputShapes.set(source.name, tensor.shape);
    const values = weights.get(source.name);
    if (values !== undefined) return addInitializer(source.name, values, tensor.shape);
    graphInputs.message(11, encodeValueInfo(source.name, tensor));
    return source.name;
  }

  const nameOf = (tensor: Tensor): string =>
    tensor.source.kind === 'node' ? names.get(tensor.source)![tensor.index] : leafName(tensor);

  for (const node of order) {
    const lowering = target === 'cpu' ? (node.cpu ?? node.onnx) : node.onnx;
    const results = lowering(emit, node.inputs.map(nameOf));
    names.set(node, typeof results === 'string' ? [results] : results);
  }
  for (const [name, tensor] of Object.entries(outputs)) {
    nodes.message(1, encodeNode('Identity', [nameOf(tensor)], [name], {}, {}));
    graphOutputs.message(12, encodeValueInfo(name, tensor));
  }

  const graph = nodes.string(2, 'lookhear').append(initializers).append(graphInputs).append(graphOutputs);
  const model = new ProtobufWriter().integer(1, 8).string(2, 'lookhear').message(7, graph);
  model.message(8, new ProtobufWriter().string(1, '').integer(2, 17));
  for (const domain of domains) model.message(8, new ProtobufWriter().string(1, domain).integer(2, 1));
  for (const [key, value] of Object.entries(metadata)) {
    model.message(14, new ProtobufWriter().string(1, key).string(2, value));
  }
  return model.finish();
}

/** The names that inputs, outputs and weights have from outside; networks that were read have any. */
function givenNames(outputs: Readonly<Record<string, Tensor>>, order: readonly Node[]): Set<string> {
  const names = new Set(Object.keys(outputs));
  for (const { source } of [...Object.values(outputs), ...order.flatMap((node) => node.inputs)]) {
    if (source.kind === 'input') names.add(source.name);
  }
  return names;
}

function encodeNode(
  type: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Attributes,
  options: EmitOptions,
): ProtobufWriter {
  const node = new ProtobufWriter();
  for (const name of inputs) node.string(1, name);
  for (const name of outputs) node.string(2, name);
  node.string(4, type);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    const attribute = new ProtobufWriter().string(1, name);
    if (typeof value === 'string') attribute.string(4, value).integer(20, 3);
    else if (typeof value === 'object' && 'float' in value) attribute.float(2, value.float).integer(20, 1);
    else if (typeof value === 'object') {
      for (const item of value) attribute.integer(8, item);
      attribute.integer(20, 7);
    } else if (Number.isInteger(value)) attribute.integer(3, value).integer(20, 2);
    else attribute.float(2, value).integer(20, 1);
    node.message(5, attribute);
  }
  if (options.domain) node.string(7, options.domain);
  return node;
}

function encodeTensor(name: string, type: number, shape: Shape, bytes: Uint8Array): ProtobufWriter {
  const tensor = new ProtobufWriter();
  for (const size of shape) tensor.integer(1, size);
  return tensor.integer(2, type).string(8, name).bytes(9, bytes);
}

function encodeValueInfo(name: string, tensor: Tensor): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const size of tensor.shape) shape.message(1, new ProtobufWriter().integer(1, size));
  const type = new ProtobufWriter().integer(1, onnxType[tensor.type]).message(2, shape);
  return new ProtobufWriter().string(1, name).message(2, new ProtobufWriter().message(1, type));
}
