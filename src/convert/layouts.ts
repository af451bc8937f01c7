/**
 * How arrays lie in the files of others, and how they get to lie as ours do: kernels [out, in, height, width], dense
 * weights [in, out], everything else [channels].
 */

/**
 * - `tensorflow`: kernels [height, width, in, out], dense weights as ours
 * - `pytorch`: kernels as ours, dense weights [out, in]
 * - `semseg pyramid`: a kernel as ours that reads the map, then the pyramid's levels 1, 2, 3, 6; ours reads them the
 *   other way round, 6, 3, 2, 1. The map has as many channels as all four levels together.
 */
export type Layout = 'ours' | 'tensorflow' | 'pytorch' | 'semseg pyramid';

/** The shape that an array of a file has once it lies as ours. */
export function shapeAsOurs(layout: Layout, parameter: string, shape: readonly number[]): readonly number[] {
  if (!parameter.endsWith('/weight')) return layout === 'ours' ? shape : asVector(shape);
  if (layout === 'tensorflow' && shape.length === 4) return [3, 2, 0, 1].map((axis) => shape[axis]);
  return layout === 'pytorch' && shape.length === 2 ? shape.toReversed() : shape;
}

/** Caffe keeps the numbers of a channel as [1, channels, 1, 1]. */
function asVector(shape: readonly number[]): readonly number[] {
  const sizes = shape.filter((size) => size !== 1);
  return sizes.length === 0 ? [1] : sizes;
}

/** @param shape in the file */
export function valuesAsOurs(layout: Layout, shape: readonly number[], values: Float32Array): Float32Array {
  if (layout === 'tensorflow' && shape.length === 4) return channelsFirst(values, shape);
  if (layout === 'pytorch' && shape.length === 2) return transposed(values, shape[0], shape[1]);
  if (layout === 'semseg pyramid') return levelsTurned(values, shape);
  return values;
}

/** [height, width, in, out] to [out, in, height, width]. */
function channelsFirst(values: Float32Array, [height, width, inputs, outputs]: readonly number[]): Float32Array {
  const area = height * width;
  const result = new Float32Array(values.length);
  const plane = new Float32Array(inputs * outputs);
  for (let place = 0; place < area; place++) {
    const from = place * plane.length;
    transpose(values.subarray(from, from + plane.length), inputs, outputs, plane);
    for (let index = 0; index < plane.length; index++) result[index * area + place] = plane[index];
  }
  return result;
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  transpose(values, rows, columns, result);
  return result;
}

/** Side of the squares in which is transposed: reading and writing both stay within the processor's cache. */
const TILE = 32;

function transpose(values: Float32Array, rows: number, columns: number, result: Float32Array): void {
  for (let top = 0; top < rows; top += TILE) {
    const bottom = Math.min(top + TILE, rows);
    for (let left = 0; left < columns; left += TILE) {
      const right = Math.min(left + TILE, columns);
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) result[column * rows + row] = values[row * columns + column];
      }
    }
  }
}

function levelsTurned(values: Float32Array, [outputs, inputs, ...kernel]: readonly number[]): Float32Array {
  const area = kernel.reduce((product, size) => product * size, 1);
  const level = (inputs / 8) * area;
  const result = values.slice();
  for (let output = 0; output < outputs; output++) {
    const levels = output * inputs * area + 4 * level;
    for (let index = 0; index < 4; index++) {
      const from = levels + index * level;
      result.set(values.subarray(from, from + level), levels + (3 - index) * level);
    }
  }
  return result;
}
