import { describe, expect, it } from 'vitest';
import { type ColourMapName, colourIndex, colourMaps, colourTable } from './colourMaps.ts';

const colourOf = (name: ColourMapName, index: number) => [...colourMaps[name].subarray(3 * index, 3 * index + 3)];
const lightness = (name: ColourMapName, index: number) => {
  const [red, green, blue] = colourOf(name, index);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

describe('colour maps', () => {
  it('hold 256 colours each', () => {
    for (const table of Object.values(colourMaps)) expect(table.length).toBe(768);
  });

  it('have the published first, middle and last colours', () => {
    expect([0, 128, 255].map((index) => colourOf('inferno', index))).toEqual([
      [0, 0, 4],
      [188, 55, 84],
      [252, 255, 164],
    ]);
    expect([0, 128, 255].map((index) => colourOf('viridis', index))).toEqual([
      [68, 1, 84],
      [33, 145, 140],
      [253, 231, 37],
    ]);
    expect([0, 128, 255].map((index) => colourOf('turbo', index))).toEqual([
      [48, 18, 59],
      [164, 252, 60],
      [122, 4, 3],
    ]);
  });

  it('grow lighter all the way, so that they read in grey too (turbo does not)', () => {
    for (const name of ['inferno', 'viridis', 'grey'] as const) {
      for (let index = 1; index < 256; index++) {
        expect(lightness(name, index)).toBeGreaterThan(lightness(name, index - 1) - 0.5);
      }
    }
  });

  it('round to the nearest colour and clip what is outside', () => {
    expect([-1, 0, 0.5, 1, 7, Number.NaN].map(colourIndex)).toEqual([0, 0, 128, 255, 255, 0]);
  });

  it('say which there are when asked for another', () => {
    expect(() => colourTable('jet' as ColourMapName)).toThrow('one of inferno, viridis, turbo, grey, got "jet"');
  });
});
