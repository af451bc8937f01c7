import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { iouAboveZero, meanAveragePrecision, oracleIou, oracleMeanIou, pixelAveragePrecision } from './denseAv.ts';

/** As families.py makes them; null stands for NaN. */
interface GoldenMap {
  readonly name: string;
  readonly values: readonly number[];
  readonly mask: readonly number[];
  readonly oracleIou: number;
  readonly aboveZero: number;
  readonly averagePrecision: number | null;
}

const maps: readonly GoldenMap[] = JSON.parse(
  readFileSync(new URL('fixtures/families.golden.json', import.meta.url), 'utf8'),
).denseAv;

describe('computed the slow way', () => {
  it.each(maps.map((map) => [map.name, map] as const))('%s', (_, map) => {
    const pixels = { values: Float32Array.from(map.values), mask: map.mask };
    expect(oracleIou(pixels)).toBeCloseTo(map.oracleIou, 6);
    expect(iouAboveZero(pixels)).toBeCloseTo(map.aboveZero, 12);
    if (map.averagePrecision === null) expect(pixelAveragePrecision(pixels)).toBeNaN();
    else expect(pixelAveragePrecision(pixels)).toBeCloseTo(map.averagePrecision, 12);
  });
});

const anyPixels = fc
  .array(fc.record({ value: fc.integer({ min: -4, max: 4 }), isThing: fc.boolean() }), { minLength: 1, maxLength: 40 })
  .map((pixels) => ({
    values: Float32Array.from(pixels, ({ value }) => value / 8),
    mask: pixels.map(({ isThing }) => Number(isThing)),
  }));

describe('average precision', () => {
  it('is 1 where every pixel of the thing is above all others, their share where all are alike', () => {
    expect(pixelAveragePrecision({ values: Float32Array.of(3, 1, 2, 0), mask: [1, 0, 1, 0] })).toBe(1);
    expect(pixelAveragePrecision({ values: Float32Array.of(1, 1, 1, 1), mask: [1, 0, 0, 0] })).toBe(0.25);
  });

  it('weighs the precision at each pixel of the thing', () => {
    // Found at ranks 1, 3 and 4.
    const pixels = { values: Float32Array.of(9, 8, 7, 6, 5), mask: [1, 0, 1, 1, 0] };
    expect(pixelAveragePrecision(pixels)).toBeCloseTo((1 + 2 / 3 + 3 / 4) / 3, 12);
  });

  it('is not said where there is nothing to find, or a value is not a number', () => {
    expect(pixelAveragePrecision({ values: Float32Array.of(1, 2), mask: [0, 0] })).toBeNaN();
    expect(pixelAveragePrecision({ values: new Float32Array(0), mask: [] })).toBeNaN();
    expect(pixelAveragePrecision({ values: Float32Array.of(1, Number.NaN), mask: [1, 0] })).toBeNaN();
  });

  it('of -0 and 0 is that of one value', () => {
    expect(pixelAveragePrecision({ values: Float32Array.of(0, -0, 0, -0), mask: [1, 1, 0, 0] })).toBe(0.5);
  });
});

it('stretching the maps of a set together changes nothing', () => {
  fc.assert(
    fc.property(anyPixels, ({ values, mask }) => {
      const stretched = { values: values.map((value) => 2 * value + 1), mask };
      expect(oracleIou(stretched)).toBeCloseTo(oracleIou({ values, mask }), 12);
      expect(Object.is(pixelAveragePrecision(stretched), pixelAveragePrecision({ values, mask }))).toBe(true);
    }),
  );
});

it('classes weigh alike, whatever their size', () => {
  const found = { values: Float32Array.of(1, 0, 0, 0), mask: [1, 0, 0, 0] };
  const missed = { values: Float32Array.of(0, 1), mask: [1, 0] };
  expect(oracleMeanIou([found, missed])).toBe(0.5);
  expect(meanAveragePrecision([found, missed])).toBe(0.75);
  expect(oracleMeanIou([])).toBeNaN();
  expect(meanAveragePrecision([])).toBeNaN();
});
