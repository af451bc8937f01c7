/**
 * Weights and inputs that follow from a name by 32-bit integer arithmetic alone, so that other implementations of a
 * network can be given the very same ones: u(name, i) from FNV-1a and a mixing function, value = lo + (hi - lo) u. The
 * index runs over the tensor in Keras' layout (kernels [height, width, in, out]).
 */
import type { Picture } from '../src/picture/picture.ts';

export function seededUniform(name: string, count: number, lo: number, hi: number): Float32Array {
  const key = keyOf(name);
  return Float32Array.from({ length: count }, (_, index) => lo + (hi - lo) * (mixed(index, key) >>> 8) * 2 ** -24);
}

export function keyOf(name: string): number {
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 16777619);
  return hash >>> 0;
}

export function mixed(index: number, key: number): number {
  let x = (Math.imul(index, 0x9e3779b1) + key) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A row of a specification: name, shape in Keras' layout, range. */
export type ParameterRow = readonly [name: string, shape: readonly number[], lo: number, hi: number];

const kinds: Readonly<Record<string, string>> = {
  kernel: 'weight',
  moving_mean: 'mean',
  moving_variance: 'variance',
};

/** Values under our names and in our layout: kernels [out, in, height, width], dense weights [in, out]. */
export function seededParameters(rows: readonly ParameterRow[]): Map<string, Float32Array> {
  return new Map(
    rows.map(([key, shape, lo, hi]) => {
      const [, path] = key.split(':');
      const end = path.lastIndexOf('/');
      const kind = path.slice(end + 1);
      const values = seededUniform(
        key,
        shape.reduce((a, b) => a * b, 1),
        lo,
        hi,
      );
      const isKernel = shape.length === 4;
      return [`${path.slice(0, end)}/${kinds[kind] ?? kind}`, isKernel ? channelsFirst(values, shape) : values];
    }),
  );
}

/** [height, width, in, out] to [out, in, height, width]. */
function channelsFirst(values: Float32Array, [height, width, inputs, outputs]: readonly number[]): Float32Array {
  const area = height * width;
  const result = new Float32Array(values.length);
  for (let place = 0, from = 0; place < area; place++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) result[(o * inputs + i) * area + place] = values[from++];
    }
  }
  return result;
}

/** A picture of stripes, noise and inverted tiles. */
export function seededPicture(name: string, width: number, height: number): Picture {
  const key = keyOf(name);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const index = (y * width + x) * 3 + c;
        const stripe = ((x * (3 + 2 * c) + y * (5 - c)) >> 2) & 255;
        const value = (((stripe * 3) >> 2) + (mixed(index, key) >>> 26)) & 255;
        data[index] = ((x >> 6) + (y >> 6)) & 1 ? 255 - value : value;
      }
    }
  }
  return { width, height, data };
}

/** What stands for a log-mel patch: [1, 1, 96, 64]. */
export function seededPatch(name: string): Float32Array {
  return seededUniform(name, 96 * 64, -4.6, 4.4);
}

/** Float32 values as base64, the way the recorded results store them. */
export function fromBase64(text: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
}
