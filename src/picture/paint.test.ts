import { describe, expect, it } from 'vitest';
import { mapToGrey, paint } from './paint.ts';
import type { Picture } from './picture.ts';

const grey: Picture = { width: 2, height: 2, data: new Uint8Array(12).fill(100) };
const map = (...values: number[]) => ({ width: 2, height: 2, data: new Float32Array(values) });

describe('painting heat over a picture', () => {
  it('leaves the picture as it is where heat is 0', () => {
    const painted = paint(grey, map(0, 0, 0, 1));
    expect([...painted.data.subarray(0, 9)]).toEqual(Array(9).fill(100));
  });

  it('does not stretch a weak map to its own maximum', () => {
    const weak = paint(grey, map(0, 0, 0, 0.1)).data.subarray(9);
    const strong = paint(grey, map(0, 0, 0, 1)).data.subarray(9);
    expect(Math.abs(weak[0] - 100)).toBeLessThan(25);
    expect(Math.abs(strong[0] - 100)).toBeGreaterThan(100);
  });

  it('mixes by strength times heat to the power 0.6', () => {
    const [red] = paint(grey, map(1, 0, 0, 0), { colourMap: 'grey', strength: 0.5 }).data;
    expect(red).toBe(Math.round(0.5 * 100 + 0.5 * 255));
    const share = 0.5 * (51 / 255) ** 0.6;
    expect(paint(grey, map(0.2, 0, 0, 0), { colourMap: 'grey', strength: 0.5 }).data[0]).toBe(
      Math.round((1 - share) * 100 + share * 51),
    );
  });

  it('shows only the colour map at full strength and full heat, and nothing at strength 0', () => {
    expect([...paint(grey, map(1, 1, 1, 1), { strength: 1 }).data.subarray(0, 3)]).toEqual([252, 255, 164]);
    expect(paint(grey, map(1, 1, 1, 1), { strength: 0 }).data).toEqual(grey.data);
  });

  it('enlarges a smaller map to the picture', () => {
    const painted = paint(grey, { width: 1, height: 1, data: new Float32Array([1]) });
    expect(new Set(painted.data.filter((_, index) => index % 3 === 0)).size).toBe(1);
    expect(painted.data[0]).not.toBe(100);
  });

  it('treats what is not a number as no heat and clips the rest', () => {
    const painted = paint(grey, map(Number.NaN, -3, 9, 0));
    expect([...painted.data.subarray(0, 6)]).toEqual(Array(6).fill(100));
    expect(painted.data.subarray(6, 9)).toEqual(paint(grey, map(0, 0, 1, 0)).data.subarray(6, 9));
  });

  it('refuses a strength outside 0..1', () => {
    expect(() => paint(grey, map(0, 0, 0, 0), { strength: 1.7 })).toThrow('between 0 and 1, got 1.7');
  });
});

it('a grey map holds 255 times the score', () => {
  const { data } = mapToGrey(map(0, 0.2, 0.5, 1));
  expect([...data.filter((_, index) => index % 3 === 0)]).toEqual([0, 51, 128, 255]);
});
