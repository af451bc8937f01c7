/**
 * Sound fingerprint: a word of 32 bits every 32 ms that tells a recording from all others, and stays nearly the same
 * when it is made louder, compressed, resampled or cut (J. Haitsma, T. Kalker, "A Highly Robust Audio Fingerprinting
 * System", ISMIR 2002). As there: 33 bands from 300 to 2000 Hz, equally wide to the ear; windows of 0.37 s; bit m says
 * whether the difference in energy between bands m and m + 1 has grown since an earlier window.
 *
 * Two changes, so that a list of many recordings is small. Windows that are compared lie 192 ms apart, not 12, which
 * makes neighbouring words differ; and a list keeps every sixth word only. What is looked up has them all, so one of
 * them lies within 16 ms of each that was kept, wherever either of the two recordings begins.
 *
 * A word is 0 where nothing is to be compared: in silence, in a steady tone.
 */
import { createRealFft } from './fft.ts';
import { resample } from './resample.ts';
import type { Sound } from './sound.ts';

/** Hertz; the paper's is 5512. This one makes a small filter with all usual rates. */
const sampleRate = 5500;
const windowLength = 2048;
const bits = 32;
const lowest = 300;
const highest = 2000;
const hopLength = 176;
/** From one window to the one that it is compared with, in hops. */
const lag = 6;

/** Of the words, a list keeps one of so many. */
export const thinning = 6;

/** Fewer than this of the bits being clear, a word says nothing. */
const leastClearBits = 16;
/** A bit is clear where the change is more than this share of the energy in its two bands ... */
const clearShareOfBands = 0.02;
/** ... and more than this share of the energy in all of them: less is lost in compression. */
const clearShareOfAll = 1e-5;
/** Energy of a window, full scale being about 1, that is still a sound: -90 dB. */
const faintest = 1e-9;

/** First bin of each band, and the end of the last. */
const bandEdges = Int32Array.from({ length: bits + 2 }, (_, band) =>
  Math.round((lowest * (highest / lowest) ** (band / (bits + 1)) * windowLength) / sampleRate),
);
const window = Float64Array.from(
  { length: windowLength },
  (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / windowLength),
);
const fft = createRealFft(windowLength);

/** All words in time order, of a sound at any rate; none where it is shorter than 0.6 s. */
export function fingerprint(sound: Sound): Uint32Array<ArrayBuffer> {
  const samples = resample(sound.samples, sound.sampleRate, sampleRate);
  const windows = Math.max(0, 1 + Math.floor((samples.length - windowLength) / hopLength));
  const words = new Uint32Array(Math.max(0, windows - lag));
  const earlier: Float64Array[] = [];
  for (let index = 0; index < windows; index++) {
    const energies = bandEnergies(samples, index * hopLength);
    if (index >= lag) words[index - lag] = wordOf(earlier[index % lag], energies);
    earlier[index % lag] = energies;
  }
  return words;
}

/** Every sixth word, as lists keep them. */
export function thinFingerprint(words: Uint32Array): Uint32Array<ArrayBuffer> {
  return Uint32Array.from({ length: Math.ceil(words.length / thinning) }, (_, index) => words[thinning * index]);
}

function bandEnergies(samples: Float32Array, start: number): Float64Array {
  const frame = new Float64Array(windowLength);
  const real = new Float64Array(windowLength / 2 + 1);
  const imaginary = new Float64Array(windowLength / 2 + 1);
  for (let n = 0; n < windowLength; n++) frame[n] = samples[start + n] * window[n];
  fft.transform(frame, real, imaginary);
  const energies = new Float64Array(bits + 1);
  const scale = (windowLength / 4) ** -2;
  for (let band = 0; band <= bits; band++) {
    for (let k = bandEdges[band]; k < bandEdges[band + 1]; k++) {
      energies[band] += scale * (real[k] * real[k] + imaginary[k] * imaginary[k]);
    }
  }
  return energies;
}

function wordOf(before: Float64Array, after: Float64Array): number {
  let all = 0;
  for (let band = 0; band <= bits; band++) all += before[band] + after[band];
  if (all < faintest) return 0;
  let word = 0;
  let clear = 0;
  for (let m = 0; m < bits; m++) {
    const change = after[m] - after[m + 1] - (before[m] - before[m + 1]);
    const here = after[m] + after[m + 1] + before[m] + before[m + 1];
    if (change > 0) word |= 1 << m;
    if (Math.abs(change) > Math.max(clearShareOfBands * here, clearShareOfAll * all)) clear++;
  }
  return clear < leastClearBits ? 0 : word >>> 0;
}
