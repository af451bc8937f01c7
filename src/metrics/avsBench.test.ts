import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AvsBenchTally, type AvsFrame, type AvsScores, batchDependentAvsScores } from './avsBench.ts';

/** As families.py makes them; null stands for NaN. */
interface GoldenSet {
  readonly name: string;
  readonly logits: readonly (readonly number[])[];
  readonly masks: readonly string[];
  readonly set: { readonly miou: number; readonly f: number | null };
  /** By size. */
  readonly batches: Readonly<Record<string, AvsScores>>;
}

const sets: readonly GoldenSet[] = JSON.parse(
  readFileSync(new URL('fixtures/families.golden.json', import.meta.url), 'utf8'),
).avsBench;

function scoresOf(frames: readonly AvsFrame[]): AvsScores {
  const tally = new AvsBenchTally();
  for (const frame of frames) tally.add(frame);
  return tally.scores();
}

const frame = (probabilities: readonly number[], mask: readonly number[]): AvsFrame => {
  return { probabilities: Float32Array.from(probabilities), mask };
};

describe('computed the slow way, with PyTorch', () => {
  it.each(sets.map((set) => [set.name, set] as const))('%s', (_, { logits, masks, set, batches }) => {
    const frames = logits.map((values, index) => ({
      logits: Float32Array.from(values),
      mask: [...masks[index]].map(Number),
    }));
    const { miou, f } = scoresOf(frames);
    expect(miou).toBeCloseTo(set.miou, 6);
    if (set.f === null) expect(f).toBeNaN();
    else expect(f).toBeCloseTo(set.f, 6);
    for (const [size, wanted] of Object.entries(batches)) {
      const got = batchDependentAvsScores(frames, Number(size));
      expect(got.miou).toBeCloseTo(wanted.miou, 6);
      expect(got.f).toBeCloseTo(wanted.f, 6);
    }
  });
});

it('F is that of the best threshold for all frames, mIoU that of 0.5', () => {
  // At the best threshold, between 0.2 and 0.3: precision 1, recall 1; and precision 1/2, recall 1.
  const frames = [frame([0.9, 0.3, 0.1, 0.1], [1, 1, 0, 0]), frame([0.9, 0.3, 0.1, 0.1], [1, 0, 0, 0])];
  const { miou, f } = scoresOf(frames);
  expect(miou).toBeCloseTo((1 / 2 + 1) / 2, 6);
  const curveAt = (precision: number, recall: number) => (1.3 * precision * recall) / (0.3 * precision + recall);
  expect(f).toBeCloseTo(Math.max((1 + curveAt(0.5, 1)) / 2, (curveAt(1, 0.5) + 1) / 2), 12);
  // In batches of one each frame has its own threshold.
  expect(batchDependentAvsScores(frames, 1).f).toBeCloseTo(1, 12);
});

it('a frame in which nothing sounds scores what is left empty, and has no part in F', () => {
  const silent = frame([0.9, 0.1, 0.1, 0.1], [0, 0, 0, 0]);
  expect(scoresOf([silent])).toEqual({ miou: 0.75, f: Number.NaN });
  const found = frame([0.9, 0.1, 0.1, 0.1], [1, 0, 0, 0]);
  expect(scoresOf([silent, found]).f).toBeCloseTo(1, 12);
  // The published evaluator counts a batch of such frames as 0.
  expect(batchDependentAvsScores([silent, found], 1).f).toBeCloseTo(0.5, 12);
});

it('NaN is never predicted', () => {
  const { miou, f } = scoresOf([frame([Number.NaN, 0.9], [0, 1])]);
  expect(miou).toBeCloseTo(1, 6);
  expect(f).toBeCloseTo(1, 12);
});

it('no frames have no score, and a batch holds one at least', () => {
  expect(scoresOf([])).toEqual({ miou: NaN, f: NaN });
  expect(batchDependentAvsScores([], 5)).toEqual({ miou: NaN, f: NaN });
  expect(() => batchDependentAvsScores([], 0)).toThrow('Expected a batch of frames, got 0.');
});
