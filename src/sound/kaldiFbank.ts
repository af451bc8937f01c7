/**
 * Kaldi's log-mel filter banks, as the Audio Spectrogram Transformer hears them (Gong, Chung and Glass, "AST", 2021;
 * transformers' ASTFeatureExtractor): 16 kHz, 25 ms windows every 10 ms, only those that lie whole in the sound; the
 * mean of each window taken off, pre-emphasis 0.97, Hann window, power of 512 bins, triangles straight in mel from
 * 20 Hz to 8 kHz, natural logarithm.
 *
 * Unlike the front ends of logMel.ts, each window is prepared by itself, and the picture has a fixed number of windows:
 * a longer sound is cut, a shorter one followed by zeros. Those are zeros among the logarithms, as the network was
 * trained with, not silence, which is about -16.
 */
import { createRealFft } from './fft.ts';
import { melBands, sumBands } from './mel.ts';
import { resample } from './resample.ts';
import type { Sound } from './sound.ts';

/** Hertz. */
export const kaldiSampleRate = 16000;

const windowLength = 400;
const hopLength = 160;
const fftLength = 512;
const lowest = 20;
const preEmphasis = 0.97;
/** The least energy of a band: the epsilon of float32. */
const floor = 2 ** -23;

/** The defaults are those of AST on AudioSet. */
export interface AstOptions {
  /** Mel bands, 128 if not given. */
  readonly bands?: number;
  /** Windows in the picture, 1024 if not given: 10.24 s. */
  readonly frames?: number;
  /** The picture is (x - mean) / (2 deviation); -4.2677393 and 4.5689974 if not given. */
  readonly mean?: number;
  readonly deviation?: number;
}

export interface AstPicture {
  /** [frames, bands]. */
  readonly shape: readonly [number, number];
  readonly data: Float32Array;
}

/** What AST wants of a sound at any rate: its first `frames` windows, so a longer sound has to be cut into patches. */
export function astPicture(sound: Sound, options: AstOptions = {}): AstPicture {
  const { bands = 128, frames = 1024, mean = -4.2677393, deviation = 4.5689974 } = options;
  const samples = resample(sound.samples, sound.sampleRate, kaldiSampleRate);
  const used = samples.subarray(0, windowLength + (frames - 1) * hopLength);
  const data = new Float32Array(frames * bands);
  data.set(kaldiFbank(used, bands));
  for (let i = 0; i < data.length; i++) data[i] = (data[i] - mean) / (2 * deviation);
  return { shape: [frames, bands], data };
}

/**
 * @param samples At 16 kHz, full scale -1..1; not scaled to 16-bit integers, as Kaldi itself would have them.
 * @param bands Mel bands.
 * @returns logarithms, window after window; none where the sound is shorter than one
 */
export function kaldiFbank(samples: Float32Array, bands: number): Float32Array {
  const windows = samples.length < windowLength ? 0 : 1 + Math.floor((samples.length - windowLength) / hopLength);
  const triangles = melBands({
    sampleRate: kaldiSampleRate,
    fftLength,
    bands,
    lowest,
    highest: kaldiSampleRate / 2,
  });
  const fft = createRealFft(fftLength);
  const frame = new Float64Array(fftLength);
  const real = new Float64Array(fftLength / 2 + 1);
  const imaginary = new Float64Array(fftLength / 2 + 1);
  const row = new Float64Array(bands);
  const banks = new Float32Array(windows * bands);
  for (let w = 0; w < windows; w++) {
    cutWindow(samples.subarray(w * hopLength, w * hopLength + windowLength), frame);
    fft.transform(frame, real, imaginary);
    for (let k = 0; k < real.length; k++) real[k] = real[k] * real[k] + imaginary[k] * imaginary[k];
    sumBands(real, triangles, row);
    for (let band = 0; band < bands; band++) banks[w * bands + band] = Math.log(Math.max(row[band], floor));
  }
  return banks;
}

/** One window into the start of `frame`; the rest of it stays zero. */
function cutWindow(samples: Float32Array, frame: Float64Array): void {
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / windowLength;
  // The first sample has none before it and is taken to follow itself.
  let previous = samples[0] - mean;
  for (let n = 0; n < windowLength; n++) {
    const sample = samples[n] - mean;
    frame[n] = (sample - preEmphasis * previous) * hann[n];
    previous = sample;
  }
}

/** Begins and ends on zero. */
const hann = Float64Array.from(
  { length: windowLength },
  (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / (windowLength - 1)),
);
