/** Operations that move elements and compute nothing. */
import { constant, normalAxis, operation, operations, type Shape, sameShape, sizeOf, type Tensor } from './tensor.ts';

export function reshape(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (sizeOf(shape) !== sizeOf(x.shape)) {
    throw new RangeError(`Reshape: [${x.shape}] does not fill [${shape}]`);
  }
  return operation({
    name: 'Reshape',
    inputs: [x],
    shape,
    type: x.type,
    onnx: (emit, [name]) => emit.node('Reshape', [name, emit.integers(shape)], { allowzero: 0 }),
    gradient: ([dy]) => [reshape(dy!, x.shape)],
  });
}

export function transpose(x: Tensor, order: readonly number[]): Tensor {
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return operation({
    name: 'Transpose',
    inputs: [x],
    shape: order.map((axis) => x.shape[axis]),
    type: x.type,
    onnx: (emit, inputs) => emit.node('Transpose', inputs, { perm: order }),
    gradient: ([dy]) => [transpose(dy!, inverse)],
  });
}

export interface SliceRange {
  readonly axis: number;
  /** Default 0. */
  readonly start?: number;
  /** Exclusive; default: the axis' size. */
  readonly end?: number;
  /** From 1 up; default 1. */
  readonly step?: number;
}

export function slice(x: Tensor, ranges: readonly SliceRange[]): Tensor {
  const cuts = ranges.map(({ axis, start = 0, end, step = 1 }) => {
    const normal = normalAxis(axis, x.shape.length);
    if (start < 0 || (end ?? 0) < 0 || step < 1) {
      throw new RangeError(`Slice: counts from the front and forwards only, not ${start} to ${end} by ${step}`);
    }
    return { axis: normal, start, end: Math.min(end ?? x.shape[normal], x.shape[normal]), step };
  });
  const shape = [...x.shape];
  for (const { axis, start, end, step } of cuts) shape[axis] = Math.max(0, Math.ceil((end - start) / step));
  return operation({
    name: 'Slice',
    inputs: [x],
    shape,
    type: x.type,
    onnx: (emit, [name]) =>
      emit.node('Slice', [
        name,
        emit.integers(cuts.map((cut) => cut.start)),
        emit.integers(cuts.map((cut) => cut.end)),
        emit.integers(cuts.map((cut) => cut.axis)),
        emit.integers(cuts.map((cut) => cut.step)),
      ]),
    gradient: ([dy]) => {
      let result = dy!;
      for (const { axis, start, step } of cuts) {
        if (step > 1) result = spread(result, axis, step);
        const before = x.shape.map((_, other) => (other === axis ? start : 0));
        const after = x.shape.map((size, other) => (other === axis ? size - start - result.shape[axis] : 0));
        const excess = -after[axis];
        if (excess > 0) {
          result = slice(result, [{ axis, end: result.shape[axis] - excess }]);
          after[axis] = 0;
        }
        result = pad(result, before, after);
      }
      return [result];
    },
  });
}

/** Puts step - 1 zeros behind each element along an axis. */
function spread(x: Tensor, axis: number, step: number): Tensor {
  const split = [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)];
  const after = split.map((_, other) => (other === axis + 1 ? step - 1 : 0));
  const padded = pad(
    reshape(x, split),
    split.map(() => 0),
    after,
  );
  return reshape(
    padded,
    x.shape.map((size, other) => (other === axis ? size * step : size)),
  );
}

/** Adds a border of one value; `before` and `after` have a count (0 or more) for every axis. */
export function pad(x: Tensor, before: readonly number[], after: readonly number[], value = 0): Tensor {
  if (before.every((count) => count === 0) && after.every((count) => count === 0)) return x;
  return operation({
    name: 'Pad',
    inputs: [x],
    shape: x.shape.map((size, axis) => before[axis] + size + after[axis]),
    onnx: (emit, [name]) =>
      emit.node('Pad', [name, emit.integers([...before, ...after]), emit.constant(Float32Array.of(value), [])]),
    gradient: ([dy]) => [
      slice(
        dy!,
        x.shape.map((size, axis) => ({ axis, start: before[axis], end: before[axis] + size })),
      ),
    ],
  });
}

export function concat(parts: readonly Tensor[], axis: number): Tensor {
  if (parts.length === 1) return parts[0];
  const normal = normalAxis(axis, parts[0].shape.length);
  const starts: number[] = [];
  let total = 0;
  for (const part of parts) {
    const fits = part.shape.every((size, other) => other === normal || size === parts[0].shape[other]);
    if (!fits) throw new RangeError(`Concat: [${part.shape}] does not continue [${parts[0].shape}] on axis ${normal}`);
    starts.push(total);
    total += part.shape[normal];
  }
  return operation({
    name: 'Concat',
    inputs: parts,
    shape: parts[0].shape.map((size, other) => (other === normal ? total : size)),
    type: parts[0].type,
    onnx: (emit, inputs) => emit.node('Concat', inputs, { axis: normal }),
    gradient: ([dy]) =>
      parts.map((part, index) =>
        slice(dy!, [{ axis: normal, start: starts[index], end: starts[index] + part.shape[normal] }]),
      ),
  });
}

/** Cuts x along an axis into parts of the given sizes: what `concat` joins. */
export function split(x: Tensor, sizes: readonly number[], axis: number): readonly Tensor[] {
  if (sizes.length === 1) return [x];
  const normal = normalAxis(axis, x.shape.length);
  if (sizes.reduce((total, size) => total + size, 0) !== x.shape[normal]) {
    throw new RangeError(`Split: [${sizes}] do not fill axis ${normal} of [${x.shape}]`);
  }
  const shapes = sizes.map((size) => x.shape.map((whole, other) => (other === normal ? size : whole)));
  return operations({
    name: 'Split',
    inputs: [x],
    outputs: shapes.map((shape) => ({ shape, type: x.type })),
    onnx: (emit, [name]) =>
      emit.nodes('Split', [name, emit.integers(sizes)], { axis: normal }, { outputs: sizes.length }),
    gradient: (parts) => {
      // Not by `expand`: reductions stand above this file.
      const zeros = (shape: Shape): Tensor => constant(new Float32Array(sizeOf(shape)), shape);
      return [
        concat(
          parts.map((part, index) => part ?? zeros(shapes[index])),
          normal,
        ),
      ];
    },
  });
}

/** Rows of x along an axis, in the order of `indices` (int64, any shape); the indices' shape replaces the axis. */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  const normal = normalAxis(axis, x.shape.length);
  return operation({
    name: 'Gather',
    inputs: [x, indices],
    shape: [...x.shape.slice(0, normal), ...indices.shape, ...x.shape.slice(normal + 1)],
    type: x.type,
    onnx: (emit, inputs) => emit.node('Gather', inputs, { axis: normal }),
    gradient: ([dy]) => [scatterAdd(dy!, indices, normal, x.shape), undefined],
  });
}

/** The gradient of `gather`: adds each row of x into a zero tensor at its index. */
function scatterAdd(x: Tensor, indices: Tensor, axis: number, shape: Shape): Tensor {
  const count = sizeOf(indices.shape);
  const rowsFirst = [axis, ...shape.map((_, other) => other).filter((other) => other !== axis)];
  const rest = shape.filter((_, other) => other !== axis);
  const flat = reshape(
    x,
    shape.map((size, other) => (other === axis ? count : size)),
  );
  const rows = axis === 0 ? flat : transpose(flat, rowsFirst);
  const zeros = constant(new Float32Array(sizeOf(shape)), [shape[axis], ...rest]);
  const added = operation({
    name: 'ScatterND',
    inputs: [zeros, reshape(indices, [count, 1]), rows],
    shape: zeros.shape,
    onnx: (emit, inputs) => emit.node('ScatterND', inputs, { reduction: 'add' }),
  });
  return axis === 0
    ? added
    : transpose(
        added,
        rowsFirst.map((_, other) => rowsFirst.indexOf(other)),
      );
}
