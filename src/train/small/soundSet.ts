/**
 * Sounds for training: the clips of the training folder as patches of the length that the model hears, and patches made
 * of them. Several classes come from one source, so level, bandwidth and background are changed at random, or the
 * network would learn the source. Noises, hums and tones teach it what no label makes.
 */
import { join } from 'node:path';
import type { SoundRow } from '../../data/manifests.ts';
import type { Random } from '../../layers/random.ts';
import { readSound } from '../../media/readSound.ts';
import { resample } from '../../sound/resample.ts';
import type { Sound } from '../../sound/sound.ts';
import { labels, soundIndex } from './labels.ts';

export const patchSeconds = 5;
export const hopSeconds = 2.5;
const sampleRate = 16000;
const patchSamples = patchSeconds * sampleRate;

/** Index of "a sound of no label" in the sound network's output. */
export const other = labels.length;
export const soundClassCount = labels.length + 1;

export const classOf = (row: SoundRow): number => soundIndex.get(row.class) ?? other;

export async function loadSound(folder: string, row: SoundRow): Promise<Sound> {
  return readSound(join(folder, 'sounds', row.file));
}

/** A patch cut at random from a sound that is repeated for as long as needed, as short sounds are in use. */
export function randomPatch({ samples }: Sound, random: Random): Float32Array {
  const patch = new Float32Array(patchSamples);
  const start =
    samples.length > patchSamples
      ? Math.floor(random() * (samples.length - patchSamples))
      : Math.floor(random() * samples.length);
  for (let index = 0; index < patchSamples; index++) patch[index] = samples[(start + index) % samples.length];
  return patch;
}

/** Changes bandwidth, background and level of a patch. */
export function disturb(patch: Float32Array, random: Random): Float32Array {
  let result = patch;
  if (random() < 0.35) result = limitBandwidth(result, 4000 + 9000 * random());
  if (random() < 0.5) result = addNoise(result, noise(random), 3 + 27 * random());
  const gain = 10 ** ((-24 + 30 * random()) / 20);
  return result.map((sample) => Math.max(-1, Math.min(1, sample * gain)));
}

/** Removes what lies above half the given rate, by resampling there and back. */
function limitBandwidth(patch: Float32Array, rate: number): Float32Array {
  const low = Math.round(rate / 1000) * 1000;
  if (low >= sampleRate) return patch;
  const back = resample(resample(patch, sampleRate, low), low, sampleRate);
  const result = new Float32Array(patch.length);
  result.set(back.subarray(0, patch.length));
  return result;
}

function addNoise(patch: Float32Array, background: Float32Array, decibels: number): Float32Array {
  const power = (samples: Float32Array): number =>
    samples.reduce((total, sample) => total + sample * sample, 0) + 1e-12;
  const gain = Math.sqrt(power(patch) / power(background)) / 10 ** (decibels / 20);
  return patch.map((sample, index) => sample + gain * background[index]);
}

/** White, pink or brown noise, a hum, tones or a sweep, at a random level: sounds that no label makes. */
export function noise(random: Random): Float32Array {
  const kind = Math.floor(random() * 6);
  const samples = kind < 3 ? colouredNoise(kind, random) : periodic(kind, random);
  const peak = samples.reduce((largest, sample) => Math.max(largest, Math.abs(sample)), 1e-9);
  const level = 10 ** ((-50 + 48 * random()) / 20) / peak;
  return samples.map((sample) => sample * level);
}

/** Kind 0 white, 1 pink (the sum of three filtered noises), 2 brown (integrated). */
function colouredNoise(kind: number, random: Random): Float32Array {
  const samples = new Float32Array(patchSamples);
  let [slow, middle, fast, integral] = [0, 0, 0, 0];
  for (let index = 0; index < samples.length; index++) {
    const white = 2 * random() - 1;
    slow = 0.997 * slow + 0.029 * white;
    middle = 0.985 * middle + 0.032 * white;
    fast = 0.95 * fast + 0.048 * white;
    integral = 0.999 * integral + white;
    samples[index] = [white, slow + middle + fast + 0.05 * white, integral][kind];
  }
  return samples;
}

/** Kind 3 a mains hum with harmonics and hiss, 4 one to three steady tones or a square wave, 5 a slow sweep. */
function periodic(kind: number, random: Random): Float32Array {
  const samples = new Float32Array(patchSamples);
  const base = kind === 3 ? (random() < 0.5 ? 50 : 60) : 80 * 50 ** random();
  const partials = Array.from({ length: kind === 3 ? 8 : 1 + Math.floor(3 * random()) }, (_, partial) => ({
    frequency: kind === 3 ? base * (partial + 1) : base * (1 + partial * random()),
    strength: kind === 3 ? random() / (partial + 1) : 1,
  }));
  const isSquare = kind === 4 && random() < 0.25;
  const octaves = kind === 5 ? 4 * (random() - 0.5) : 0;
  const hiss = kind === 3 ? 0.05 * random() : 0;
  for (let index = 0; index < samples.length; index++) {
    const time = index / sampleRate;
    const turn =
      octaves === 0 ? time : (2 ** ((octaves * time) / patchSeconds) - 1) / ((octaves * Math.LN2) / patchSeconds);
    let sample = hiss * (2 * random() - 1);
    for (const { frequency, strength } of partials) {
      const wave = Math.sin(2 * Math.PI * frequency * turn);
      sample += strength * (isSquare ? Math.sign(wave) : wave);
    }
    samples[index] = sample;
  }
  return samples;
}
