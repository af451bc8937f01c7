/**
 * The types in which numbers are stored, and how their bytes become float32. Whole numbers beyond 2^24 and float64 are
 * rounded; bfloat16 is the upper half of a float32.
 */
import { float32Of } from '../../graph/float16.ts';

/** Bytes that one number takes. */
export const numberBytes = {
  float16: 2,
  bfloat16: 2,
  float32: 4,
  float64: 8,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  bool: 1,
} as const;

export type NumberType = keyof typeof numberBytes;

/** Converts a copy; `bytes` holds a whole number of values. */
export function toFloat32(bytes: Uint8Array, type: NumberType, bigEndian = false): Float32Array {
  // A copy, because typed arrays want to begin at a multiple of their size. (slice() does not copy Node's buffers.)
  const copy = new Uint8Array(bytes);
  if (bigEndian) reverseEach(copy, numberBytes[type]);
  const buffer = copy.buffer;
  switch (type) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return Float32Array.from(new Float64Array(buffer));
    case 'float16':
      return float32Of(new Uint16Array(buffer));
    case 'bfloat16':
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (upper) => upper << 16).buffer);
    case 'int8':
      return new Float32Array(new Int8Array(buffer));
    case 'int16':
      return new Float32Array(new Int16Array(buffer));
    case 'int32':
      return new Float32Array(new Int32Array(buffer));
    case 'int64':
      return float32OfInt64(new Uint32Array(buffer), new Int32Array(buffer));
    case 'uint8':
    case 'bool':
      return new Float32Array(copy);
    case 'uint16':
      return new Float32Array(new Uint16Array(buffer));
    case 'uint32':
      return new Float32Array(new Uint32Array(buffer));
    case 'uint64':
      return float32OfInt64(new Uint32Array(buffer), new Uint32Array(buffer));
  }
}

function float32OfInt64(low: Uint32Array, high: Int32Array | Uint32Array): Float32Array {
  const result = new Float32Array(low.length / 2);
  for (let index = 0; index < result.length; index++) result[index] = high[2 * index + 1] * 2 ** 32 + low[2 * index];
  return result;
}

function reverseEach(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) bytes.subarray(start, start + size).reverse();
}

/** Steps between neighbours along each axis, in numbers, where the last axis is the fastest. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}

/**
 * The bytes of an array in row-major order, from numbers of `size` bytes that lie `strides` apart (in numbers). A view
 * where they already lie so. Fails with a RangeError where one would lie outside `bytes`.
 * @param offset Of the first number, in numbers.
 */
export function inRowMajor(
  bytes: Uint8Array,
  size: number,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): Uint8Array {
  const count = shape.reduce((product, length) => product * length, 1);
  if (count === 0) return new Uint8Array();
  const last = shape.reduce((position, length, axis) => position + (length - 1) * strides[axis], offset);
  const areCounts = [offset, ...strides].every((step) => Number.isSafeInteger(step) && step >= 0);
  if (!areCounts || last * size + size > bytes.length) throw new RangeError('an array reaches beyond its values');
  const natural = rowMajorStrides(shape);
  if (shape.every((length, axis) => length === 1 || strides[axis] === natural[axis])) {
    return bytes.subarray(offset * size, (offset + count) * size);
  }
  const result = new Uint8Array(count * size);
  const place = shape.map(() => 0);
  let from = offset * size;
  for (let to = 0; to < result.length; to += size) {
    for (let index = 0; index < size; index++) result[to + index] = bytes[from + index];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis] * size;
      if (++place[axis] < shape[axis]) break;
      from -= strides[axis] * size * shape[axis];
      place[axis] = 0;
    }
  }
  return result;
}
