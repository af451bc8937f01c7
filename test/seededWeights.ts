/**
 * The weights and inputs of the shared reference, by the rule of hashValues: a tensor's values follow from its name, its
 * index running in Keras' layout (kernels [height, width, in, out]).
 */
import type { Picture } from '../src/picture/picture.ts';
import { hashValues, keyOf, mixed } from './hashValues.ts';

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
      const values = hashValues(
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
  return hashValues(name, 96 * 64, -4.6, 4.4);
}

/** Float32 values as base64, the way the recorded results store them. */
export function fromBase64(text: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
}
