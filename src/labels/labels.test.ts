import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ade20kClasses, ade20kLabels } from './ade20k.ts';
import { audiosetLabels, audiosetSounds } from './audioset.ts';
import { yamnetLabels, yamnetSounds } from './yamnet.ts';

const shared = process.env.LOOKHEAR_SHARED;
const benchmarks = shared === undefined ? undefined : join(shared, 'benchmarks');

function linesOf(...path: string[]): string[] {
  return readFileSync(join(benchmarks!, ...path), 'utf8')
    .trim()
    .split(/\r?\n/);
}

describe('the label sets', () => {
  test('have as many labels as published, each once', () => {
    for (const [labels, count] of [
      [ade20kLabels, 150],
      [audiosetLabels, 527],
      [yamnetLabels, 521],
      [audiosetSounds.map(({ mid }) => mid), 527],
    ] as const) {
      expect(labels).toHaveLength(count);
      expect(new Set(labels).size).toBe(count);
    }
  });

  test('have their known ends', () => {
    expect(ade20kClasses[0]).toEqual({ name: 'wall', synonyms: ['wall'], colour: [120, 120, 120] });
    expect(ade20kClasses[149]).toEqual({ name: 'flag', synonyms: ['flag'], colour: [92, 0, 255] });
    expect(ade20kClasses[12].name).toBe('person');
    expect(audiosetSounds[0]).toEqual({ mid: '/m/09x0r', name: 'Speech' });
    expect(audiosetSounds[526]).toEqual({ mid: '/m/07hvw1', name: 'Field recording' });
    expect(yamnetSounds[1].name).toBe('Child speech, kid speaking');
    expect(yamnetSounds[520].name).toBe('Field recording');
  });
});

describe.skipIf(benchmarks === undefined || !existsSync(benchmarks))('the published lists', () => {
  test('of ADE20K hold the same words and colours', () => {
    const words = linesOf('ade20k', 'objectInfo150.csv').slice(1);
    const colours = linesOf('ade20k', 'ade150_names_colors.csv').slice(1);
    ade20kClasses.forEach(({ synonyms, colour }, place) => {
      // The published list has a semicolon for every space.
      expect(synonyms.join(';').replaceAll(' ', ';')).toBe(words[place].split(',')[5]);
      expect(colour.join()).toBe(colours[place].split(',').slice(-5, -2).join());
    });
  });

  test('of AudioSet is the same', () => {
    const rows = audiosetSounds.map(({ mid, name }, place) => `${place},${mid},"${name}"`);
    expect(linesOf('audioset', 'class_labels_indices.csv').slice(1)).toEqual(rows);
  });

  test('of YAMNet has the same order', () => {
    expect(linesOf('yamnet', 'yamnet_521_labels.txt')).toEqual([...yamnetLabels]);
  });
});
