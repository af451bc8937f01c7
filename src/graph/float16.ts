/** IEEE 754 half precision, for weights at rest. Node 20 has no Float16Array. */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Rounds to nearest, ties to even; values beyond 65504 become infinite. */
export function float16Of(values: Float32Array): Uint16Array {
  const result = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index++) result[index] = halfBits(values[index]);
  return result;
}

function halfBits(value: number): number {
  float[0] = value;
  const sign = (bits[0] >>> 16) & 0x8000;
  const magnitude = bits[0] & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal halves are multiples of 2^-24; Math.round rounds ties up, so ties to even are mended by hand.
    const scaled = Math.abs(value) * 2 ** 24;
    const floor = Math.floor(scaled);
    const rest = scaled - floor;
    return sign | (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor);
  }
  const rebased = magnitude - 0x38000000;
  const tie = (rebased >>> 13) & 1;
  return sign | ((rebased + 0xfff + tie) >>> 13);
}

export function float32Of(halves: Uint16Array): Float32Array {
  const result = new Float32Array(halves.length);
  for (let index = 0; index < halves.length; index++) {
    const half = halves[index];
    const exponent = (half >>> 10) & 31;
    const fraction = half & 1023;
    const magnitude =
      exponent === 0
        ? fraction * 2 ** -24
        : exponent === 31
          ? fraction === 0
            ? Number.POSITIVE_INFINITY
            : Number.NaN
          : (1 + fraction / 1024) * 2 ** (exponent - 15);
    result[index] = half & 0x8000 ? -magnitude : magnitude;
  }
  return result;
}
