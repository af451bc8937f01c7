import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consensusIou } from './consensusIou.ts';
import { evaluationSide, groundTruthOf } from './groundTruth.ts';
import { maskOf, type RuleName, ruleNames } from './mapToMask.ts';
import { ownRules, scoreAclGrid, scoreMap, scoresByRule } from './scoreMap.ts';

const side = evaluationSide;
const pixels = side * side;
const mapOf = (value: (pixel: number) => number) => ({
  width: side,
  height: side,
  data: Float32Array.from({ length: pixels }, (_, pixel) => value(pixel)),
});
const countOf = (mask: Uint8Array): number => mask.reduce((sum, bit) => sum + bit, 0);
const topRows = (rows: number) => mapOf((pixel) => Number(pixel < rows * side)).data;

/** A ground truth of 10 rows; masks are told by their number of pixels. */
const truth = topRows(10);
const keptBy = (rule: RuleName, value: (pixel: number) => number): number =>
  countOf(maskOf(rule, mapOf(value), truth, 0.5));

describe('maps that break rules', () => {
  const everything = pixels;
  const table: readonly [string, (pixel: number) => number, Partial<Record<RuleName, number>>][] = [
    [
      'constant 0.25',
      () => 0.25,
      {
        half_lvs: everything,
        half_ez: everything,
        slavc_relative: everything,
        slavc_absolute: everything,
        fixed_half: 0,
        align_half: 0,
        align_adaptive: 0,
        universal: 0,
      },
    ],
    [
      'constant -0.75',
      () => -0.75,
      { half_lvs: 0, half_ez: everything, slavc_absolute: 0, fixed_half: 0, align_half: 0, universal: 0 },
    ],
    ['constant 0.75', () => 0.75, { half_lvs: everything, universal: everything, align_adaptive: 0 }],
    [
      'one hot pixel',
      (pixel) => Number(pixel === 777),
      {
        half_lvs: 1,
        half_ez: everything,
        slavc_relative: everything,
        slavc_absolute: everything,
        fixed_half: 1,
        half_sspl: everything,
        align_half: 1,
        align_adaptive: 1,
        universal: 1,
      },
    ],
    [
      'all pixels different',
      (pixel) => pixel - pixels / 2,
      {
        half_lvs: pixels / 2 - 1,
        half_ez: pixels / 2,
        slavc_absolute: pixels / 2,
        align_half: pixels / 2 - 1,
        align_adaptive: 10 * side - 1,
      },
    ],
    [
      'more than half at the maximum',
      (pixel) => Number(pixel >= 1000),
      { half_lvs: pixels - 1000, half_ez: pixels - 1000, align_half: 0, align_adaptive: 0 },
    ],
  ];

  it.each(table)('%s', (_, value, wanted) => {
    for (const [rule, count] of Object.entries(wanted)) expect(keptBy(rule as RuleName, value), rule).toBe(count);
  });

  it('are undefined under half_sspl where they are constant', () => {
    expect(
      scoreMap(
        mapOf(() => 3),
        truth,
        { rules: ['half_sspl'] },
      ).half_sspl,
    ).toBeNaN();
  });

  it('are refused where they hold NaN or infinities, or reach further than float32', () => {
    for (const stray of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() =>
        scoreMap(
          mapOf((pixel) => (pixel === 5 ? stray : pixel)),
          truth,
        ),
      ).toThrow('NaN, infinite or enormous');
    }
    expect(() =>
      scoreMap(
        mapOf((pixel) => (pixel % 2 ? 3e38 : -3e38)),
        truth,
      ),
    ).toThrow('enormous');
    expect(() =>
      scoreMap(
        mapOf((pixel) => pixel * 1e30),
        truth,
      ),
    ).not.toThrow();
  });
});

it('float32 makes ties that a double would not: small values beside a large one', () => {
  const values = (pixel: number): number => (pixel === 0 ? 1e8 : pixel / pixels);
  expect(keptBy('align_half', values)).toBe(1);
  expect(keptBy('half_ez', values)).toBe(pixels / 2);
  expect(keptBy('slavc_absolute', (pixel) => (pixel % 2 ? -1e-7 : -1))).toBe(pixels / 2);
});

interface Case {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly base64: string;
  readonly boxes: readonly (readonly [number, number, number, number])[];
  readonly threshold: number;
  readonly ciou: Readonly<Record<RuleName, number | null>>;
}

const { cases }: { cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('fixtures/degenerateMaps.json', import.meta.url), 'utf8'),
);

it.each(cases)('the statements of the evaluators, in their libraries, agree on $name', (one) => {
  const { width, height, base64, threshold, ciou } = one;
  const data = new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer);
  const boxes = one.boxes.map(([xmin, ymin, xmax, ymax]) => ({ xmin, ymin, xmax, ymax }));
  const weights = groundTruthOf({ kind: 'boxes', boxes, width: 1, height: 1 }).data;
  const scores = scoreMap({ width, height, data }, weights, { threshold });
  for (const rule of ruleNames) {
    if (ciou[rule] === null) expect(scores[rule], rule).toBeNaN();
    else expect(scores[rule], rule).toBeCloseTo(ciou[rule], 12);
  }
});

/** Each rule again, on the sorted values, in doubles. */
const naive: Readonly<Record<RuleName, (value: number, sorted: Float32Array, truthPixels: number) => boolean>> = {
  half_ez: (value, sorted) => value >= sorted[pixels / 2],
  slavc_relative: (value, sorted) => value >= sorted[pixels / 2],
  half_lvs: (value, sorted) => value > sorted[pixels / 2] || value === sorted[pixels - 1],
  half_sspl: (value, sorted) => value >= sorted[pixels / 2],
  align_half: (value, sorted) => value > sorted[pixels / 2],
  align_adaptive: (value, sorted, truthPixels) => value > sorted[pixels - truthPixels],
  slavc_absolute: (value) => value >= 0,
  fixed_half: (value, sorted) => (value - sorted[0]) / (sorted[pixels - 1] - sorted[0]) >= 0.5,
  universal: (value) => value > 0.375,
};

it('every rule agrees with sorting, whatever the ties', () => {
  // Multiples of 1/8 have no rounding, so that doubles and floats say the same.
  const levels = fc.uniqueArray(fc.integer({ min: -8, max: 8 }), { minLength: 2 });
  fc.assert(
    fc.property(levels, fc.integer({ min: 1, max: 200 }), fc.nat(1000), (eighths, rows, seed) => {
      const map = mapOf((pixel) => (eighths[(pixel * 7919 + seed) % (eighths.length + 3)] ?? eighths[0]) / 8);
      const weights = topRows(rows);
      const sorted = map.data.toSorted();
      const scores = scoreMap(map, weights, { threshold: 0.375 });
      for (const rule of ruleNames) {
        const mask = Uint8Array.from(map.data, (value) => Number(naive[rule](value, sorted, rows * side)));
        expect(scores[rule], rule).toBeCloseTo(consensusIou(mask, weights), 12);
        expect(Buffer.compare(maskOf(rule, map, weights, 0.375), mask), rule).toBe(0);
      }
    }),
    { numRuns: 10 },
  );
});

describe('scores', () => {
  it('of a map that is the box itself are nearly perfect, however small the map', () => {
    const data = new Float32Array(1600).map((_, index) => (index % 40 < 20 ? 1 : 0));
    const scores = scoreMap({ width: 40, height: 40, data }, mapOf((pixel) => Number(pixel % side < 112)).data);
    expect(Object.keys(scores)).toEqual(ownRules);
    expect(scores.align_adaptive).toBeGreaterThan(0.95);
    expect(scores.half_ez).toBeGreaterThan(0.95);
  });

  it('of a half cannot beat the ceiling of the half rule', () => {
    // A truth of a quarter, all of it in the mask of a half: 0.25 / 0.5.
    expect(
      scoreMap(
        mapOf((pixel) => -pixel),
        topRows(56),
        { rules: ['half_ez'] },
      ).half_ez,
    ).toBe(0.5);
  });

  it('of ACL come in nineteen thresholds, inclusive', () => {
    const grid = scoreAclGrid(
      mapOf((pixel) => (pixel < 10 * side ? 0.3 : 0.1)),
      truth,
    );
    expect(grid.length).toBe(19);
    expect([grid[1], grid[2], grid[5], grid[6]]).toEqual([10 / 224, 1, 1, 0]);
  });

  it('are summed up by rule', () => {
    expect(scoresByRule([{ half_ez: 0.5 }, { half_ez: 0 }])).toEqual({
      half_ez: { success: 0.5, auc: expect.closeTo(0.275, 12), meanCiou: 0.25 },
    });
  });
});
