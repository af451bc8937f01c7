import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, epochOrder, stepsPerEpoch } from './sampling.ts';
import type { TrainingPair } from './trainingPair.ts';

const pairOf = (id: string, category?: string): TrainingPair => ({
  id,
  image: `/${id}.jpg`,
  audio: `/${id}.wav`,
  target: { kind: 'none' },
  category,
});

const manyPairs = fc
  .array(fc.constantFrom('dog', 'car', 'bell', undefined), { minLength: 1, maxLength: 40 })
  .filter((categories) => categories.some((category) => category !== undefined))
  .map((categories) => categories.map((category, index) => pairOf(`p${index}`, category)));

describe('the order of an epoch', () => {
  it('has every pair once', () => {
    fc.assert(
      fc.property(manyPairs, fc.integer(), fc.nat(1000), (pairs, seed, epoch) => {
        const order = epochOrder(pairs, { seed, epoch });
        expect([...order].sort((a, b) => a - b)).toEqual(pairs.map((_, index) => index));
      }),
    );
  });

  it('does not depend on the order of the pairs, balanced or not', () => {
    fc.assert(
      fc.property(manyPairs, fc.integer(), fc.boolean(), (pairs, seed, balanced) => {
        const turned = [...pairs].reverse();
        const ids = epochOrder(pairs, { seed, epoch: 3, balanced }).map((index) => pairs[index].id);
        expect(epochOrder(turned, { seed, epoch: 3, balanced }).map((index) => turned[index].id)).toEqual(ids);
      }),
    );
  });

  it('changes with the epoch and with the seed', () => {
    const pairs = Array.from({ length: 50 }, (_, index) => pairOf(`${index}`));
    const first = epochOrder(pairs, { seed: 1, epoch: 0 });
    expect(epochOrder(pairs, { seed: 1, epoch: 0 })).toEqual(first);
    expect(epochOrder(pairs, { seed: 1, epoch: 1 })).not.toEqual(first);
    expect(epochOrder(pairs, { seed: 2, epoch: 0 })).not.toEqual(first);
  });

  it('puts every pair in every place equally often', () => {
    const pairs = Array.from({ length: 5 }, (_, index) => pairOf(`${index}`));
    const counts = new Array<number>(25).fill(0);
    for (let epoch = 0; epoch < 2000; epoch++) {
      epochOrder(pairs, { seed: 4, epoch }).forEach((index, place) => {
        counts[5 * place + index]++;
      });
    }
    // 400 each, standard deviation 18.
    expect(Math.min(...counts)).toBeGreaterThan(320);
    expect(Math.max(...counts)).toBeLessThan(480);
  });
});

describe('a balanced order', () => {
  const pairs = [
    ...Array.from({ length: 4000 }, (_, index) => pairOf(`person ${index}`, 'person')),
    ...Array.from({ length: 500 }, (_, index) => pairOf(`dog ${index}`, 'dog')),
    ...Array.from({ length: 10 }, (_, index) => pairOf(`bell ${index}`, 'bell')),
    pairOf('unknown'),
  ];

  it('sees every category equally often, however many pairs it has; those without a category are one', () => {
    const order = epochOrder(pairs, { seed: 1, epoch: 0, balanced: true });
    expect(order).toHaveLength(4511);
    const counts: Record<string, number> = {};
    for (const index of order)
      counts[pairs[index].category ?? 'none'] = (counts[pairs[index].category ?? 'none'] ?? 0) + 1;
    // 1128 each, standard deviation 29.
    for (const count of Object.values(counts)) expect(Math.abs(count - 4511 / 4)).toBeLessThan(120);
    expect(Object.keys(counts)).toHaveLength(4);
  });

  it('sees the pairs of a category equally often', () => {
    const order = epochOrder(pairs, { seed: 1, epoch: 0, balanced: true });
    for (let bell = 4500; bell < 4510; bell++) {
      // 113 each, standard deviation 10.
      expect(Math.abs(order.filter((index) => index === bell).length - 113)).toBeLessThan(45);
    }
  });

  it('needs categories', () => {
    expect(() => epochOrder([pairOf('1')], { seed: 1, epoch: 0, balanced: true })).toThrow(
      'Cannot balance the categories: none of the pairs has one.',
    );
  });
});

describe('batches', () => {
  it('of an epoch are equally large, follow its order, and the last is filled from the beginning', () => {
    const order = [4, 2, 0, 1, 3];
    expect(stepsPerEpoch(5, 2)).toBe(3);
    expect([0, 1, 2].map((step) => batchOf(order, step, 2))).toEqual([
      [4, 2],
      [0, 1],
      [3, 4],
    ]);
    expect(batchOf([1, 0], 0, 5)).toEqual([1, 0, 1, 0, 1]);
  });

  it('are 334 for the 5000 pairs of the report, 15 a batch', () => expect(stepsPerEpoch(5000, 15)).toBe(334));
});
