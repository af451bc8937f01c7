/**
 * Reverse-mode differentiation: walks from the loss back to the inputs and asks each operation for its gradient rule.
 * The result is more graph, so that loss, gradients and update are written as one ONNX file.
 */
import { add } from './elementwise.ts';
import { constant, type Node, sizeOf, type Tensor } from './tensor.ts';
import { topologicalOrder } from './topology.ts';

/**
 * Gradients of a scalar loss with respect to some tensors, in their order. A tensor that the loss does not depend on
 * has gradient zero.
 */
export function gradients(loss: Tensor, parameters: readonly Tensor[]): Tensor[] {
  if (sizeOf(loss.shape) !== 1) throw new RangeError(`gradients: the loss must be one number, not [${loss.shape}]`);
  const order = topologicalOrder([loss]);
  const wanted = new Set(parameters.map(keyOf));
  const depends = new Set<Node>();
  const isActive = (tensor: Tensor): boolean =>
    wanted.has(keyOf(tensor)) || (tensor.source.kind === 'node' && depends.has(tensor.source));
  for (const node of order) if (node.inputs.some(isActive)) depends.add(node);

  const partials = new Map<unknown, Tensor>();
  const accumulate = (tensor: Tensor, partial: Tensor): void => {
    const key = keyOf(tensor);
    const known = partials.get(key);
    partials.set(key, known === undefined ? partial : add(known, partial));
  };
  accumulate(loss, constant(Float32Array.of(1), loss.shape.length === 0 ? [] : loss.shape));

  for (const node of order.reverse()) {
    if (!depends.has(node)) continue;
    const outputGradients = node.outputs.map((output) => partials.get(keyOf(output)));
    if (outputGradients.every((partial) => partial === undefined)) continue;
    if (node.gradient === undefined) throw new TypeError(`${node.name} has no gradient rule`);
    const inputGradients = node.gradient(outputGradients, node.outputs);
    for (const [index, partial] of inputGradients.entries()) {
      if (partial !== undefined && isActive(node.inputs[index])) accumulate(node.inputs[index], partial);
    }
  }
  return parameters.map(
    (parameter) =>
      partials.get(keyOf(parameter)) ?? constant(new Float32Array(sizeOf(parameter.shape)), parameter.shape),
  );
}

/** Two tensors are the same value if they are the same object, or inputs of the same name. */
function keyOf(tensor: Tensor): unknown {
  return tensor.source.kind === 'input' ? tensor.source.name : tensor;
}
