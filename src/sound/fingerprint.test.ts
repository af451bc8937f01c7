import { describe, expect, it } from 'vitest';
import { fingerprint, thinFingerprint, thinning } from './fingerprint.ts';
import { resample } from './resample.ts';

/** The highest byte of x = 1664525 x + 1013904223 mod 2^32, as -1..1. */
function noise(seed: number, length: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return (state >>> 24) / 128 - 1;
  });
}

const differentBits = (a: number, b: number): number => ((a ^ b) >>> 0).toString(2).replaceAll('0', '').length;

describe('the fingerprint of a sound', () => {
  it('agrees with numpy on noise', () => {
    // Bands of |rfft|^2 under a periodic Hann window, 2048 samples every 176; bits of frames six apart.
    const words = fingerprint({ sampleRate: 5500, samples: noise(3, 2048 + 9 * 176) });
    expect([...words].map((word) => word.toString(16))).toEqual(['2cfb572d', '2cab572d', 'ac2b552d', 'ad2b572d']);
  });

  it('has a word every 32 ms, from 0.564 s on', () => {
    expect(fingerprint({ sampleRate: 5500, samples: noise(1, 2048 + 6 * 176 - 1) }).length).toBe(0);
    expect(fingerprint({ sampleRate: 5500, samples: noise(1, 2048 + 6 * 176) }).length).toBe(1);
    expect(fingerprint({ sampleRate: 5500, samples: noise(1, 2048 + 105 * 176) }).length).toBe(100);
    expect(fingerprint({ sampleRate: 16000, samples: new Float32Array(0) }).length).toBe(0);
  });

  it('does not depend on the level, and hardly on the rate', () => {
    const samples = noise(4, 48000);
    const words = fingerprint({ sampleRate: 16000, samples });
    expect(fingerprint({ sampleRate: 16000, samples: samples.map((sample) => sample / 8) })).toEqual(words);
    const other = fingerprint({ sampleRate: 44100, samples: resample(samples, 16000, 44100) });
    const different = words.reduce((sum, word, index) => sum + differentBits(word, other[index]), 0);
    expect(different / (32 * words.length)).toBeLessThan(0.03);
  });

  it('says nothing of silence and of steady tones', () => {
    expect([...fingerprint({ sampleRate: 16000, samples: new Float32Array(32000) })].every((word) => word === 0)).toBe(
      true,
    );
    const chord = Float32Array.from({ length: 32000 }, (_, n) =>
      [440, 554.4, 659.3].reduce((sum, hertz) => sum + 0.2 * Math.sin((2 * Math.PI * hertz * n) / 16000), 0),
    );
    expect([...fingerprint({ sampleRate: 16000, samples: chord })].every((word) => word === 0)).toBe(true);
  });

  it('is thinned to every sixth word', () => {
    const words = Uint32Array.from({ length: 14 }, (_, index) => 100 + index);
    expect(thinning).toBe(6);
    expect([...thinFingerprint(words)]).toEqual([100, 106, 112]);
    expect([...thinFingerprint(new Uint32Array(0))]).toEqual([]);
  });
});
