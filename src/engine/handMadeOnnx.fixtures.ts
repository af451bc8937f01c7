/**
 * ONNX files written field by field (https://onnx.ai/onnx/repo-docs/IR.html), so that the engines are tested on
 * something other than what our own graph writer makes.
 */
import { ProtobufWriter } from '../graph/protobuf.ts';

/** Numbers of TensorProto.DataType. */
export const elementType = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const;

export interface HandMadeNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Integer and integer-list attributes. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface HandMadeValue {
  readonly name: string;
  readonly type: keyof typeof elementType;
  /** A text where the size is open, as exporters name it. */
  readonly dims: readonly (number | string)[];
}

export function handMadeOnnx(
  inputs: readonly HandMadeValue[],
  nodes: readonly HandMadeNode[],
  outputs: readonly HandMadeValue[],
): Uint8Array {
  const graph = new ProtobufWriter().string(2, 'handmade');
  for (const node of nodes) graph.message(1, encodeNode(node));
  for (const input of inputs) graph.message(11, encodeValue(input));
  for (const output of outputs) graph.message(12, encodeValue(output));
  const opset = new ProtobufWriter().string(1, '').integer(2, 17);
  return new ProtobufWriter().integer(1, 8).message(7, graph).message(8, opset).finish();
}

function encodeNode({ type, inputs, output, attributes = {} }: HandMadeNode): ProtobufWriter {
  const node = new ProtobufWriter();
  for (const name of inputs) node.string(1, name);
  node.string(2, output).string(4, type);
  for (const [name, value] of Object.entries(attributes)) {
    const attribute = new ProtobufWriter().string(1, name);
    if (typeof value === 'number') attribute.integer(3, value).integer(20, 2);
    else {
      for (const item of value) attribute.integer(8, item);
      attribute.integer(20, 7);
    }
    node.message(5, attribute);
  }
  return node;
}

function encodeValue({ name, type, dims }: HandMadeValue): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const size of dims) {
    const axis = new ProtobufWriter();
    shape.message(1, typeof size === 'number' ? axis.integer(1, size) : axis.string(2, size));
  }
  const tensor = new ProtobufWriter().integer(1, elementType[type]).message(2, shape);
  return new ProtobufWriter().string(1, name).message(2, new ProtobufWriter().message(1, tensor));
}
