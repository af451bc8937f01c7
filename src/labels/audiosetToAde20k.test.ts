import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ade20kLabels } from './ade20k.ts';
import { audiosetLabels, audiosetSounds } from './audioset.ts';
import { audiosetSightRows, audiosetSights, audiosetToAde20k, yamnetToAde20k } from './audiosetToAde20k.ts';
import { createLabelFinder } from './findLabel.ts';
import { yamnetLabels } from './yamnet.ts';

describe('the relation of AudioSet to ADE20K', () => {
  test('has one row for every sound, none for anything else', () => {
    expect(audiosetSightRows.map(([sound]) => sound).toSorted()).toEqual(audiosetLabels.toSorted());
  });

  test('names only sights that ADE20K has, with weights above 0 up to 1', () => {
    for (const [sound, sights] of audiosetSights) {
      for (const [sight, weight] of Object.entries(sights)) {
        expect(ade20kLabels, sound).toContain(sight);
        expect(weight, `${sound}, ${sight}`).toBeGreaterThan(0);
        expect(weight, `${sound}, ${sight}`).toBeLessThanOrEqual(1);
      }
    }
  });

  test('is full where a sound and a sight have the same name', () => {
    const find = createLabelFinder(ade20kLabels);
    const same = audiosetLabels.filter((sound) => find(sound) !== undefined);
    expect(same).toContain('Boat, Water vehicle');
    expect(same).toContain('Waterfall');
    // Cooking pots are not what ADE20K calls a pot.
    for (const sound of same.filter((name) => name !== 'Dishes, pots, and pans')) {
      expect(audiosetSights.get(sound)![ade20kLabels[find(sound)!]], sound).toBe(1);
    }
  });

  test('is a table of 527 x 150, and of 521 x 150 for YAMNet', () => {
    const rows = audiosetToAde20k();
    expect(rows).toHaveLength(527);
    expect(rows.every((row) => row.length === 150)).toBe(true);
    expect(yamnetToAde20k()).toHaveLength(521);
    expect(yamnetToAde20k()).toEqual(yamnetLabels.map((label) => rows[audiosetLabels.indexOf(label)]));
  });

  test('says what one would say', () => {
    expect(audiosetSights.get('Speech')).toEqual({ person: 1 });
    expect(audiosetSights.get('Bark')).toEqual({ animal: 1 });
    expect(Object.keys(audiosetSights.get('Siren')!)).toEqual(expect.arrayContaining(['car', 'van', 'truck']));
    expect(audiosetSights.get('Rain')).toEqual({});
    expect(audiosetSights.get('Silence')).toEqual({});
    expect(audiosetSights.get('Piano')).toEqual({ person: 0.5 });
    const speech = audiosetToAde20k()[audiosetLabels.indexOf('Speech')];
    expect(speech.flatMap((weight, sight) => (weight > 0 ? [ade20kLabels[sight]] : []))).toEqual(['person']);
  });
});

const shared = process.env.LOOKHEAR_SHARED;
const ontologyFile = shared === undefined ? undefined : join(shared, 'benchmarks', 'audioset', 'ontology.json');

interface Node {
  readonly id: string;
  readonly child_ids: readonly string[];
}

/** A machine that imitates a voice is under speech and singing, which are otherwise people's. */
const imitations: readonly string[] = ['Speech synthesizer', 'Synthetic singing'];

describe.skipIf(ontologyFile === undefined || !existsSync(ontologyFile))("AudioSet's ontology", () => {
  test('has in every parent what is in its children, with a quarter of the weight or more', () => {
    const nodes: readonly Node[] = JSON.parse(readFileSync(ontologyFile!, 'utf8'));
    const nameOf = new Map(audiosetSounds.map(({ mid, name }) => [mid, name]));

    /** The nearest parents that are labels; undefined stands for a way up on which there is none. */
    function parentsOf(id: string): readonly (string | undefined)[] {
      const parents = nodes.filter((node) => node.child_ids.includes(id));
      if (parents.length === 0) return [undefined];
      return parents.flatMap((parent) => (nameOf.has(parent.id) ? [nameOf.get(parent.id)] : parentsOf(parent.id)));
    }

    const gaps: string[] = [];
    let checked = 0;
    for (const { mid, name } of audiosetSounds) {
      const parents = parentsOf(mid);
      if (parents.includes(undefined) || imitations.includes(name)) continue;
      checked++;
      for (const [sight, weight] of Object.entries(audiosetSights.get(name)!)) {
        const inParents = Math.max(...parents.map((parent) => audiosetSights.get(parent!)![sight] ?? 0));
        if (inParents < weight / 4) gaps.push(`${name}: ${sight} ${weight}, in ${parents.join(' or ')} ${inParents}`);
      }
    }
    expect(gaps).toEqual([]);
    expect(checked).toBeGreaterThan(300);
  });
});
