/**
 * Symbolic tensors. A graph is never an object of its own: it is whatever a tensor was computed from. Every operation
 * is a function that returns a tensor and states, beside each other, its shape rule, its ONNX nodes and its gradient.
 * Shapes are static, which is what lets a whole training step become one ONNX graph.
 */
import type { Emitter } from './emitter.ts';

export type Shape = readonly number[];

export type DataType = 'float32' | 'int64' | 'int32' | 'uint8' | 'int8' | 'bool';

export type Values = Float32Array | BigInt64Array | Int32Array | Uint8Array | Int8Array;

export interface Tensor {
  readonly type: DataType;
  readonly shape: Shape;
  readonly source: Input | Constant | Node;
  /** Which of the source's outputs this is. */
  readonly index: number;
}

/** A value that is fed at each run, or baked into the file when it is written: pictures, targets, parameters. */
export interface Input {
  readonly kind: 'input';
  readonly name: string;
}

export interface Constant {
  readonly kind: 'constant';
  readonly values: Values;
}

/** Emits ONNX for one node, given the names of its inputs; returns the names of its outputs. */
export type Lowering = (emit: Emitter, inputs: readonly string[]) => readonly string[] | string;

export interface Node {
  readonly kind: 'node';
  /** The ONNX name where there is one. */
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** Plain ONNX: every provider runs it. */
  readonly onnx: Lowering;
  /** The form that onnxruntime's CPU provider runs fastest, where it differs. */
  readonly cpu: Lowering | undefined;
  readonly gradient: Gradient | undefined;
}

/**
 * Given the gradient of the loss with respect to each output (undefined where the loss does not depend on it), returns
 * the gradient with respect to each input (undefined where there is none).
 */
export type Gradient = (
  outputGradients: readonly (Tensor | undefined)[],
  outputs: readonly Tensor[],
) => readonly (Tensor | undefined)[];

export interface OperationRow {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly { readonly shape: Shape; readonly type?: DataType }[];
  readonly onnx: Lowering;
  readonly cpu?: Lowering;
  readonly gradient?: Gradient;
}

/** Applies an operation with several outputs. */
export function operations(row: OperationRow): readonly Tensor[] {
  const outputs: Tensor[] = [];
  const node: Node = {
    kind: 'node',
    name: row.name,
    inputs: row.inputs,
    outputs,
    onnx: row.onnx,
    cpu: row.cpu,
    gradient: row.gradient,
  };
  for (const [index, { shape, type = 'float32' }] of row.outputs.entries()) {
    if (!shape.every((size) => Number.isInteger(size) && size >= 0)) {
      throw new RangeError(`${row.name}: [${shape.join(', ')}] is not a shape`);
    }
    outputs.push({ type, shape, source: node, index });
  }
  return outputs;
}

/** Applies an operation with one output. */
export function operation(row: Omit<OperationRow, 'outputs'> & { shape: Shape; type?: DataType }): Tensor {
  const { shape, type = 'float32', ...rest } = row;
  return operations({ ...rest, outputs: [{ shape, type }] })[0];
}

export function input(name: string, shape: Shape, type: DataType = 'float32'): Tensor {
  return { type, shape, source: { kind: 'input', name }, index: 0 };
}

/** A tensor of known values; a plain number is a float32 scalar. */
export function constant(values: Values | readonly number[] | number, shape?: Shape): Tensor {
  const array =
    typeof values === 'number'
      ? Float32Array.of(values)
      : ArrayBuffer.isView(values)
        ? values
        : Float32Array.from(values as readonly number[]);
  const dims = shape ?? (typeof values === 'number' ? [] : [array.length]);
  if (sizeOf(dims) !== array.length) {
    throw new RangeError(`constant: ${array.length} values do not fill [${dims.join(', ')}]`);
  }
  return { type: typeOf(array), shape: dims, source: { kind: 'constant', values: array }, index: 0 };
}

export function typeOf(values: Values): DataType {
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof BigInt64Array) return 'int64';
  if (values instanceof Int8Array) return 'int8';
  return values instanceof Int32Array ? 'int32' : 'uint8';
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Turns a negative axis into the one it means. */
export function normalAxis(axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(normal) || normal < 0 || normal >= Math.max(rank, 1)) {
    throw new RangeError(`axis ${axis} does not exist in ${rank} dimensions`);
  }
  return normal;
}
