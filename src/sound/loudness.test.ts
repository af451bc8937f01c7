import { expect, test } from 'vitest';
import { isSilent, loudness } from './loudness.ts';

const sine = (amplitude: number, length = 16000) =>
  Float32Array.from({ length }, (_, i) => amplitude * Math.sin((2 * Math.PI * 440 * i) / 16000));

test('a full-scale sine has -3 dBFS and a tenth of it 20 dB less', () => {
  expect(loudness(sine(1))).toBeCloseTo(-3.01, 2);
  expect(loudness(sine(0.1))).toBeCloseTo(-23.01, 2);
});

test('digital silence, a constant offset and nothing at all have no level', () => {
  expect(loudness(new Float32Array(100))).toBe(Number.NEGATIVE_INFINITY);
  expect(loudness(new Float32Array(100).fill(0.25))).toBe(Number.NEGATIVE_INFINITY);
  expect(loudness(new Float32Array(0))).toBe(Number.NEGATIVE_INFINITY);
});

test('only the stretch asked for counts', () => {
  const samples = new Float32Array(32000);
  samples.set(sine(1), 16000);
  expect(loudness(samples, 0, 16000)).toBe(Number.NEGATIVE_INFINITY);
  expect(loudness(samples, 16000)).toBeCloseTo(-3.01, 2);
});

test('one clap in a silent minute is not silence, the noise of 16 bits is', () => {
  const minute = new Float32Array(60 * 16000);
  expect(isSilent({ samples: minute, sampleRate: 16000 })).toBe(true);
  minute.set(sine(0.3, 800), 400000);
  expect(isSilent({ samples: minute, sampleRate: 16000 })).toBe(false);
  const noise = Float32Array.from({ length: 16000 }, (_, i) => (i % 2 === 0 ? 1 : -1) / 32768);
  expect(isSilent({ samples: noise, sampleRate: 16000 })).toBe(true);
  expect(isSilent({ samples: noise, sampleRate: 16000 }, -95)).toBe(false);
});
