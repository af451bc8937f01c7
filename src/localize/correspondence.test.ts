import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correspondences, cosine, crossEntropy, dot, euclidean } from './correspondence.ts';

describe("the report's worked examples", () => {
  it('(a) gives 0.893, 227.7 of 255, to two vectors that agree on one class', () => {
    const heard = Float32Array.of(0.005, 0.01, 0.95, 0.01, 0.01, 0.002, 0.01, 0.003);
    const seen = Float32Array.of(0.005, 0.01, 0.94, 0.003, 0.01, 0.01, 0.017, 0.005);
    const [score] = dot(heard, seen);
    expect(score).toBeCloseTo(0.89346, 5);
    expect(Math.abs(255 * score - 227.7)).toBeLessThan(0.2);
  });

  it('(b) gives a score near 3.37 of 255 to two vectors that are sure of different classes', () => {
    // The vectors of this example are lost; these have the dot product that the report states, 0.0132.
    const heard = Float32Array.of(0.98, 0.01, 0.01);
    const seen = Float32Array.of(0.0034, 0.9832, 0.0134);
    expect(dot(heard, seen)[0]).toBeCloseTo(0.0132, 3);
    expect(255 * dot(heard, seen)[0]).toBeCloseTo(3.37, 1);
  });
});

const probabilities = (length: number) =>
  fc
    .array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: length, maxLength: length })
    .map((values) => Float32Array.from(values, (value) => value / values.reduce((a, b) => a + b, 0)));

describe('every correspondence', () => {
  const sure = Float32Array.of(0, 1, 0);
  const other = Float32Array.of(1, 0, 0);

  it.each(Object.keys(correspondences) as (keyof typeof correspondences)[])(
    '%s is 1 for the same sure label and 0 for another',
    (name) => {
      expect(correspondences[name](sure, sure)[0]).toBeCloseTo(1, 6);
      expect(correspondences[name](sure, other)[0]).toBeCloseTo(0, 6);
    },
  );

  it('stays within 0..1 and judges each cell by itself', () => {
    fc.assert(
      fc.property(probabilities(4), probabilities(4), probabilities(4), (heard, left, right) => {
        const interleaved = Float32Array.from({ length: 8 }, (_, index) => (index % 2 ? right : left)[index >> 1]);
        for (const correspond of Object.values(correspondences)) {
          const [a, b] = correspond(heard, interleaved);
          expect(a).toBeGreaterThanOrEqual(0);
          expect(b).toBeLessThanOrEqual(1);
          expect(a).toBeCloseTo(correspond(heard, left)[0], 6);
        }
      }),
    );
  });

  it('has the values of its formula', () => {
    const q = Float32Array.of(0.75, 0.25);
    const p = Float32Array.of(0.5, 0.5);
    expect(dot(q, p)[0]).toBeCloseTo(0.5, 6);
    expect(cosine(q, p)[0]).toBeCloseTo(0.5 / (Math.sqrt(0.625) * Math.sqrt(0.5)), 6);
    expect(euclidean(q, p)[0]).toBeCloseTo(1 - Math.sqrt(0.125) / Math.SQRT2, 6);
    expect(crossEntropy(q, p)[0]).toBeCloseTo(0.5, 6);
    expect(cosine(new Float32Array(2), p)[0]).toBe(0);
  });
});
