/** Sounds of nothing: what a model hears in them must not be found in any picture. */
import { seededRandom, seedOf } from '../layers/random.ts';
import type { Sound } from '../sound/sound.ts';

const sampleRate = 16000;
const seconds = 5;

/** Root mean square of the noise, as a fraction of full scale: -20 dB, as loud as speech. */
const noiseLevel = 0.1;

/** So many different noises are in use. */
export const noiseCount = 8;

export const silence = (): Sound => ({ sampleRate, samples: new Float32Array(sampleRate * seconds) });

/** White Gaussian noise (Box and Muller). @param which From 0 to `noiseCount` - 1. */
export function whiteNoise(which: number, seed: number): Sound {
  const random = seededRandom(seedOf(`white noise ${which}`, seed));
  const samples = Float32Array.from({ length: sampleRate * seconds }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return noiseLevel * radius * Math.cos(2 * Math.PI * random());
  });
  return { sampleRate, samples };
}
