import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupOf, splitByGroup } from './split.ts';
import type { TrainingPair } from './trainingPair.ts';

const pairOf = (id: string, group?: string): TrainingPair => ({
  id,
  image: `/${id}.jpg`,
  audio: `/${id}.wav`,
  target: { kind: 'none' },
  group,
});

const idsOf = (pairs: readonly TrainingPair[]) => pairs.map(({ id }) => id).sort();

const manyGroups = fc
  .array(fc.nat(30), { minLength: 2, maxLength: 60 })
  .filter((groups) => new Set(groups).size > 1)
  .map((groups) => groups.map((group, index) => pairOf(`p${index}`, `scene ${group}`)));
const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });

describe('a split by group', () => {
  it('puts every pair on one side, whole groups together, and leaves no side empty', () => {
    fc.assert(
      fc.property(manyGroups, share, fc.integer(), (pairs, part, seed) => {
        const { training, validation } = splitByGroup(pairs, part, seed);
        expect(idsOf([...training, ...validation])).toEqual(idsOf(pairs));
        expect(training.length).toBeGreaterThan(0);
        expect(validation.length).toBeGreaterThan(0);
        const inTraining = new Set(training.map(groupOf));
        expect(validation.some((pair) => inTraining.has(groupOf(pair)))).toBe(false);
      }),
    );
  });

  it('does not depend on the order of the pairs', () => {
    fc.assert(
      fc.property(manyGroups, share, fc.integer(), (pairs, part, seed) => {
        const turned = splitByGroup([...pairs].reverse(), part, seed);
        expect(idsOf(turned.validation)).toEqual(idsOf(splitByGroup(pairs, part, seed).validation));
      }),
    );
  });

  it('comes as near to its share as single pairs allow, and otherwise with another seed', () => {
    const pairs = Array.from({ length: 5000 }, (_, index) => pairOf(`${index}`));
    const { validation } = splitByGroup(pairs, 0.05, 1);
    expect(validation).toHaveLength(250);
    const other = new Set(idsOf(splitByGroup(pairs, 0.05, 2).validation));
    // 250 of 5000 twice: 12.5 in common are expected.
    expect(idsOf(validation).filter((id) => other.has(id)).length).toBeLessThan(40);
  });

  it('does not give validation a group far larger than its share', () => {
    const pairs = [
      ...Array.from({ length: 90 }, (_, index) => pairOf(`large ${index}`, 'large')),
      ...Array.from({ length: 10 }, (_, index) => pairOf(`small ${index}`)),
    ];
    for (let seed = 0; seed < 20; seed++) expect(splitByGroup(pairs, 0.1, seed).validation).toHaveLength(10);
  });

  it('takes the smallest group where all are larger than the share', () => {
    const pairs = [pairOf('1', 'a'), pairOf('2', 'a'), pairOf('3', 'a'), pairOf('4', 'b'), pairOf('5', 'b')];
    expect(idsOf(splitByGroup(pairs, 0.01, 7).validation)).toEqual(['4', '5']);
  });

  it('of share 0 has no validation', () => {
    expect(splitByGroup([pairOf('1', 'a')], 0, 7)).toEqual({ training: [pairOf('1', 'a')], validation: [] });
  });

  it('is refused where there is nothing to split', () => {
    const pairs = [pairOf('1', 'a'), pairOf('2', 'a')];
    expect(() => splitByGroup(pairs, 0.1, 7)).toThrow('Cannot split the pairs: all of them belong to one group.');
    expect(() => splitByGroup(pairs, 1, 7)).toThrow('Expected a share for validation from 0 to below 1, got 1.');
    expect(() => splitByGroup(pairs, Number.NaN, 7)).toThrow('got NaN');
  });
});
