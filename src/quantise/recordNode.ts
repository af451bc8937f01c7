/**
 * What a node of the graph would write into an ONNX file. An operation keeps its settings (strides, epsilon, bounds) to
 * itself and shows them only when it is written, so it is written here onto a notepad.
 */
import type { Attributes, Emitter } from '../graph/emitter.ts';
import type { Node, Values } from '../graph/tensor.ts';

export interface Recorded {
  /** ONNX's name of the operator. */
  readonly type: string;
  readonly attributes: Attributes;
  /** Constants that the node brings along, in the places of its inputs; undefined where it takes a tensor. */
  readonly constants: readonly (Values | undefined)[];
}

/** Gives nothing for an operation that takes several ONNX nodes. */
export function recordNode(node: Node): Recorded | undefined {
  const found: Recorded[] = [];
  const constants = new Map<string, Values>();
  const emit: Emitter = {
    node: (type, inputs, attributes = {}) => emit.nodes(type, inputs, attributes, {})[0],
    nodes: (type, inputs, attributes, { outputs = 1 }) => {
      found.push({ type, attributes, constants: inputs.map((name) => constants.get(name)) });
      return Array.from({ length: outputs }, (_, index) => `${found.length}:${index}`);
    },
    constant: (values) => {
      const name = `constant ${constants.size}`;
      constants.set(name, values);
      return name;
    },
    integers: (values) => emit.constant(BigInt64Array.from(values, BigInt), [values.length]),
  };
  node.onnx(
    emit,
    node.inputs.map((_, index) => `input ${index}`),
  );
  return found.length === 1 ? found[0] : undefined;
}
