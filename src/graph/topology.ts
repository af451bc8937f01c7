/** The order in which a graph can be computed. */
import type { Node, Tensor } from './tensor.ts';

/** Every node that the tensors depend on, inputs before users. Iterative: training graphs are thousands deep. */
export function topologicalOrder(tensors: readonly Tensor[]): Node[] {
  const order: Node[] = [];
  const state = new Set<Node>();
  const stack: { node: Node; next: number }[] = [];
  const open = (tensor: Tensor): void => {
    if (tensor.source.kind !== 'node' || state.has(tensor.source)) return;
    state.add(tensor.source);
    stack.push({ node: tensor.source, next: 0 });
  };
  for (const tensor of tensors) {
    open(tensor);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.next < top.node.inputs.length) open(top.node.inputs[top.next++]);
      else order.push(stack.pop()!.node);
    }
  }
  return order;
}
