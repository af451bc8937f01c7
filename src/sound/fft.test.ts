import { describe, expect, test } from 'vitest';
import { createRealFft } from './fft.ts';

function bySum(input: Float64Array): { real: number[]; imaginary: number[] } {
  const bins = Array.from({ length: input.length / 2 + 1 }, (_, k) => k);
  const sum = (k: number, wave: (angle: number) => number) =>
    input.reduce((total, x, n) => total + x * wave((2 * Math.PI * ((k * n) % input.length)) / input.length), 0);
  return { real: bins.map((k) => sum(k, Math.cos)), imaginary: bins.map((k) => -sum(k, Math.sin)) };
}

describe('createRealFft', () => {
  // Odd and even powers of two take different first steps.
  for (const length of [8, 16, 32, 64, 512, 1024]) {
    test(`agrees with the defining sum for ${length} samples`, () => {
      const input = Float64Array.from({ length }, (_, n) => Math.sin(n * n) + 0.3);
      const real = new Float64Array(length / 2 + 1);
      const imaginary = new Float64Array(length / 2 + 1);
      createRealFft(length).transform(input, real, imaginary);
      const expected = bySum(input);
      for (let k = 0; k <= length / 2; k++) {
        expect(real[k]).toBeCloseTo(expected.real[k], 10);
        expect(imaginary[k]).toBeCloseTo(expected.imaginary[k], 10);
      }
    });
  }

  test('gives the same answer when used again', () => {
    const fft = createRealFft(16);
    const [real, imaginary] = [new Float64Array(9), new Float64Array(9)];
    fft.transform(new Float64Array(16).fill(5), real, imaginary);
    fft.transform(
      Float64Array.from({ length: 16 }, (_, n) => (n === 0 ? 1 : 0)),
      real,
      imaginary,
    );
    expect([...real]).toEqual(new Array(9).fill(1));
  });

  test('refuses lengths it cannot halve down', () => {
    for (const length of [0, 4, 12, 400]) expect(() => createRealFft(length)).toThrow(RangeError);
  });
});
