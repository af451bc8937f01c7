/**
 * Separable filtering: every output row and column is a weighted mean of a short run of input rows and columns. Resizing
 * and blurring are both this, with different weights. Rows are filtered horizontally as they are first needed and kept
 * only while an output row still uses them, so the memory beside the result is a few rows whatever the size.
 */

/** For each output cell, the first input cell it uses and the weights (which add up to 1) from there on. */
export interface Taps {
  /** First input cell, one an output cell; never falls from one output cell to the next. */
  readonly starts: Int32Array;
  /** How many input cells, one an output cell. */
  readonly counts: Int32Array;
  /** Weights, `stride` an output cell. */
  readonly weights: Float64Array;
  readonly stride: number;
}

/**
 * Taps of a symmetric kernel. Input cell i covers [i, i+1), so its centre is i + 0.5; cells outside the input are left
 * out and the remaining weights scaled to add up to 1.
 * @param length number of output cells
 * @param inputLength number of input cells
 * @param halfWidth of the kernel, in input cells
 * @param centre where output cell `index` lies, in input cells
 * @param kernel weight at a distance in input cells
 */
export function kernelTaps(
  length: number,
  inputLength: number,
  halfWidth: number,
  centre: (index: number) => number,
  kernel: (distance: number) => number,
): Taps {
  const stride = Math.min(inputLength, 2 * Math.ceil(halfWidth) + 1);
  const starts = new Int32Array(length);
  const counts = new Int32Array(length);
  const weights = new Float64Array(length * stride);
  for (let index = 0; index < length; index++) {
    const middle = centre(index);
    const start = Math.max(0, Math.floor(middle - halfWidth + 0.5));
    const end = Math.min(inputLength, Math.floor(middle + halfWidth + 0.5), start + stride);
    let sum = 0;
    for (let cell = start; cell < end; cell++) {
      const weight = kernel(cell + 0.5 - middle);
      weights[index * stride + cell - start] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < end - start; tap++) weights[index * stride + tap] /= sum;
    starts[index] = start;
    counts[index] = end - start;
  }
  return { starts, counts, weights, stride };
}

/**
 * Filters interleaved rows of 1 or 3 channels into float32 planes.
 * @param source row by row, channels interleaved; its row length in cells is `sourceWidth`
 * @returns [channels, vertical.starts.length, horizontal.starts.length], in the units of the source, not rounded
 */
export function filterSeparably(
  source: Uint8Array | Float32Array,
  sourceWidth: number,
  channels: 1 | 3,
  horizontal: Taps,
  vertical: Taps,
): Float32Array<ArrayBuffer> {
  const width = horizontal.starts.length;
  const height = vertical.starts.length;
  const planes = new Float32Array(channels * height * width);
  const filterRow = channels === 3 ? filterRowOfThree : filterRowOfOne;
  // A filtered row stays in slot (row modulo the number of slots) until no later output row can need it.
  const slots = Array.from({ length: vertical.stride }, () => new Float32Array(channels * width));
  const sums = new Float64Array(width);
  let nextRow = 0;
  for (let y = 0; y < height; y++) {
    const start = vertical.starts[y];
    const count = vertical.counts[y];
    for (nextRow = Math.max(nextRow, start); nextRow < start + count; nextRow++) {
      filterRow(source, nextRow * sourceWidth * channels, horizontal, slots[nextRow % slots.length]);
    }
    for (let channel = 0; channel < channels; channel++) {
      const target = planes.subarray((channel * height + y) * width, (channel * height + y + 1) * width);
      const rowAt = (tap: number) =>
        slots[(start + tap) % slots.length].subarray(channel * width, (channel + 1) * width);
      const weights = vertical.weights.subarray(y * vertical.stride, y * vertical.stride + count);
      if (count === 2) {
        mixTwo(target, rowAt(0), weights[0], rowAt(1), weights[1]);
        continue;
      }
      sums.fill(0);
      for (let tap = 0; tap < count; tap++) addScaled(sums, rowAt(tap), weights[tap]);
      target.set(sums);
    }
  }
  return planes;
}

// Sums are float64 so that rounding to float32 cannot carry a mean outside the range of what it is the mean of.
function addScaled(sums: Float64Array, row: Float32Array, weight: number): void {
  for (let x = 0; x < sums.length; x++) sums[x] += weight * row[x];
}

// Every row of an enlarged map is this: three times as fast as through the sums.
function mixTwo(target: Float32Array, first: Float32Array, share: number, second: Float32Array, rest: number): void {
  for (let x = 0; x < target.length; x++) target[x] = share * first[x] + rest * second[x];
}

function filterRowOfOne(source: Uint8Array | Float32Array, offset: number, taps: Taps, target: Float32Array): void {
  const { starts, counts, weights, stride } = taps;
  for (let x = 0; x < target.length; x++) {
    const first = offset + starts[x];
    let sum = 0;
    for (let tap = 0, count = counts[x]; tap < count; tap++) sum += weights[x * stride + tap] * source[first + tap];
    target[x] = sum;
  }
}

function filterRowOfThree(source: Uint8Array | Float32Array, offset: number, taps: Taps, target: Float32Array): void {
  const { starts, counts, weights, stride } = taps;
  const width = starts.length;
  for (let x = 0; x < width; x++) {
    let from = offset + 3 * starts[x];
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let tap = x * stride, end = tap + counts[x]; tap < end; tap++, from += 3) {
      const weight = weights[tap];
      red += weight * source[from];
      green += weight * source[from + 1];
      blue += weight * source[from + 2];
    }
    target[x] = red;
    target[x + width] = green;
    target[x + 2 * width] = blue;
  }
}
