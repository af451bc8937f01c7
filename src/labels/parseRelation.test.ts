import { describe, expect, test } from 'vitest';
import { LookhearError } from '../errors.ts';
import { parseRelation } from './parseRelation.ts';

const sounds = ['Speech', 'Siren', 'Boat, Water vehicle'];
const sights = ['person', 'car', 'boat'];
const parse = (text: string): number[][] => parseRelation(text, sounds, sights, 'mine.json');

function refusalOf(text: string): LookhearError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof LookhearError) return error;
    throw error;
  }
  throw new Error(`accepted ${text}`);
}

describe('parseRelation', () => {
  test('reads weights by names, and leaves the rest at 0', () => {
    expect(parse('{"siren": {"Cars": 0.7, "person": 0}, "boats": {"boat": 1}}')).toEqual([
      [0, 0, 0],
      [0, 0.7, 0],
      [0, 0, 1],
    ]);
  });

  test('names the file and what it has not understood', () => {
    const texts: readonly (readonly [string, string])[] = [
      ['', 'it is not JSON'],
      ['[1, 2]', 'it is not a JSON object'],
      ['{"Speech": 1}', '"Speech" has no object of picture labels and weights'],
      ['{"Speech": [1]}', '"Speech" has no object of picture labels and weights'],
      ['{"Sirene": {"car": 1}}', 'the model has no sound label "Sirene", or several of that name'],
      ['{"Siren": {"lorry": 1}}', 'the model has no picture label "lorry", or several of that name'],
      ['{"Siren": {"car": 1.5}}', 'the weight of "car" under "Siren" is 1.5'],
      ['{"Siren": {"car": "1"}}', 'the weight of "car" under "Siren" is "1"'],
      ['{"Siren": {"car": null}}', 'the weight of "car" under "Siren" is null'],
      ['{"Siren": {"car": 1}, "siren": {}}', '"Siren" and "siren" are the same sound label'],
      ['{"Siren": {"car": 1, "cars": 1}}', '"car" and "cars" are the same picture label'],
      ['{}', 'it relates no sound to any sight, so nothing could ever be found'],
      ['{"Siren": {"car": 0}}', 'it relates no sound to any sight, so nothing could ever be found'],
    ];
    for (const [text, problem] of texts) {
      const { code, message, hint } = refusalOf(text);
      expect(code).toBe('INPUT_CORRUPT');
      expect(message).toBe(`Cannot use mine.json: ${problem}.`);
      expect(hint).toBeTruthy();
    }
  });
});
