/** Sounds that change all the time, as a scene does, and what happens to sounds on their way. */
import { type Random, seededRandom } from '../layers/random.ts';
import type { Sound } from '../sound/sound.ts';

export const sampleRate = 16000;

/** Bursts of noise and of harmonics at random pitches, levels and times. */
export function sceneSound(seed: number, seconds: number): Sound {
  const random = seededRandom(seed);
  const samples = new Float32Array(Math.round(seconds * sampleRate));
  for (let event = 0; event < 8 * seconds; event++) {
    const start = Math.floor(random() * samples.length);
    const length = Math.floor((0.05 + 0.4 * random()) * sampleRate);
    const hertz = 120 * 8 ** random();
    const [level, tone] = [0.05 + 0.25 * random(), random()];
    for (let n = 0; n < length && start + n < samples.length; n++) {
      const time = n / sampleRate;
      const harmonics = [1, 2, 3, 4].reduce((sum, k) => sum + Math.sin(2 * Math.PI * k * hertz * time) / k, 0);
      const envelope = Math.sin((Math.PI * n) / length) ** 2;
      samples[start + n] += level * envelope * (tone * harmonics + (1 - tone) * (2 * random() - 1));
    }
  }
  return { sampleRate, samples };
}

/** A struck string: harmonics that fade at their own speeds. */
export function note(hertz: number, seconds: number, brightness: number): Sound {
  const samples = Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, n) => {
    const time = n / sampleRate;
    let sample = 0;
    for (let k = 1; k * hertz < 4000; k++) {
      sample += brightness ** k * Math.exp(-time * (0.4 + 0.2 * k)) * Math.sin(2 * Math.PI * k * hertz * time);
    }
    return 0.3 * sample;
  });
  return { sampleRate, samples };
}

/** Its pitch goes up and down between 500 and 1100 Hz. */
export function siren(seconds: number, period: number, phase: number): Sound {
  let turn = 0;
  const samples = Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, n) => {
    turn += (800 + 300 * Math.sin(2 * Math.PI * (n / sampleRate / period + phase))) / sampleRate;
    return 0.4 * Math.sin(2 * Math.PI * turn) + 0.1 * Math.sin(4 * Math.PI * turn);
  });
  return { sampleRate, samples };
}

export function whiteNoise(seed: number, seconds: number): Sound {
  const random = seededRandom(seed);
  return { sampleRate, samples: Float32Array.from({ length: seconds * sampleRate }, () => 0.2 * (2 * random() - 1)) };
}

export function louder({ samples }: Sound, gain: number): Sound {
  return { sampleRate, samples: samples.map((sample) => gain * sample) };
}

export function cut({ samples }: Sound, from: number, to: number): Sound {
  return { sampleRate, samples: samples.slice(Math.round(from * sampleRate), Math.round(to * sampleRate)) };
}

/** Noise so many decibels below the sound in each 20 ms, about what a lossy codec leaves. */
export function noisy({ samples }: Sound, decibels: number, random: Random = seededRandom(99)): Sound {
  const frame = sampleRate / 50;
  const result = samples.slice();
  for (let start = 0; start < samples.length; start += frame) {
    const part = samples.subarray(start, start + frame);
    const power = part.reduce((sum, sample) => sum + sample * sample, 0) / part.length;
    const level = Math.sqrt(3 * power) / 10 ** (decibels / 20);
    for (let n = 0; n < part.length; n++) result[start + n] += level * (2 * random() - 1);
  }
  return { sampleRate, samples: result };
}

export function joined(sounds: readonly Sound[]): Sound {
  return { sampleRate, samples: Float32Array.from(sounds.flatMap(({ samples }) => [...samples])) };
}
