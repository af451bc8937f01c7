import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mixToMono } from './mix.ts';
import { cutPatches } from './patches.ts';

const ramp = (length: number, sampleRate = 10) => ({
  samples: Float32Array.from({ length }, (_, i) => i),
  sampleRate,
});

describe('cutPatches', () => {
  test('windows follow each other by the hop and the last one ends with the sound', () => {
    const patches = [...cutPatches(ramp(123), { seconds: 5, hop: 2.5 })];
    expect(patches.map(({ start, end }) => [start, end])).toEqual([
      [0, 5],
      [2.5, 7.5],
      [5, 10],
      [7.3, 12.3],
    ]);
    expect(patches[3].samples[0]).toBe(73);
    expect(patches.every(({ samples }) => samples.length === 50)).toBe(true);
  });

  test('a tail that fills no whole window is left out where that is asked for', () => {
    const patches = [...cutPatches(ramp(123), { seconds: 5, hop: 2.5, tail: 'drop' })];
    expect(patches.map(({ end }) => end)).toEqual([5, 7.5, 10]);
    expect([...cutPatches(ramp(125), { seconds: 5, hop: 2.5, tail: 'drop' })].at(-1)?.end).toBe(12.5);
  });

  test('a sound of exactly one window is that window', () => {
    expect([...cutPatches(ramp(50), { seconds: 5, hop: 2.5 })]).toHaveLength(1);
  });

  test('a short sound is repeated, and its times are those of the sound', () => {
    const [patch, ...more] = cutPatches(ramp(4), { seconds: 1, hop: 0.5 });
    expect(more).toEqual([]);
    expect([...patch.samples]).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1]);
    expect([patch.start, patch.end]).toEqual([0, 0.4]);
  });

  test('every sample is in a window, whatever the lengths, as long as the hop is not longer than the window', () => {
    const lengths = fc.tuple(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 30 }),
    );
    fc.assert(
      fc.property(lengths, ([length, window, hop]) => {
        const seen = new Set<number>();
        const options = { seconds: window / 10, hop: Math.min(hop, window) / 10 };
        for (const patch of cutPatches(ramp(length), options)) for (const x of patch.samples) seen.add(x);
        expect(seen.size).toBe(length);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  test('no samples and impossible options are errors with a sentence', () => {
    expect(() => [...cutPatches(ramp(0), { seconds: 1, hop: 1 })]).toThrow('no samples');
    expect(() => [...cutPatches(ramp(9), { seconds: 1, hop: 0 })]).toThrow('`hop`');
    expect(() => [...cutPatches(ramp(9), { seconds: Number.NaN, hop: 1 })]).toThrow('`seconds`');
  });
});

test('channels are mixed by their mean', () => {
  expect([...mixToMono([Float32Array.of(1, 0.5), Float32Array.of(0, -0.5)])]).toEqual([0.5, 0]);
});
