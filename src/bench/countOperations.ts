/** Multiplications and additions of a network's convolutions: two for each weight that enters an output. */
import { sizeOf, type Tensor } from '../graph/tensor.ts';
import { topologicalOrder } from '../graph/topology.ts';

export function countOperations(...results: readonly Tensor[]): number {
  return topologicalOrder(results)
    .filter(({ name }) => name === 'Conv')
    .reduce((total, { inputs, outputs }) => total + 2 * sizeOf(outputs[0].shape) * sizeOf(inputs[1].shape.slice(1)), 0);
}
