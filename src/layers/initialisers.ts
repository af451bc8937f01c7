/** How parameters begin. Seeded: the same seed and name give the same values on every machine. */
import { type Shape, sizeOf } from '../graph/tensor.ts';

/** Fills a tensor of the given shape; `random` is uniform in 0..1. */
export type Initialiser = (shape: Shape, random: () => number) => Float32Array;

/** Values read per output: channels / groups * kernel area for a convolution's [O, C, k, k], rows for a dense [in, out]. */
function fanIn(shape: Shape): number {
  return shape.length === 2 ? shape[0] : sizeOf(shape.slice(1));
}

function fanOut(shape: Shape): number {
  return shape.length === 2 ? shape[1] : shape[0] * sizeOf(shape.slice(2));
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export const constantValue =
  (value: number): Initialiser =>
  (shape) =>
    new Float32Array(sizeOf(shape)).fill(value);

export const zeros = constantValue(0);
export const ones = constantValue(1);

/** Normal with variance 2 / fan-in (He et al. 2015), for layers followed by a ReLU. */
export const he: Initialiser = (shape, random) => {
  const deviation = Math.sqrt(2 / fanIn(shape));
  return Float32Array.from({ length: sizeOf(shape) }, () => normal(random) * deviation);
};

/** Uniform within sqrt(6 / (fan-in + fan-out)) (Glorot and Bengio 2010). */
export const glorot: Initialiser = (shape, random) => {
  const limit = Math.sqrt(6 / (fanIn(shape) + fanOut(shape)));
  return Float32Array.from({ length: sizeOf(shape) }, () => (2 * random() - 1) * limit);
};

/** Normal, redrawn beyond two deviations (TensorFlow's default for VGGish: deviation 0.01). */
export const truncatedNormal =
  (deviation: number): Initialiser =>
  (shape, random) =>
    Float32Array.from({ length: sizeOf(shape) }, () => {
      let value = normal(random);
      while (Math.abs(value) > 2) value = normal(random);
      return value * deviation;
    });
