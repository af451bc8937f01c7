/**
 * From a map to the pixels that count as the answer. The rule decides the number, so each has the name of those who
 * use it. Maps are 224 x 224.
 */

export type MaskRule = (map: Float32Array, groundTruth: Float32Array) => Uint8Array;

/** Stretched to 0..1; a constant map stays as it is. */
function stretched(values: Float32Array): Float32Array {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high > low ? values.map((value) => (value - low) / (high - low)) : values;
}

function select(values: Float32Array, keeps: (value: number) => boolean): Uint8Array {
  const mask = new Uint8Array(values.length);
  for (let index = 0; index < mask.length; index++) mask[index] = keeps(values[index]) ? 1 : 0;
  return mask;
}

/** The top half of the pixels, ties included (EZ-VSL, FNAC). */
export const halfEz: MaskRule = (map) => {
  const values = stretched(map);
  const threshold = values.toSorted()[Math.trunc(values.length * 0.5)];
  return select(values, (value) => value >= threshold);
};

/** As many top pixels as the ground truth has, less ties (SSLalignment's "adap"); half of them where it has none. */
export const alignAdaptive: MaskRule = (map, groundTruth) => {
  const values = stretched(map.map((value) => -value)).map((value) => 1 - value);
  const wanted = groundTruth.reduce((count, value) => count + (value !== 0 ? 1 : 0), 0);
  const threshold = values.toSorted()[values.length - (wanted || values.length >> 1)];
  return select(values, (value) => value > threshold);
};
