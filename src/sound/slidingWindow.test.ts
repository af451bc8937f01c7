import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slideOver } from './slidingWindow.ts';

/** Sample i has the value i. */
async function* ramp(lengths: readonly number[], onPull: () => void = () => {}): AsyncGenerator<Float32Array> {
  let at = 0;
  for (const length of lengths) {
    onPull();
    yield Float32Array.from({ length }, (_, index) => at + index);
    at += length;
  }
}

describe('a window over ten samples a second, two seconds long', () => {
  const options = { sampleRate: 10, seconds: 2 };

  it('has the moment in its middle, and moves inwards at both ends', async () => {
    const window = slideOver(ramp([7, 30, 13]), options);
    for (const [time, start] of [
      [0, 0],
      [0.5, 0],
      [2, 1],
      [2.5, 1.5],
      [4.5, 3],
      [9, 3],
    ]) {
      const { samples, ...rest } = await window.around(time);
      expect(rest).toEqual({ sampleRate: 10, start });
      expect([...samples]).toEqual(Array.from({ length: 20 }, (_, index) => 10 * start + index));
    }
  });

  it('is as short as the sound, and empty without one', async () => {
    expect((await slideOver(ramp([5]), options).around(0.2)).samples).toHaveLength(5);
    expect((await slideOver(ramp([]), options).around(1)).samples).toHaveLength(0);
  });

  it('reads no further than it needs', async () => {
    let pulls = 0;
    const window = slideOver(
      ramp(Array(100).fill(10), () => pulls++),
      options,
    );
    await window.around(3);
    expect(pulls).toBe(4);
  });

  it('gives the same samples however the sound comes in pieces', async () => {
    const cut = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(cut, fc.array(fc.integer({ min: 0, max: 120 })), async (lengths, tenths) => {
        const total = lengths.reduce((sum, length) => sum + length, 0);
        const window = slideOver(ramp(lengths), options);
        for (const tenth of tenths.toSorted((a, b) => a - b)) {
          const { start, samples } = await window.around(tenth / 10);
          expect(samples).toHaveLength(Math.min(20, total));
          expect([...samples]).toEqual(Array.from(samples, (_, index) => Math.round(10 * start) + index));
        }
      }),
      { numRuns: 60 },
    );
  });
});
