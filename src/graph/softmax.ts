/** Softmax and its logarithm over one axis. */
import { exp, multiply, subtract } from './elementwise.ts';
import type { Emitter } from './emitter.ts';
import { sum } from './reductions.ts';
import { type Lowering, normalAxis, operation, type Tensor } from './tensor.ts';

export function softmax(x: Tensor, axis = -1): Tensor {
  const normal = normalAxis(axis, x.shape.length);
  return operation({
    name: 'Softmax',
    inputs: [x],
    shape: x.shape,
    ...lowerings('Softmax', x, normal, (emit, [, exponentials, total]) => emit.node('Div', [exponentials, total])),
    gradient: ([dy], [y]) => {
      const weighted = multiply(dy!, y);
      return [subtract(weighted, multiply(y, sum(weighted, { axes: [normal], keep: true })))];
    },
  });
}

export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const normal = normalAxis(axis, x.shape.length);
  return operation({
    name: 'LogSoftmax',
    inputs: [x],
    shape: x.shape,
    ...lowerings('LogSoftmax', x, normal, (emit, [shifted, , total]) =>
      emit.node('Sub', [shifted, emit.node('Log', [total])]),
    ),
    gradient: ([dy], [y]) => [subtract(dy!, multiply(exp(y), sum(dy!, { axes: [normal], keep: true })))],
  });
}

/**
 * onnxruntime's CPU kernel transposes on one thread unless the axis is the last (12 times the time for the 150 classes
 * of 473 x 473 pixels); the same in single steps runs on all of them. `finish` gets x - max, its exponentials and their
 * sum.
 */
function lowerings(
  type: string,
  x: Tensor,
  axis: number,
  finish: (emit: Emitter, steps: readonly [shifted: string, exponentials: string, total: string]) => string,
): { onnx: Lowering; cpu?: Lowering } {
  const onnx: Lowering = (emit, inputs) => emit.node(type, inputs, { axis });
  if (axis === x.shape.length - 1) return { onnx };
  return {
    onnx,
    cpu: (emit, [name]) => {
      const shifted = emit.node('Sub', [name, emit.node('ReduceMax', [name], { axes: [axis], keepdims: 1 })]);
      const exponentials = emit.node('Exp', [shifted]);
      const total = emit.node('ReduceSum', [exponentials, emit.integers([axis])], { keepdims: 1 });
      return finish(emit, [shifted, exponentials, total]);
    },
  };
}
