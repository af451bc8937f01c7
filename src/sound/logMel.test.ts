/**
 * The golden arrays were made with numpy and checked against the public implementations of the three networks; the sound
 * is our own synthesis. With LOOKHEAR_SHARED the other golden sounds are compared too.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type FrontEndName, logMel } from './logMel.ts';
import { readWav } from './wav.ts';

const fixtures = new URL('fixtures/', import.meta.url).pathname;
const shared = process.env.LOOKHEAR_SHARED;
const golden = shared === undefined ? undefined : join(shared, 'reference', 'vggish_golden');

/** A float32 array file of numpy, in row order whatever the order in the file. */
function readNpy(path: string): { shape: number[]; data: Float32Array } {
  const bytes = readFileSync(path);
  const headerEnd = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, headerEnd);
  const shape = [...(/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '').matchAll(/\d+/g)].map(Number);
  const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset + headerEnd, bytes.byteOffset + bytes.length));
  if (!header.includes("'fortran_order': True")) return { shape, data };
  const [rows, columns] = shape;
  return { shape, data: data.map((_, i) => data[(i % columns) * rows + Math.floor(i / columns)]) };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);
}

function compare(folder: string, sound: string, frontEnd: FrontEndName): void {
  const expected = readNpy(join(folder, `${sound}_${frontEnd}_logmel.npy`));
  const { sampleRate, channels } = readWav(readFileSync(join(folder, `${sound}.wav`)));
  const samples = frontEnd === 'mn04' ? readNpy(join(folder, `${sound}_32k.npy`)).data : channels[0];
  const found = logMel(frontEnd, { samples, sampleRate: frontEnd === 'mn04' ? 32000 : sampleRate });
  expect(found.shape).toEqual(expected.shape);
  expect(found.data.length).toBe(expected.data.length);
  expect(largestDifference(found.data, expected.data)).toBeLessThan(1e-4);
}

describe('logMel', () => {
  for (const frontEnd of ['vggish', 'yamnet', 'mn04'] as const) {
    test(`${frontEnd} agrees with the golden vector`, () => compare(fixtures, 'noise_burst', frontEnd));
  }

  describe.skipIf(golden === undefined || !existsSync(golden))('on the other golden sounds', () => {
    for (const sound of ['clicks', 'sweep', 'speech']) {
      for (const frontEnd of ['vggish', 'yamnet'] as const) {
        test(`${frontEnd} agrees on ${sound}`, () => compare(golden!, sound, frontEnd));
      }
    }
    test('mn04 agrees on speech', () => compare(golden!, 'speech', 'mn04'));
  });

  test('mn04 hears the same in a 16 kHz sound as in that sound at 32 kHz', () => {
    const { sampleRate, channels } = readWav(readFileSync(join(fixtures, 'noise_burst.wav')));
    const found = logMel('mn04', { samples: channels[0], sampleRate });
    const expected = readNpy(join(fixtures, 'noise_burst_mn04_logmel.npy'));
    expect(found.shape).toEqual(expected.shape);
    // Up to band 88 (about 5.5 kHz): no resampler touches these, apart from the noise of the window's side lobes.
    const low = 88 * found.shape[1];
    expect(largestDifference(found.data.subarray(0, low), expected.data.subarray(0, low))).toBeLessThan(0.01);
  });

  test('silence is the logarithm of the offset', () => {
    const silence = { samples: new Float32Array(16000), sampleRate: 16000 };
    expect(logMel('vggish', silence).data[0]).toBeCloseTo(Math.log(0.01), 5);
    expect(logMel('yamnet', silence).data[0]).toBeCloseTo(Math.log(0.001), 5);
    expect(logMel('mn04', silence).data[0]).toBeCloseTo((Math.log(1e-5) + 4.5) / 5, 5);
  });

  test('a sound too short for a patch gives none, or is filled up, or is reflected', () => {
    const click = { samples: Float32Array.of(1, 0.5, 0.25), sampleRate: 16000 };
    expect(logMel('vggish', click).shape).toEqual([0, 96, 64]);
    expect(logMel('yamnet', click).shape).toEqual([1, 96, 64]);
    expect(logMel('mn04', click).shape).toEqual([128, 1]);
    expect(logMel('mn04', click).data.every(Number.isFinite)).toBe(true);
    expect(logMel('mn04', { samples: new Float32Array(0), sampleRate: 16000 }).shape).toEqual([128, 0]);
  });
});
