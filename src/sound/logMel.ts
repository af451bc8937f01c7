/**
 * Log-mel pictures of a sound, as published networks want them: cut the sound in short overlapping windows, take the
 * spectrum of each, sum it into mel bands, take the logarithm. Three front ends, one table:
 *
 * - `vggish` (tensorflow/models, audioset/vggish): 16 kHz, 25 ms windows every 10 ms, magnitude, 64 bands from 125 to
 *   7500 Hz, ln(x + 0.01); patches of 96 windows that do not overlap, an incomplete one is dropped.
 * - `yamnet` (tensorflow/models, audioset/yamnet): the same with ln(x + 0.001) and a patch every 48 windows; the sound
 *   is filled up with zeros so that none of it is dropped.
 * - `mn04` (fschmid56/EfficientAT): 32 kHz, pre-emphasis 0.97, 25 ms windows every 10 ms, centred on their time and
 *   reflected at both ends, power, 128 bands from 0 to 15,000 Hz, (ln(x + 0.00001) + 4.5) / 5.
 */
import { createRealFft } from './fft.ts';
import { melBands, sumBands } from './mel.ts';
import { resample } from './resample.ts';
import type { Sound } from './sound.ts';

export type FrontEndName = 'vggish' | 'yamnet' | 'mn04';

export interface FrontEnd {
  /** Hertz; a sound at another rate is resampled first. */
  readonly sampleRate: number;
  /** Samples. */
  readonly windowLength: number;
  readonly hopLength: number;
  readonly fftLength: number;
  /** Hann window: `periodic` divides the turn by the length, `symmetric` by the length less one. */
  readonly window: 'periodic' | 'symmetric';
  /** y[n] = x[n + 1] - preEmphasis x[n], which is one sample shorter; 0 leaves the sound as it is. */
  readonly preEmphasis: number;
  /** Whether the first window is centred on the first sample, with the sound reflected at both ends. */
  readonly centred: boolean;
  readonly spectrum: 'magnitude' | 'power';
  readonly bands: number;
  /** Hertz. */
  readonly lowest: number;
  readonly highest: number;
  /** The value is (ln(x + logOffset) + shift) / divisor. */
  readonly logOffset: number;
  readonly shift: number;
  readonly divisor: number;
  /** Windows in a patch and from one patch to the next; without it the picture is one piece. */
  readonly patch?: { readonly length: number; readonly hop: number; readonly fillUp: boolean };
}

const vggish: FrontEnd = {
  sampleRate: 16000,
  windowLength: 400,
  hopLength: 160,
  fftLength: 512,
  window: 'periodic',
  preEmphasis: 0,
  centred: false,
  spectrum: 'magnitude',
  bands: 64,
  lowest: 125,
  highest: 7500,
  logOffset: 0.01,
  shift: 0,
  divisor: 1,
  patch: { length: 96, hop: 96, fillUp: false },
};

export const frontEnds: Readonly<Record<FrontEndName, FrontEnd>> = {
  vggish,
  yamnet: { ...vggish, logOffset: 0.001, patch: { length: 96, hop: 48, fillUp: true } },
  mn04: {
    sampleRate: 32000,
    windowLength: 800,
    hopLength: 320,
    fftLength: 1024,
    window: 'symmetric',
    preEmphasis: 0.97,
    centred: true,
    spectrum: 'power',
    bands: 128,
    lowest: 0,
    highest: 15000,
    logOffset: 1e-5,
    shift: 4.5,
    divisor: 5,
  },
};

export interface LogMel {
  /** [patches, windows, bands] with patches, [bands, windows] without; a sound too short for one gives 0 of them. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The log-mel picture of a sound at any rate. The golden vectors agree to 1e-4. */
export function logMel(name: FrontEndName, sound: Sound): LogMel {
  const frontEnd = frontEnds[name];
  const samples = resample(sound.samples, sound.sampleRate, frontEnd.sampleRate);
  return frontEnd.patch === undefined ? inOnePiece(frontEnd, samples) : inPatches(frontEnd, frontEnd.patch, samples);
}

function inOnePiece(frontEnd: FrontEnd, samples: Float32Array): LogMel {
  const { bands, hopLength } = frontEnd;
  const prepared = prepare(frontEnd, samples);
  const windows = countWindows(frontEnd, prepared);
  const data = new Float32Array(bands * windows);
  const row = new Float64Array(bands);
  const analyse = analysisOf(frontEnd);
  // Some windows at a time, because writing one number into each of 128 distant places is slow.
  const together = 16;
  const rows = new Float32Array(together * bands);
  for (let begin = 0; begin < windows; begin += together) {
    const count = Math.min(together, windows - begin);
    for (let w = 0; w < count; w++) {
      analyse(prepared, (begin + w) * hopLength, row);
      rows.set(row, w * bands);
    }
    for (let band = 0; band < bands; band++) {
      for (let w = 0; w < count; w++) data[band * windows + begin + w] = rows[w * bands + band];
    }
  }
  return { shape: [bands, windows], data };
}

function inPatches(frontEnd: FrontEnd, patch: NonNullable<FrontEnd['patch']>, samples: Float32Array): LogMel {
  const prepared = prepare(frontEnd, patch.fillUp ? fillUp(frontEnd, patch, samples) : samples);
  const windows = countWindows(frontEnd, prepared);
  const patches = windows < patch.length ? 0 : 1 + Math.floor((windows - patch.length) / patch.hop);
  const size = patch.length * frontEnd.bands;
  const data = new Float32Array(patches * size);
  const row = new Float64Array(frontEnd.bands);
  const analyse = analysisOf(frontEnd);
  for (let w = 0; w < (patches - 1) * patch.hop + patch.length; w++) {
    analyse(prepared, w * frontEnd.hopLength, row);
    // Where patches overlap, one window belongs to several of them.
    const last = Math.min(patches - 1, Math.floor(w / patch.hop));
    for (let p = last; p >= 0 && w - p * patch.hop < patch.length; p--) {
      data.set(row, p * size + (w - p * patch.hop) * frontEnd.bands);
    }
  }
  return { shape: [patches, patch.length, frontEnd.bands], data };
}

/** Zeros at the end, until at least one patch is complete and the last patch ends with the sound. */
function fillUp(frontEnd: FrontEnd, patch: NonNullable<FrontEnd['patch']>, samples: Float32Array): Float32Array {
  const needed = (patch.length - 1) * frontEnd.hopLength + frontEnd.windowLength;
  const hop = patch.hop * frontEnd.hopLength;
  const more = Math.max(0, Math.ceil((samples.length - needed) / hop));
  const filled = new Float32Array(needed + more * hop);
  filled.set(samples);
  return filled;
}

/** Pre-emphasis and reflection; windows then begin at multiples of the hop. */
function prepare(frontEnd: FrontEnd, samples: Float32Array): Float32Array {
  const { preEmphasis, centred, fftLength } = frontEnd;
  if (!centred && preEmphasis === 0) return samples;
  const length = preEmphasis === 0 ? samples.length : Math.max(0, samples.length - 1);
  if (length === 0) return new Float32Array(0);
  const margin = centred ? fftLength / 2 : 0;
  const prepared = new Float32Array(length + 2 * margin);
  if (preEmphasis === 0) prepared.set(samples, margin);
  else for (let i = 0; i < length; i++) prepared[margin + i] = samples[i + 1] - preEmphasis * samples[i];
  for (let i = 1; i <= margin; i++) {
    prepared[margin - i] = prepared[margin + reflect(-i, length)];
    prepared[margin + length - 1 + i] = prepared[margin + reflect(length - 1 + i, length)];
  }
  return prepared;
}

/** The index that mirrors at both ends, without repeating the end itself, as often as needed. */
function reflect(index: number, length: number): number {
  const period = 2 * (length - 1);
  if (period === 0) return 0;
  const place = ((index % period) + period) % period;
  return place < length ? place : period - place;
}

/** A centred front end sees its windows inside the whole transform length, others need only the window itself. */
function countWindows(frontEnd: FrontEnd, prepared: Float32Array): number {
  const needed = frontEnd.centred ? frontEnd.fftLength : frontEnd.windowLength;
  return prepared.length < needed ? 0 : 1 + Math.floor((prepared.length - needed) / frontEnd.hopLength);
}

type Analysis = (samples: Float32Array, start: number, row: Float64Array) => void;

/** Made once for each front end: its tables cost as much as the analysis of seconds of sound. */
const analyses = new Map<FrontEnd, Analysis>();

function analysisOf(frontEnd: FrontEnd): Analysis {
  const known = analyses.get(frontEnd) ?? createAnalysis(frontEnd);
  analyses.set(frontEnd, known);
  return known;
}

/** Log-mel values of the window that begins at `start`. All work arrays are made once. */
function createAnalysis(frontEnd: FrontEnd): Analysis {
  const { windowLength, fftLength, bands, logOffset, shift, divisor } = frontEnd;
  const fft = createRealFft(fftLength);
  const window = hann(windowLength, frontEnd.window);
  const margin = frontEnd.centred ? (fftLength - windowLength) / 2 : 0;
  const frame = new Float64Array(fftLength);
  const real = new Float64Array(fftLength / 2 + 1);
  const imaginary = new Float64Array(fftLength / 2 + 1);
  const mel = melBands(frontEnd);

  return (samples, begin, row) => {
    applyWindow(samples, begin + margin, window, frame, margin);
    fft.transform(frame, real, imaginary);
    power(real, imaginary);
    if (frontEnd.spectrum === 'magnitude') squareRoot(real);
    sumBands(real, mel, row);
    for (let band = 0; band < bands; band++) row[band] = (Math.log(row[band] + logOffset) + shift) / divisor;
  };
}

// The loops below are functions of their own because the engine then keeps every array in a register.

function applyWindow(samples: Float32Array, from: number, window: Float64Array, frame: Float64Array, to: number): void {
  for (let n = 0; n < window.length; n++) frame[to + n] = samples[from + n] * window[n];
}

function power(real: Float64Array, imaginary: Float64Array): void {
  for (let k = 0; k < real.length; k++) real[k] = real[k] * real[k] + imaginary[k] * imaginary[k];
}

function squareRoot(values: Float64Array): void {
  for (let k = 0; k < values.length; k++) values[k] = Math.sqrt(values[k]);
}

function hann(length: number, kind: 'periodic' | 'symmetric'): Float64Array {
  const turn = kind === 'periodic' ? length : length - 1;
  return Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / turn));
}
