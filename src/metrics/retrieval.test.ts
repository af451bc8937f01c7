import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RetrievalScores, retrievalAt } from './retrieval.ts';

/** As families.py makes them; null stands for NaN. */
interface GoldenSet {
  readonly name: string;
  readonly similarity: readonly (number | null)[];
  /** By k. */
  readonly recall: Readonly<Record<string, RetrievalScores>>;
}

const sets: readonly GoldenSet[] = JSON.parse(
  readFileSync(new URL('fixtures/families.golden.json', import.meta.url), 'utf8'),
).retrieval;

describe('as torch.topk has it', () => {
  it.each(sets.map((set) => [set.name, set] as const))('%s', (_, { similarity, recall }) => {
    const values = Float32Array.from(similarity, (value) => value ?? Number.NaN);
    for (const [k, wanted] of Object.entries(recall)) expect(retrievalAt(values, Number(k))).toEqual(wanted);
  });
});

it('asks each sound for its picture by columns, each picture for its sound by rows', () => {
  // Sound 0 is more like picture 1 than its own; every picture is most like its own sound.
  expect(retrievalAt([5, 0, 6, 7], 1)).toEqual({ pictureOfSound: 0.5, soundOfPicture: 1 });
});

it('among equals the lower number goes first', () => {
  expect(retrievalAt([1, 1, 0, 1], 1)).toEqual({ pictureOfSound: 0.5, soundOfPicture: 1 });
  expect(retrievalAt([1, 0, 1, 1], 1)).toEqual({ pictureOfSound: 1, soundOfPicture: 0.5 });
});

it('finds everything among all', () => {
  const square = fc.array(fc.constantFrom(0, 1, Number.NaN), { minLength: 9, maxLength: 9 });
  fc.assert(
    fc.property(square, (similarity) => {
      expect(retrievalAt(similarity, 3)).toEqual({ pictureOfSound: 1, soundOfPicture: 1 });
    }),
  );
});

it('needs as many pairs as it looks at', () => {
  expect(() => retrievalAt(new Float32Array(81), 10)).toThrow('Expected k from 1 to 9, the number of pairs, got 10.');
  expect(() => retrievalAt(new Float32Array(81), 0)).toThrow('got 0');
  expect(() => retrievalAt(new Float32Array(80), 1)).toThrow('Expected N x N similarities, got 80 values.');
  expect(() => retrievalAt([], 1)).toThrow('Expected k');
});
