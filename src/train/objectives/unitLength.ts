/** Vectors scaled to length 1, so that their scalar products are cosines. */
import { add, divide, multiply, sqrt } from '../../graph/elementwise.ts';
import { sum } from '../../graph/reductions.ts';
import type { Tensor } from '../../graph/tensor.ts';

/** Added to the squared length: a vector of zeros stays one, and its gradient finite. */
const TINY = 1e-12;

/** Scales along one axis; any shape. */
export function unitLength(x: Tensor, axis: number): Tensor {
  return divide(x, sqrt(add(sum(multiply(x, x), { axes: [axis], keep: true }), TINY)));
}
