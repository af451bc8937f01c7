/**
 * Cuts a sound into windows of equal length for a network, one at a time, so that an hour needs no more memory than a
 * minute.
 */
import { LookhearError } from '../errors.ts';
import type { Sound } from './sound.ts';

export interface PatchOptions {
  /** Length of a window, seconds. */
  readonly seconds: number;
  /** From the beginning of one window to the next, seconds. */
  readonly hop: number;
  /**
   * What becomes of the end of a sound that no whole window from the last hop fits: `cover` (default) adds a window that
   * ends with the sound, `drop` leaves it out, as VGGish does.
   */
  readonly tail?: 'cover' | 'drop' | undefined;
}

export interface Patch {
  /** The part of the sound that is heard, in seconds; `end` is at most the length of the sound. */
  readonly start: number;
  readonly end: number;
  /** Always a whole window at the rate of the sound; a view of it where that is possible. */
  readonly samples: Float32Array;
}

/**
 * Windows in time order. Where the tail is covered the last one may overlap more than the others. A sound shorter
 * than one window is repeated until the window is full, because silence behind it would change what is heard.
 *
 * @throws LookhearError USAGE when an option is shorter than a sample, INPUT_EMPTY when the sound has no samples.
 */
export function* cutPatches(sound: Sound, options: PatchOptions): Generator<Patch> {
  const { samples, sampleRate } = sound;
  const length = toSamples('seconds', options.seconds, sampleRate);
  const hop = toSamples('hop', options.hop, sampleRate);
  if (samples.length === 0) throw new LookhearError('INPUT_EMPTY', 'The sound has no samples.');
  if (samples.length < length) {
    yield { start: 0, end: samples.length / sampleRate, samples: repeat(samples, length) };
    return;
  }
  const room = samples.length - length;
  const last = options.tail === 'drop' ? Math.floor(room / hop) * hop : room;
  for (let start = 0; ; start = Math.min(start + hop, last)) {
    const end = start + length;
    yield { start: start / sampleRate, end: end / sampleRate, samples: samples.subarray(start, end) };
    if (start === last) return;
  }
}

function toSamples(name: keyof PatchOptions, seconds: number, sampleRate: number): number {
  const samples = Math.round(seconds * sampleRate);
  if (!(samples >= 1 && samples < 2 ** 31)) {
    throw new LookhearError('USAGE', `Expected \`${name}\` in seconds and longer than a sample, got ${seconds}.`);
  }
  return samples;
}

function repeat(samples: Float32Array, length: number): Float32Array {
  const repeated = new Float32Array(length);
  for (let start = 0; start < length; start += samples.length) {
    repeated.set(samples.subarray(0, length - start), start);
  }
  return repeated;
}
