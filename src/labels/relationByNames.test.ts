import { describe, expect, test } from 'vitest';
import { ade20kClasses, ade20kLabels } from './ade20k.ts';
import { audiosetLabels } from './audioset.ts';
import { audiosetToAde20k, yamnetToAde20k } from './audiosetToAde20k.ts';
import { relationByNames } from './relationByNames.ts';
import { yamnetLabels } from './yamnet.ts';

describe('relationByNames', () => {
  test('is the curated table for the published lists', () => {
    expect(relationByNames(audiosetLabels, ade20kLabels)).toEqual(audiosetToAde20k());
    expect(relationByNames(yamnetLabels, ade20kLabels)).toEqual(yamnetToAde20k());
  });

  test('is the same for labels that hold all synonyms, as other model folders write them', () => {
    const labels = ade20kClasses.map(({ synonyms }) => synonyms.join(', '));
    expect(relationByNames(audiosetLabels, labels)).toEqual(audiosetToAde20k());
  });

  test('follows names, not places', () => {
    const rows = relationByNames(['other', 'rain', 'Siren', 'speech'], ['background', 'van', 'person', 'tv', 'car']);
    expect(rows).toEqual([
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0.7, 0, 0, 0.7],
      [0, 0, 1, 0, 0],
    ]);
  });

  test('relates equal names of lists that no one has published', () => {
    expect(relationByNames(['Woodpeckers', 'chainsaw'], ['chain saw', 'woodpecker', 'chainsaw'])).toEqual([
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  test('adds to the table what another list of sights has names for', () => {
    expect(relationByNames(['Piano', 'Dog'], ['person', 'piano', 'dog', 'animal'])).toEqual([
      [0.5, 1, 0, 0],
      [0, 0, 1, 1],
    ]);
  });

  test('does not take a cooking pot for a flowerpot', () => {
    expect(relationByNames(['Dishes, pots, and pans'], ['pot', 'plate'])).toEqual([[0, 0.7]]);
  });

  test('is empty for empty lists', () => {
    expect(relationByNames([], ['car'])).toEqual([]);
    expect(relationByNames(['Car'], [])).toEqual([[]]);
  });
});
