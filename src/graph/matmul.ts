/** Matrix products over the last two axes; leading axes broadcast. */
import { broadcastShape } from './elementwise.ts';
import { reduceTo } from './reductions.ts';
import { operation, type Tensor } from './tensor.ts';

export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const { transposeA = false, transposeB = false } = options;
  const [rows, innerA] = lastTwo(a, transposeA);
  const [innerB, columns] = lastTwo(b, transposeB);
  if (innerA !== innerB) {
    throw new RangeError(`MatMul: [${a.shape}]${transposeA ? '^T' : ''} x [${b.shape}]${transposeB ? '^T' : ''}`);
  }
  const batch = broadcastShape('MatMul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  return operation({
    name: 'MatMul',
    inputs: [a, b],
    shape: [...batch, rows, columns],
    onnx: (emit, [left, right]) =>
      emit.node('MatMul', [
        transposeA ? emit.node('Transpose', [left], { perm: swapped(a) }) : left,
        transposeB ? emit.node('Transpose', [right], { perm: swapped(b) }) : right,
      ]),
    cpu: (emit, inputs) =>
      transposeA || transposeB
        ? emit.node(
            'FusedMatMul',
            inputs,
            { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 },
            { domain: 'com.microsoft' },
          )
        : emit.node('MatMul', inputs),
    gradient: ([dy]) => {
      const da = transposeA
        ? matmul(b, dy!, { transposeA: transposeB, transposeB: true })
        : matmul(dy!, b, { transposeB: !transposeB });
      const db = transposeB
        ? matmul(dy!, a, { transposeA: true, transposeB: transposeA })
        : matmul(a, dy!, { transposeA: !transposeA });
      return [reduceTo(da, a.shape), reduceTo(db, b.shape)];
    },
  });
}

function lastTwo(x: Tensor, transposed: boolean): [number, number] {
  if (x.shape.length < 2) throw new RangeError(`MatMul: [${x.shape}] is not a matrix`);
  const [rows, columns] = x.shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}

function swapped(x: Tensor): number[] {
  const order = x.shape.map((_, axis) => axis);
  order.push(order.splice(-2, 1)[0]);
  return order;
}
