import fc from 'fast-check';
import { expect, it } from 'vitest';
import { balancedWeights } from './balancedWeights.ts';

const shareOf = (categories: readonly string[], weights: Float64Array, category: string): number => {
  const sum = (keeps: (name: string) => boolean): number =>
    weights.reduce((total, weight, index) => total + (keeps(categories[index]) ? weight : 0), 0);
  return sum((name) => name === category) / sum(() => true);
};

const categories = ['person', 'person', 'person', 'person', 'harp'];

it('draws each category equally often, or by the root of its size, or as it comes', () => {
  expect(shareOf(categories, balancedWeights(categories), 'harp')).toBeCloseTo(1 / 2, 12);
  expect(shareOf(categories, balancedWeights(categories, 0.5), 'harp')).toBeCloseTo(1 / 3, 12);
  expect(shareOf(categories, balancedWeights(categories, 0), 'harp')).toBeCloseTo(1 / 5, 12);
});

it('gives every category the same share, whatever the sizes', () => {
  const names = fc.array(fc.constantFrom('person', 'dog', 'car', 'harp'), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(names, (drawn) => {
      const weights = balancedWeights(drawn);
      const present = new Set(drawn);
      for (const name of present) expect(shareOf(drawn, weights, name)).toBeCloseTo(1 / present.size, 9);
    }),
  );
});
