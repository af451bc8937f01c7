import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapMean, quantile } from './bootstrap.ts';
import { seededDraws } from './seededDraws.ts';

/** Sums of twelve uniform numbers less 6: mean 0, variance 1. */
function bell(count: number, seed: number): number[] {
  const draw = seededDraws(seed);
  return Array.from({ length: count }, () => Array.from({ length: 12 }, draw).reduce((sum, value) => sum + value, -6));
}

describe('the interval of a mean', () => {
  it('is about 1.96 standard errors to each side', () => {
    const values = bell(2000, 3);
    const { mean, low, high } = bootstrapMean(values);
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const side = 1.96 * Math.sqrt(variance / values.length);
    expect(Math.abs(high - mean - side) / side).toBeLessThan(0.1);
    expect(Math.abs(mean - low - side) / side).toBeLessThan(0.1);
  });

  it('holds the true mean about 95 times in 100', () => {
    const held = Array.from({ length: 200 }, (_, run) => {
      const { low, high } = bootstrapMean(bell(60, 100 + run), { seed: run, replicates: 400 });
      return low <= 0 && high >= 0;
    });
    const share = held.filter(Boolean).length / held.length;
    expect(share).toBeGreaterThan(0.89);
    expect(share).toBeLessThan(0.99);
  });

  it('does not shrink where each scene is counted ten times over', () => {
    const values = bell(50, 8);
    const tenfold = values.flatMap((value) => Array.from({ length: 10 }, () => value));
    const clusters = values.flatMap((_, scene) => Array.from({ length: 10 }, () => scene));
    const [once, clustered] = [bootstrapMean(values), bootstrapMean(tenfold, { clusters })];
    expect(clustered.low).toBeCloseTo(once.low, 12);
    expect(clustered.high).toBeCloseTo(once.high, 12);
    const alone = bootstrapMean(tenfold);
    expect(alone.high - alone.low).toBeLessThan((once.high - once.low) / 2);
  });

  it('is the same for a seed, and another for another', () => {
    const values = bell(40, 1);
    expect(bootstrapMean(values, { seed: 5 })).toEqual(bootstrapMean(values, { seed: 5 }));
    expect(bootstrapMean(values, { seed: 5 }).low).not.toBe(bootstrapMean(values, { seed: 6 }).low);
  });

  it('lies between the least and the largest value, and moves with them', () => {
    const anyValues = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(anyValues, (values) => {
        const { mean, low, high } = bootstrapMean(values, { replicates: 50 });
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values));
        const moved = bootstrapMean(
          values.map((value) => value + 16),
          { replicates: 50 },
        );
        expect(moved.mean).toBeCloseTo(mean + 16, 9);
        expect(moved.low).toBeCloseTo(low + 16, 9);
      }),
    );
  });

  it('is not said of no values, or of one that is not a number', () => {
    const nothing = { mean: Number.NaN, low: Number.NaN, high: Number.NaN };
    expect(bootstrapMean([])).toEqual(nothing);
    expect(bootstrapMean([1, Number.NaN])).toEqual(nothing);
  });

  it('of one scene is the mean alone', () => {
    expect(bootstrapMean([0.5])).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
    expect(bootstrapMean([1, 2, 3], { clusters: [7, 7, 7] })).toEqual({ mean: 2, low: 2, high: 2 });
  });

  it('needs a cluster for each value', () => {
    expect(() => bootstrapMean([1, 2], { clusters: [0] })).toThrow('Expected a cluster for each of 2 values, got 1.');
  });

  it('of 5,000 items and 1,000 replicates takes no second', () => {
    const values = bell(5000, 2);
    // Of the processor, so that a busy machine does not fail the test.
    const start = process.cpuUsage();
    bootstrapMean(values);
    expect(process.cpuUsage(start).user).toBeLessThan(1_000_000);
  });
});

it('quantiles are those of NumPy', () => {
  const sorted = Float64Array.of(1, 2, 4, 8);
  // numpy.quantile([1, 2, 4, 8], [0, 0.025, 0.25, 0.5, 0.75, 0.975, 1])
  const wanted = [1, 1.075, 1.75, 3, 5, 7.7, 8];
  for (const [index, share] of [0, 0.025, 0.25, 0.5, 0.75, 0.975, 1].entries()) {
    expect(quantile(sorted, share)).toBeCloseTo(wanted[index], 12);
  }
});

it('draws are spread over 0..1 and those of neighbouring seeds are apart', () => {
  const draw = seededDraws(1);
  const tenths = new Array<number>(10).fill(0);
  for (let count = 0; count < 10_000; count++) tenths[Math.floor(draw() * 10)]++;
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(120);
  const [one, two] = [seededDraws(1), seededDraws(2)];
  expect(Array.from({ length: 5 }, one)).not.toEqual(Array.from({ length: 5 }, two));
});
