import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createResampler, resample, resampledLength } from './resample.ts';

function tone(hertz: number, sampleRate: number, seconds = 1): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, i) =>
    Math.sin((2 * Math.PI * hertz * i) / sampleRate),
  );
}

/** Level of the middle half in dB against a full-scale sine; the ends ring because the tone is cut there. */
function level(samples: Float32Array): number {
  const middle = samples.subarray(samples.length / 4, (3 * samples.length) / 4);
  return 10 * Math.log10((2 * middle.reduce((sum, x) => sum + x * x, 0)) / middle.length);
}

function difference(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((x, i) => x - b[i]);
}

describe('resample', () => {
  for (const [from, to] of [
    [44100, 16000],
    [48000, 16000],
    [22050, 16000],
    [8000, 16000],
    [16000, 32000],
    [96000, 16000],
  ]) {
    const nyquist = Math.min(from, to) / 2;
    test(`${from} to ${to}: tones up to 0.9 of the lower Nyquist frequency pass unchanged and in time`, () => {
      for (const hertz of [100, 0.5 * nyquist, 0.9 * nyquist]) {
        const wrong = difference(resample(tone(hertz, from), from, to), tone(hertz, to));
        expect(level(wrong)).toBeLessThan(-80);
      }
    });
  }

  test('nothing above the new Nyquist frequency folds back', () => {
    for (const hertz of [8010, 8200, 9000, 12000, 16000, 20000, 22000]) {
      expect(level(resample(tone(hertz, 44100), 44100, 16000))).toBeLessThan(-80);
    }
  });

  test('old samples stay where they are when the rate doubles', () => {
    const noise = Float32Array.from({ length: 500 }, (_, i) => Math.sin(i * i));
    const doubled = resample(noise, 16000, 32000);
    expect(doubled.filter((_, i) => i % 2 === 0)).toEqual(noise);
  });

  test('a constant stays constant', () => {
    const constant = resample(new Float32Array(4000).fill(0.5), 11025, 16000);
    for (const x of constant.subarray(1000, 4000)) expect(x).toBeCloseTo(0.5, 6);
  });

  test('the duration is kept', () => {
    expect(resample(new Float32Array(132300), 44100, 16000).length).toBe(48000);
    expect(resampledLength(1, 44100, 16000)).toBe(1);
    expect(resampledLength(0, 44100, 16000)).toBe(0);
    expect(resample(new Float32Array(0), 44100, 16000).length).toBe(0);
  });

  test('rates without a common divisor work', () => {
    const wrong = difference(resample(tone(1000, 44101, 0.25), 44101, 16000), tone(1000, 16000, 0.25));
    expect(level(wrong)).toBeLessThan(-80);
  });

  test('a very high rate without a common divisor is met to 15 millionths', () => {
    expect(Math.abs(resampledLength(10 * 191999, 191999, 16000) / 160000 - 1)).toBeLessThan(15e-6);
    const wrong = difference(resample(tone(1000, 191999, 0.1), 191999, 16000), tone(1000, 16000, 0.1));
    expect(level(wrong)).toBeLessThan(-40);
  });

  test('how a sound is cut into blocks makes no difference', () => {
    const sound = Float32Array.from({ length: 3000 }, (_, i) => Math.sin(i * i * 0.01));
    const rates = fc.constantFrom([44100, 16000], [16000, 32000], [8000, 16000], [16000, 16000], [48000, 16000]);
    const cuts = fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 12 });
    fc.assert(
      fc.property(rates, cuts, ([from, to], lengths) => {
        const { push, finish } = createResampler(from, to);
        const parts: number[] = [];
        let start = 0;
        for (const length of [...lengths, sound.length]) {
          parts.push(...push(sound.subarray(start, start + length)));
          start += length;
        }
        parts.push(...finish());
        expect(Float32Array.from(parts)).toEqual(resample(sound, from, to));
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  test('a rate that is not a whole number is refused with a sentence', () => {
    for (const rate of [0, -16000, 44100.5, Number.NaN]) {
      expect(() => createResampler(rate, 16000)).toThrow('sample rate in whole hertz');
    }
  });
});
