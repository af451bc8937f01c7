/**
 * How loud a stretch of sound is, and whether there is anything to hear at all.
 *
 * Levels are in dBFS as plain RMS: 20 log10 of the root mean square with full scale 1, so a full-scale sine has
 * -3.01 dBFS and digital silence -Infinity. The mean is taken off first, because a constant offset of a recorder is not
 * heard.
 */
import type { Sound } from './sound.ts';

/** A quiet room recorded with a phone lies at about -55 to -65 dBFS, the noise of 16 bits at -98. */
export const silenceThreshold = -60;

/** RMS level of the samples from `start` up to `end`, in dBFS. */
export function loudness(samples: Float32Array, start = 0, end = samples.length): number {
  if (end <= start) return Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = start; i < end; i++) sum += samples[i];
  const mean = sum / (end - start);
  let squares = 0;
  for (let i = start; i < end; i++) squares += (samples[i] - mean) * (samples[i] - mean);
  return 10 * Math.log10(squares / (end - start));
}

/**
 * Whether no tenth of a second is louder than `threshold` dBFS. The loudest part decides, so that one clap in a quiet
 * minute is heard.
 */
export function isSilent(sound: Sound, threshold = silenceThreshold): boolean {
  const length = Math.max(1, Math.round(sound.sampleRate / 10));
  for (let start = 0; start < sound.samples.length; start += length) {
    if (loudness(sound.samples, start, Math.min(start + length, sound.samples.length)) > threshold) return false;
  }
  return true;
}
