import { describe, expect, it } from 'vitest';
import type { BenchmarkItem } from '../benchmarks/benchmark.ts';
import { partnersAmong } from './partners.ts';

function item(id: string, label: string | null, changes: Partial<BenchmarkItem> = {}): BenchmarkItem {
  return {
    id,
    picture: `/media/${id}.jpg`,
    sound: `/media/${id}.wav`,
    label,
    others: [],
    pictureGroup: id,
    scene: id,
    truth: { kind: 'boxes', boxes: [], width: 1, height: 1 },
    ...changes,
  };
}

describe('the sounds that a picture is shown with', () => {
  const dogs = Array.from({ length: 20 }, (_, index) => item(`dog${index}`, 'dog'));
  const cats = Array.from({ length: 20 }, (_, index) => item(`cat${index}`, 'cat'));

  it('are of another class, ten different ones', () => {
    const partnersOf = partnersAmong([...dogs, ...cats], 1);
    for (const dog of dogs) {
      const { wrong, offscreen } = partnersOf(dog);
      expect(wrong).toContain('cat');
      expect(new Set(offscreen).size).toBe(10);
      expect(offscreen.every((sound) => sound.includes('cat'))).toBe(true);
    }
  });

  it('are never of what else is in the picture, of the same scene, or its own', () => {
    const both = item('both', 'dog', { others: ['cat'] });
    const neighbour = item('neighbour', 'bird', { scene: 'both' });
    const { wrong, offscreen, shuffled } = partnersAmong([both, neighbour, ...cats], 1)(both);
    expect(wrong).toBeNull();
    expect(offscreen).toEqual([]);
    expect(shuffled).not.toBe(both.sound);
  });

  it('do not depend on the order of the list', () => {
    const forwards = partnersAmong([...dogs, ...cats], 7);
    const backwards = partnersAmong([...cats, ...dogs].reverse(), 7);
    for (const each of [...dogs, ...cats]) expect(backwards(each)).toEqual(forwards(each));
  });

  it('depend on the seed', () => {
    const draws = (seed: number) => dogs.map((dog) => partnersAmong([...dogs, ...cats], seed)(dog).wrong);
    expect(draws(1)).not.toEqual(draws(2));
  });

  it('are none where there is nothing else', () => {
    expect(partnersAmong([dogs[0]], 1)(dogs[0])).toEqual({ wrong: null, shuffled: null, offscreen: [] });
  });
});
