import { expect, it } from 'vitest';
import { mixSlavcScores, mixWithObjectPrior } from './objectPrior.ts';

it('mixes two stretched maps and stretches the mixture, as EZ-VSL does', () => {
  const map = Float32Array.of(-1, 0, 1); // 0, 0.5, 1
  const prior = Float32Array.of(10, 6, 2); // 1, 0.5, 0
  // 0.4 and 0.6 together: 0.6, 0.5, 0.4
  const mixed = mixWithObjectPrior(map, prior, 0.4);
  expect(mixed[0]).toBe(1);
  expect(mixed[1]).toBeCloseTo(0.5, 5);
  expect(mixed[2]).toBe(0);
});

it("mixes by fixed ranges in SLAVC's way", () => {
  const mixed = mixSlavcScores(Float32Array.of(0, 1 / 0.03), Float32Array.of(2.5, 0), 0.9);
  expect(mixed[0]).toBeCloseTo(0.9 * 0.5 + 0.1, 6);
  expect(mixed[1]).toBeCloseTo(0.9, 6);
});

it('leaves constant maps as they are', () => {
  expect(mixWithObjectPrior(Float32Array.of(3, 3), Float32Array.of(2, 4), 0.5)).toEqual(Float32Array.of(0, 1));
});
