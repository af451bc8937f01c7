import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ade20kClasses, ade20kLabels } from './ade20k.ts';
import { audiosetLabels } from './audioset.ts';
import { createLabelFinder } from './findLabel.ts';

const sounds = createLabelFinder(audiosetLabels);
const sights = createLabelFinder(ade20kClasses.map(({ synonyms }) => synonyms.join(';')));
const soundOf = (name: string): string | undefined => audiosetLabels[sounds(name) ?? -1];
const sightOf = (name: string): string | undefined => ade20kLabels[sights(name) ?? -1];

describe('createLabelFinder', () => {
  test('finds every label of a list by its own name', () => {
    expect(audiosetLabels.map(sounds)).toEqual([...audiosetLabels.keys()]);
    expect(ade20kLabels.map(sights)).toEqual([...ade20kLabels.keys()]);
  });

  test('does not mind capitals, punctuation and spaces', () => {
    expect(soundOf('BOW WOW')).toBe('Bow-wow');
    expect(soundOf('dentists_drill')).toBeUndefined();
    expect(soundOf('dental drill,dentist-s drill')).toBe("Dental drill, dentist's drill");
    expect(sightOf(' Swimming_Pool ')).toBe('swimming pool');
    fc.assert(
      fc.property(fc.constantFrom(...audiosetLabels), fc.constantFrom('_', '-', '  '), (label, space) => {
        expect(soundOf(` ${label.toUpperCase().replaceAll(' ', space)}.`)).toBe(label);
      }),
    );
  });

  test('finds a label by any of its names', () => {
    expect(soundOf('car horn')).toBe('Vehicle horn, car horn, honking');
    expect(soundOf('rooster')).toBe('Chicken, rooster');
    expect(sightOf('tv')).toBe('television');
    expect(sightOf('television receiver')).toBe('television');
    expect(sightOf('person;individual;someone')).toBe('person');
  });

  test('finds the singular by the plural and the other way round', () => {
    expect(soundOf('church bells')).toBe('Church bell');
    expect(soundOf('owls')).toBe('Owl');
    expect(sightOf('palms')).toBe('palm');
    expect(sightOf('toys')).toBe('plaything');
    expect(sightOf('buses')).toBeUndefined();
    expect(sightOf('bu')).toBeUndefined();
    expect(sightOf('glas')).toBeUndefined();
  });

  test("takes a label's first name before the synonym of another", () => {
    expect(sightOf('screen')).toBe('screen');
    expect(sightOf('pot')).toBe('pot');
    expect(sightOf('stool')).toBe('stool');
    expect(sightOf('counter')).toBe('counter');
    expect(sightOf('steps')).toBe('stairs');
    expect(sightOf('step')).toBe('step');
  });

  test('finds nothing where nothing agrees, or two agree alike', () => {
    expect(soundOf('')).toBeUndefined();
    expect(soundOf(' ; ')).toBeUndefined();
    expect(soundOf('elephant')).toBeUndefined();
    expect(soundOf('Rattle')).toBe('Rattle');
    expect(soundOf('inside')).toBeUndefined();
    expect(createLabelFinder(['dog', 'Dog'])('dog')).toBeUndefined();
    expect(createLabelFinder([])('dog')).toBeUndefined();
  });
});
