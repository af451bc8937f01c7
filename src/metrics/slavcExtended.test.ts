import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  evaluateSlavc,
  percentOneDigit,
  type SlavcSample,
  type SlavcScores,
  sizeClassOf,
  slavcConfidence,
  slavcF1,
  slavcScores,
} from './slavcExtended.ts';

interface Expected {
  readonly precision: number;
  readonly ap: number;
  readonly f1: readonly number[];
  readonly percents: string;
  readonly auc: number | null;
}

/** As families.py makes them; null stands for NaN. */
interface GoldenSet {
  readonly name: string;
  readonly boxes: readonly number[];
  readonly ciou: readonly (number | null)[];
  readonly confidence: readonly (number | null)[];
  readonly at50: { readonly all: Expected; readonly visible: Expected };
  readonly at75: { readonly all: Expected };
  readonly f1AtHalf: number;
  readonly strictPrecision: number | null;
}

const sets: readonly GoldenSet[] = JSON.parse(
  readFileSync(new URL('fixtures/families.golden.json', import.meta.url), 'utf8'),
).slavc;

const samplesOf = ({ boxes, ciou, confidence }: GoldenSet): SlavcSample[] =>
  boxes.map((count, index) => ({
    boxes: count,
    ciou: ciou[index] ?? Number.NaN,
    confidence: confidence[index] ?? Number.NaN,
    area: count * 1000,
  }));

const sample = (boxes: number, ciou: number, confidence: number, area = 100): SlavcSample => {
  return { boxes, ciou, confidence, area };
};

function expectSame(got: number, wanted: number | null): void {
  if (wanted === null) expect(got).toBeNaN();
  else expect(got).toBeCloseTo(wanted, 12);
}

describe('counted at every threshold the slow way', () => {
  it.each(sets.map((set) => [set.name, set] as const))('%s', (_, set) => {
    const samples = samplesOf(set);
    const { all, visible, strictPrecision } = evaluateSlavc(samples);
    const pairs: readonly (readonly [SlavcScores, Expected])[] = [
      [all, set.at50.all],
      [visible, set.at50.visible],
      [slavcScores(samples, 0.75), set.at75.all],
    ];
    for (const [got, wanted] of pairs) {
      expectSame(got.precision, wanted.precision);
      expectSame(got.ap, wanted.ap);
      expectSame(got.auc, wanted.auc);
      expect(got.f1.map(percentOneDigit).join(' ')).toBe(wanted.percents);
      expect(got.f1.length).toBe(wanted.f1.length);
      for (const [index, f1] of wanted.f1.entries()) expectSame(got.f1[index], f1);
      expect(got.maxF1).toBe(got.f1.length === 0 ? Number.NaN : Math.max(...got.f1));
    }
    expectSame(slavcF1(samples, 0.5), set.f1AtHalf);
    expectSame(strictPrecision, set.strictPrecision);
  });
});

describe('a set', () => {
  it('without items has no score', () => {
    const { all, visible, sizes, strictPrecision } = evaluateSlavc([]);
    for (const scores of [all, visible, ...Object.values(sizes)]) {
      expect(scores).toEqual({ precision: NaN, ap: NaN, f1: [], maxF1: NaN, auc: NaN });
    }
    expect(strictPrecision).toBeNaN();
  });

  it('is parted by the size of what sounds', () => {
    const samples = [
      sample(1, 0.9, 0.5, 1023.5),
      sample(2, 0.6, 0.4, 1024),
      sample(1, 0.1, 0.3, 20736),
      sample(0, 0, 0),
    ];
    const { sizes } = evaluateSlavc(samples);
    expect([sizes.small.precision, sizes.medium.precision, sizes.large.precision, sizes.huge.precision]).toEqual([
      1,
      1,
      Number.NaN,
      0,
    ]);
    expect([0, 1023, 1024, 9215, 9216, 20735, 20736].map(sizeClassOf)).toEqual([
      'small',
      'small',
      'medium',
      'medium',
      'large',
      'large',
      'huge',
    ]);
  });

  it('scores the same whatever the order of its items', () => {
    const anySample = fc.record({
      boxes: fc.integer({ min: 0, max: 2 }),
      ciou: fc.constantFrom(0, 0.3, 0.5, 0.75, 1),
      confidence: fc.constantFrom(0.1, 0.2, 0.3, 0.4),
      area: fc.constant(1),
    });
    fc.assert(
      fc.property(fc.array(anySample, { minLength: 1, maxLength: 40 }), (samples) => {
        expect(slavcScores(samples.toReversed())).toEqual(slavcScores(samples));
      }),
    );
  });

  it('in which every source is found before anything else scores less than 1 for its missing first part', () => {
    const samples = Array.from({ length: 10 }, (_, rank) => sample(rank < 5 ? 1 : 0, 1, 1 - rank / 10));
    // The largest confidence is no threshold: recall starts at 2/5.
    expect(slavcScores(samples).ap).toBeCloseTo(3 / 5, 12);
    expect(slavcScores(samples).maxF1).toBe(1);
  });

  it('of ten thousand items takes no second', () => {
    const samples = Array.from({ length: 10_000 }, (_, index) =>
      sample(index % 2, ((index * 7919) % 1000) / 1000, ((index * 104729) % 9973) / 9973, index * 5),
    );
    // Of the processor, so that a busy machine does not fail the test.
    const start = process.cpuUsage();
    evaluateSlavc(samples);
    expect(process.cpuUsage(start).user).toBeLessThan(1_000_000);
  });
});

describe('confidence', () => {
  it('is the mean of the largest quarter', () => {
    expect(slavcConfidence(Float32Array.of(1, 8, 3, 4, 5, 6, 7, 2))).toBe(7.5);
    expect(slavcConfidence(Float32Array.of(2, 2, 2, 2, 2, 1, 1, 1))).toBe(2);
    expect(slavcConfidence(Float32Array.of(-4, -1, -2, -3))).toBe(-1);
  });

  it('takes one value at least, and says NaN of NaN and of nothing', () => {
    expect(slavcConfidence(Float32Array.of(0.5, 1))).toBe(1);
    expect(slavcConfidence(Float32Array.of(1, 2, Number.NaN, 0))).toBeNaN();
    expect(slavcConfidence(new Float32Array(0))).toBeNaN();
  });

  it('agrees with sorting', () => {
    const values = fc.float32Array({ minLength: 4, maxLength: 64, noNaN: true, min: -8, max: 8 });
    fc.assert(
      fc.property(values, (map) => {
        const top = map.toSorted().subarray(map.length - (map.length >> 2));
        const mean = top.reduce((sum, value) => sum + value, 0) / top.length;
        expect(slavcConfidence(map)).toBeCloseTo(mean, 6);
      }),
    );
  });
});

it('a percent is rounded as Python prints it: an exact tie goes to the even digit', () => {
  const shares = [0, 0.0625, 0.1875, 0.3125, 0.4375, 0.0025, 0.0075, 0.666, 1];
  expect(shares.map(percentOneDigit)).toEqual(['0.0', '6.2', '18.8', '31.2', '43.8', '0.2', '0.8', '66.6', '100.0']);
});
