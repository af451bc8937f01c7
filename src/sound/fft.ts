/**
 * Fourier transform of real samples, for the short windows of a log-mel picture. A real transform of N samples is done
 * as a complex one of N/2 (even samples as real parts, odd ones as imaginary parts) and then taken apart. The
 * complex one is decimation in time in steps of four, with a first step of two when N/2 is not a power of four: half
 * the memory traffic of steps of two, which is what counts here. Double precision; all sines are computed once.
 */

export interface RealFft {
  /** Number of samples of the input, a power of two. */
  readonly length: number;
  /**
   * Writes the bins 0..length/2 (so length/2 + 1 numbers) of sum x[n] exp(-2 pi i k n / length) into `real` and
   * `imaginary`. `input` is left as it is.
   */
  transform(input: Float64Array, real: Float64Array, imaginary: Float64Array): void;
}

/** @throws RangeError when `length` is not a power of two from 8 up. */
export function createRealFft(length: number): RealFft {
  if (length < 8 || (length & (length - 1)) !== 0) {
    throw new RangeError(`Expected a transform length that is a power of two from 8 up, got ${length}.`);
  }
  const half = length / 2;
  const order = digitReversal(half);
  /** cos and sin of 2 pi k / length, in pairs. */
  const circle = new Float64Array(2 * length);
  for (let k = 0; k < length; k++) {
    circle[2 * k] = Math.cos((2 * Math.PI * k) / length);
    circle[2 * k + 1] = Math.sin((2 * Math.PI * k) / length);
  }
  /** Real and imaginary parts in pairs. */
  const work = new Float64Array(length);

  function transform(input: Float64Array, real: Float64Array, imaginary: Float64Array): void {
    let span = Math.log2(half) % 2 === 1 ? firstStepOfTwo(input, order, work) : firstStepOfFour(input, order, work);
    for (; span < half; span *= 4) stepOfFour(work, circle, span);
    separate(work, circle, real, imaginary);
  }
  return { length, transform };
}

/** Loads the samples in reversed order and joins them in twos. Returns the length of the transforms done so far. */
function firstStepOfTwo(input: Float64Array, order: Int32Array, work: Float64Array): number {
  for (let i = 0; i < order.length; i += 2) {
    const a = order[i];
    const b = order[i + 1];
    const o = 2 * i;
    work[o] = input[a] + input[b];
    work[o + 1] = input[a + 1] + input[b + 1];
    work[o + 2] = input[a] - input[b];
    work[o + 3] = input[a + 1] - input[b + 1];
  }
  return 2;
}

/** The same in fours; the factors of this step are all 1 and -i, so nothing is multiplied. */
function firstStepOfFour(input: Float64Array, order: Int32Array, work: Float64Array): number {
  for (let i = 0; i < order.length; i += 4) {
    const a = order[i];
    const b = order[i + 1];
    const c = order[i + 2];
    const d = order[i + 3];
    const acRe = input[a] + input[c];
    const acIm = input[a + 1] + input[c + 1];
    const aMinusCRe = input[a] - input[c];
    const aMinusCIm = input[a + 1] - input[c + 1];
    const bdRe = input[b] + input[d];
    const bdIm = input[b + 1] + input[d + 1];
    const bMinusDRe = input[b] - input[d];
    const bMinusDIm = input[b + 1] - input[d + 1];
    const o = 2 * i;
    work[o] = acRe + bdRe;
    work[o + 1] = acIm + bdIm;
    work[o + 2] = aMinusCRe + bMinusDIm;
    work[o + 3] = aMinusCIm - bMinusDRe;
    work[o + 4] = acRe - bdRe;
    work[o + 5] = acIm - bdIm;
    work[o + 6] = aMinusCRe - bMinusDIm;
    work[o + 7] = aMinusCIm + bMinusDRe;
  }
  return 4;
}

/** Joins four transforms of `span` points into one, all through `work`. */
function stepOfFour(work: Float64Array, circle: Float64Array, span: number): void {
  const stride = circle.length / (4 * span);
  for (let start = 0; start < work.length; start += 8 * span) {
    for (let k = 0; k < span; k++) {
      const w = k * stride;
      const a = start + 2 * k;
      const b = a + 2 * span;
      const c = b + 2 * span;
      const d = c + 2 * span;
      const bRe = work[b] * circle[w] + work[b + 1] * circle[w + 1];
      const bIm = work[b + 1] * circle[w] - work[b] * circle[w + 1];
      const cRe = work[c] * circle[2 * w] + work[c + 1] * circle[2 * w + 1];
      const cIm = work[c + 1] * circle[2 * w] - work[c] * circle[2 * w + 1];
      const dRe = work[d] * circle[3 * w] + work[d + 1] * circle[3 * w + 1];
      const dIm = work[d + 1] * circle[3 * w] - work[d] * circle[3 * w + 1];
      const acRe = work[a] + cRe;
      const acIm = work[a + 1] + cIm;
      const aMinusCRe = work[a] - cRe;
      const aMinusCIm = work[a + 1] - cIm;
      const bdRe = bRe + dRe;
      const bdIm = bIm + dIm;
      const bMinusDRe = bRe - dRe;
      const bMinusDIm = bIm - dIm;
      work[a] = acRe + bdRe;
      work[a + 1] = acIm + bdIm;
      work[b] = aMinusCRe + bMinusDIm;
      work[b + 1] = aMinusCIm - bMinusDRe;
      work[c] = acRe - bdRe;
      work[c + 1] = acIm - bdIm;
      work[d] = aMinusCRe - bMinusDIm;
      work[d + 1] = aMinusCIm + bMinusDRe;
    }
  }
}

/** Takes the transforms of the even and the odd samples apart and joins them to the one of all samples. */
function separate(work: Float64Array, circle: Float64Array, real: Float64Array, imaginary: Float64Array): void {
  const half = work.length / 2;
  for (let k = 0; k <= half / 2; k++) {
    const a = 2 * k;
    const b = 2 * ((half - k) % half);
    const evenRe = 0.5 * (work[a] + work[b]);
    const evenIm = 0.5 * (work[a + 1] - work[b + 1]);
    const oddRe = 0.5 * (work[a + 1] + work[b + 1]);
    const oddIm = 0.5 * (work[b] - work[a]);
    const turnedRe = oddRe * circle[a] + oddIm * circle[a + 1];
    const turnedIm = oddIm * circle[a] - oddRe * circle[a + 1];
    real[k] = evenRe + turnedRe;
    imaginary[k] = evenIm + turnedIm;
    real[half - k] = evenRe - turnedRe;
    imaginary[half - k] = turnedIm - evenIm;
  }
}

/** For every place of the work array, where its pair of samples begins in the input. */
function digitReversal(size: number): Int32Array {
  const order = new Int32Array(size);
  function fill(place: number, sample: number, stride: number, count: number): void {
    if (count === 1) {
      order[place] = 2 * sample;
      return;
    }
    const radix = count === 2 ? 2 : 4;
    const part = count / radix;
    for (let q = 0; q < radix; q++) fill(place + q * part, sample + q * stride, stride * radix, part);
  }
  fill(0, 0, 1, size);
  return order;
}
