/**
 * Changes the sample rate with a band-limited windowed sinc (J. O. Smith, "Digital Audio Resampling"), one small
 * filter for each phase that the two rates can have to each other. Kaiser window for 90 dB.
 *
 * - Down: what lies below 0.9 of the new Nyquist frequency passes within 0.01 dB, what lies above it is stopped by more
 *   than 80 dB, so nothing folds back.
 * - Up: the same up to 0.9 of the old Nyquist frequency; the mirror images of that band are stopped by more than 80 dB.
 *   The edge lies on the old Nyquist frequency, so that new samples that fall on old ones are exact copies.
 *
 * Output sample m sits at the time m / to. Before the first and after the last sample the sound is taken to be zero.
 */
import { LookhearError } from '../errors.ts';

export interface Resampler {
  /** Takes the next samples of the sound and returns those new samples that they complete; any length, also 0. */
  push(block: Float32Array): Float32Array;
  /** Returns the samples that were waiting for what comes after the end. */
  finish(): Float32Array;
}

/** Fraction of the lower Nyquist frequency that passes. */
const passband = 0.9;
/** For 90 dB: shape of the Kaiser window, and filter length in samples times transition width in cycles per sample. */
const kaiserBeta = 8.96;
const kaiserProduct = 5.72;
/** Coefficients kept for all phases together: 32 MB. */
const largestTable = 2 ** 23;
const blockLength = 65536;

/** Number of samples that `length` samples become. */
export function resampledLength(length: number, from: number, to: number): number {
  const { up, down } = design(from, to);
  return Math.ceil((length * up) / down);
}

/** The whole sound at once; the input itself when the rates are equal. */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const resampler = createResampler(from, to);
  const output = new Float32Array(resampledLength(samples.length, from, to));
  let filled = 0;
  for (let start = 0; start < samples.length; start += blockLength) {
    const block = resampler.push(samples.subarray(start, start + blockLength));
    output.set(block, filled);
    filled += block.length;
  }
  output.set(resampler.finish(), filled);
  return output;
}

/**
 * @param from Rate of the sound, a whole number of hertz.
 * @param to Rate wanted.
 * @throws LookhearError INPUT_UNSUPPORTED for rates that are not whole numbers from 1 up.
 */
export function createResampler(from: number, to: number): Resampler {
  const ratio = design(from, to);
  const { up, down, reach } = ratio;
  const taps = 2 * reach;
  const table = phaseTable(ratio);

  /** Samples from `reach - 1` before the next output sample on; zeros stand for what was before the sound. */
  let waiting = new Float32Array(4 * taps + blockLength);
  let held = reach - 1;
  let phase = 0;
  let received = 0;
  let sent = 0;

  function take(block: Float32Array): void {
    if (held + block.length > waiting.length) {
      const larger = new Float32Array(held + block.length + blockLength);
      larger.set(waiting.subarray(0, held));
      waiting = larger;
    }
    waiting.set(block, held);
    held += block.length;
  }

  /** Computes new samples while their filter lies within what is held, at most `limit` of them. */
  function drain(limit: number): Float32Array {
    const room = held - taps;
    const possible = room < 0 ? 0 : Math.floor(((room + 1) * up - 1 - phase) / down) + 1;
    const output = new Float32Array(Math.min(possible, limit));
    filter(waiting, output, table, ratio, phase);
    const moved = phase + output.length * down;
    phase = moved % up;
    const used = (moved - phase) / up;
    waiting.copyWithin(0, used, held);
    held -= used;
    sent += output.length;
    return output;
  }

  function push(block: Float32Array): Float32Array {
    received += block.length;
    take(block);
    return drain(Number.POSITIVE_INFINITY);
  }

  function finish(): Float32Array {
    take(new Float32Array(reach + Math.ceil(down / up)));
    return drain(Math.ceil((received * up) / down) - sent);
  }
  return { push, finish };
}

/**
 * Fills `output`; `samples` begins `reach - 1` before the first of them, which has the given phase. New samples of the
 * same phase come every `up` and are `down` old samples apart; they are done together because they share a filter.
 */
function filter(samples: Float32Array, output: Float32Array, table: Float32Array, ratio: Design, phase: number): void {
  const { up, down, reach } = ratio;
  for (let m = 0; m < up && m < output.length; m++) {
    const position = phase + m * down;
    const p = position % up;
    const base = (position - p) / up;
    if (p === 0 && up >= down) copy(samples, base + reach - 1, down, output, m, up);
    else convolve(samples, base, down, table.subarray(p * 2 * reach, (p + 1) * 2 * reach), output, m, up);
  }
}

function copy(samples: Float32Array, from: number, down: number, output: Float32Array, to: number, up: number): void {
  for (let m = to, i = from; m < output.length; m += up, i += down) output[m] = samples[i];
}

function convolve(
  samples: Float32Array,
  from: number,
  down: number,
  weights: Float32Array,
  output: Float32Array,
  to: number,
  up: number,
): void {
  let base = from;
  let m = to;
  // Four at a time: each weight is loaded once for all of them, and no addition waits for the one before it.
  for (; m + 3 * up < output.length; m += 4 * up, base += 4 * down) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let j = 0, i = base; j < weights.length; j++, i++) {
      const weight = weights[j];
      a += samples[i] * weight;
      b += samples[i + down] * weight;
      c += samples[i + 2 * down] * weight;
      d += samples[i + 3 * down] * weight;
    }
    output[m] = a;
    output[m + up] = b;
    output[m + 2 * up] = c;
    output[m + 3 * up] = d;
  }
  for (; m < output.length; m += up, base += down) {
    let sum = 0;
    for (let j = 0; j < weights.length; j++) sum += samples[base + j] * weights[j];
    output[m] = sum;
  }
}

interface Design {
  /** The rates are to each other as `down` (old) to `up` (new); there are `up` phases. */
  readonly up: number;
  readonly down: number;
  /** Half the length of the filter, in old samples; even. */
  readonly reach: number;
  /** Middle of the transition band, in cycles per old sample. */
  readonly cutoff: number;
}

function design(from: number, to: number): Design {
  for (const rate of [from, to]) {
    if (!Number.isInteger(rate) || rate < 1) {
      throw new LookhearError('INPUT_UNSUPPORTED', `Expected a sample rate in whole hertz, got ${rate}.`);
    }
  }
  const nyquist = 0.5 * Math.min(1, to / from);
  const stopband = from > to ? 1 : 2 - passband;
  const reach = 2 * Math.ceil(kaiserProduct / (nyquist * (stopband - passband)) / 4);
  const cutoff = (nyquist * (passband + stopband)) / 2;
  // Only unusual high rates (prime numbers above 70 kHz and the like) have more phases than the table holds. The
  // nearest ratio that fits is wrong by less than 15 millionths, less than the clocks of sound cards are.
  const [down, up] = nearestRatio(from, to, Math.max(1, Math.floor(largestTable / (2 * reach))));
  return { up, down, reach, cutoff };
}

/** The fraction nearest to a/b with a denominator of at most `largest`, by continued fractions. */
function nearestRatio(a: number, b: number, largest: number): readonly [number, number] {
  let [p0, q0, p1, q1] = [0, 1, 1, 0];
  let [n, d] = [a, b];
  while (d !== 0) {
    const whole = Math.floor(n / d);
    if (q0 + whole * q1 > largest) {
      const k = Math.floor((largest - q0) / q1);
      const between: readonly [number, number] = [p0 + k * p1, q0 + k * q1];
      const isNearer = Math.abs(between[0] / between[1] - a / b) < Math.abs(p1 / q1 - a / b);
      return isNearer ? between : [p1, q1];
    }
    [p0, q0, p1, q1] = [p1, q1, p0 + whole * p1, q0 + whole * q1];
    [n, d] = [d, n - whole * d];
  }
  return [p1, q1];
}

/** Row p holds the filter for a new sample that lies p / phases of an old sample after an old sample. */
function phaseTable({ up: phases, reach, cutoff }: Design): Float32Array {
  const taps = 2 * reach;
  const table = new Float32Array(phases * taps);
  const row = new Float64Array(taps);
  for (let p = 0; p < phases; p++) {
    let sum = 0;
    for (let j = 0; j < taps; j++) {
      const distance = p / phases + reach - 1 - j;
      row[j] = sinc(2 * cutoff * distance) * kaiser(distance / reach);
      sum += row[j];
    }
    // A constant stays exactly that constant in every phase.
    for (let j = 0; j < taps; j++) table[p * taps + j] = row[j] / sum;
  }
  return table;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Kaiser window at -1..1, up to a factor. */
function kaiser(x: number): number {
  const argument = (kaiserBeta * kaiserBeta * Math.max(0, 1 - x * x)) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= argument / (k * k);
    sum += term;
  }
  return sum;
}
