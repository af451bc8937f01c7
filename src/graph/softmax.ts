/** Softmax and its logarithm over one axis. */
import { exp, multiply, subtract } from './elementwise.ts';
import { sum } from './reductions.ts';
import { type Lowering, normalAxis, operation, type Tensor } from './tensor.ts';

export function softmax(x: Tensor, axis = -1): Tensor {
  const normal = normalAxis(axis, x.shape.length);
  return operation({
    name: 'Softmax',
    inputs: [x],
    shape: x.shape,
    ...lowerings('Softmax', x, normal),
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
    ...lowerings('LogSoftmax', x, normal),
    gradient: ([dy], [y]) => [subtract(dy!, multiply(exp(y), sum(dy!, { axes: [normal], keep: true })))],
  });
}

/** onnxruntime's CPU kernel transposes on one thread unless the axis is the last; its Transpose uses all of them. */
function lowerings(type: string, x: Tensor, axis: number): { onnx: Lowering; cpu?: Lowering } {
  const last = x.shape.length - 1;
  const onnx: Lowering = (emit, inputs) => emit.node(type, inputs, { axis });
  if (axis === last) return { onnx };
  const order = [...x.shape.keys()].filter((other) => other !== axis);
  order.push(axis);
  const back = order.map((_, position) => order.indexOf(position));
  return {
    onnx,
    cpu: (emit, inputs) => {
      const moved = emit.node('Transpose', inputs, { perm: order });
      return emit.node('Transpose', [emit.node(type, [moved], { axis: last })], { perm: back });
    },
  };
}
