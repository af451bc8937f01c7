/** Softmax and sigmoid on what comes out of a network that leaves them to its user. */

/** Over `count` values that lie `step` apart; in place. */
export function softmaxInPlace(values: Float32Array, start: number, count: number, step: number): void {
  let largest = -Infinity;
  for (let index = 0; index < count; index++) largest = Math.max(largest, values[start + index * step]);
  let total = 0;
  for (let index = 0; index < count; index++) {
    const at = start + index * step;
    values[at] = Math.exp(values[at] - largest);
    total += values[at];
  }
  for (let index = 0; index < count; index++) values[start + index * step] /= total;
}

/**
 * @param values [channels, places], turned into probabilities in place: over the channels, or each by itself
 */
export function activate(
  values: Float32Array,
  channels: number,
  activation: 'softmax' | 'sigmoid' | undefined,
): Float32Array {
  if (activation === 'sigmoid') {
    for (let index = 0; index < values.length; index++) values[index] = 1 / (1 + Math.exp(-values[index]));
  }
  if (activation === 'softmax') {
    const places = values.length / channels;
    for (let place = 0; place < places; place++) softmaxInPlace(values, place, channels, places);
  }
  return values;
}
