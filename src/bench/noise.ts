/** Numbers to compute with, where only the time counts. */
import type { TensorData } from '../engine/engine.ts';
import { type Shape, sizeOf } from '../graph/tensor.ts';
import { seededRandom } from '../layers/random.ts';

export function floats(dims: Shape, data: Float32Array = new Float32Array(sizeOf(dims))): TensorData {
  return { type: 'float32', dims, data };
}

/** Uniform in -1..1. */
export function noise(dims: Shape): TensorData {
  const random = seededRandom(1);
  return floats(
    dims,
    Float32Array.from({ length: sizeOf(dims) }, () => 2 * random() - 1),
  );
}
