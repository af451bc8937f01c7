/**
 * The golden array is from numpy, by the definition: scripts/fixtures/kaldiFbank.py made it. The sound is our own. The
 * ASTFeatureExtractor of transformers.js 4.3.1 was compared on it by hand: 1.2e-7 apart, zeros behind it included.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { astPicture, kaldiFbank } from './kaldiFbank.ts';
import { readWav } from './wav.ts';

const fixtures = new URL('fixtures/', import.meta.url);
const burst = readWav(readFileSync(new URL('noise_burst.wav', fixtures))).channels[0];
/** Every fourth of 198 windows. */
const golden = readRows('noise_burst_kaldi_fbank.npy');

function readRows(name: string): Float32Array {
  const bytes = readFileSync(new URL(name, fixtures));
  const headerEnd = 10 + bytes.readUInt16LE(8);
  expect(bytes.toString('latin1', 10, headerEnd)).toContain("'fortran_order': False, 'shape': (50, 128)");
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset + headerEnd, bytes.byteOffset + bytes.length));
}

describe('kaldiFbank', () => {
  test('agrees with the golden array', () => {
    const banks = kaldiFbank(burst, 128);
    expect(banks.length).toBe(198 * 128);
    let largest = 0;
    golden.forEach((value, i) => {
      const window = 4 * Math.floor(i / 128);
      largest = Math.max(largest, Math.abs(value - banks[window * 128 + (i % 128)]));
    });
    expect(largest).toBeLessThan(2e-5);
  });

  test('does not hear a constant, and has a floor under silence', () => {
    const floor = Math.fround(Math.log(2 ** -23));
    expect(new Set(kaldiFbank(new Float32Array(400), 128))).toEqual(new Set([floor]));
    expect(new Set(kaldiFbank(new Float32Array(400).fill(0.25), 128))).toEqual(new Set([floor]));
  });

  test('keeps only windows that lie whole in the sound', () => {
    for (const [length, windows] of [
      [0, 0],
      [399, 0],
      [400, 1],
      [559, 1],
      [560, 2],
    ]) {
      expect(kaldiFbank(new Float32Array(length), 40).length).toBe(windows * 40);
    }
  });

  test('hears a tone in the band around it', () => {
    const tone = Float32Array.from({ length: 400 }, (_, n) => Math.sin((2 * Math.PI * 1000 * n) / 16000));
    const banks = kaldiFbank(tone, 128);
    const loudest = banks.indexOf(Math.max(...banks));
    const mel = (hertz: number): number => 1127 * Math.log(1 + hertz / 700);
    const expected = ((mel(1000) - mel(20)) / (mel(8000) - mel(20))) * 129 - 1;
    expect(Math.abs(loudest - expected)).toBeLessThan(1);
  });
});

describe('astPicture', () => {
  test('is normalised and filled up with zeros before that', () => {
    const { shape, data } = astPicture({ samples: burst, sampleRate: 16000 });
    expect(shape).toEqual([1024, 128]);
    expect(data.length).toBe(1024 * 128);
    const logarithms = kaldiFbank(burst, 128);
    expect(data[5000]).toBeCloseTo((logarithms[5000] + 4.2677393) / (2 * 4.5689974), 6);
    expect(new Set(data.subarray(198 * 128))).toEqual(new Set([Math.fround(4.2677393 / (2 * 4.5689974))]));
  });

  test('is cut where the sound is longer', () => {
    const whole = astPicture({ samples: burst, sampleRate: 16000 });
    const start = astPicture({ samples: burst, sampleRate: 16000 }, { frames: 10 });
    expect(start.shape).toEqual([10, 128]);
    expect(start.data).toEqual(whole.data.slice(0, 10 * 128));
  });

  test("takes another network's numbers", () => {
    const { data } = astPicture(
      { samples: burst, sampleRate: 16000 },
      { bands: 40, frames: 198, mean: 0, deviation: 0.5 },
    );
    expect(data).toEqual(kaldiFbank(burst, 40));
  });

  test('takes a sound at any rate', () => {
    const tone = (sampleRate: number) => ({
      sampleRate,
      samples: Float32Array.from({ length: sampleRate / 2 }, (_, n) => Math.sin((2 * Math.PI * 440 * n) / sampleRate)),
    });
    const low = astPicture(tone(16000), { frames: 40 }).data;
    const high = astPicture(tone(48000), { frames: 40 }).data;
    // Around the tone; where there is nothing but rounding noise, the logarithms tell of that.
    for (let band = 25; band < 40; band++) expect(high[20 * 128 + band]).toBeCloseTo(low[20 * 128 + band], 2);
  });
});
