import { describe, expect, it } from 'vitest';
import type { PictureRow, SoundRow } from '../../data/manifests.ts';
import { seededRandom } from '../../layers/random.ts';
import { embeddingSources } from '../small/extractEmbeddings.ts';
import { labels } from '../small/labels.ts';
import { classOf } from '../small/soundSet.ts';
import { isBoxed, pairSampler, trainingThings } from './pairs.ts';

const picture = (index: number, names: readonly string[], fold: number): PictureRow => ({
  id: `picture${index}`,
  image: '',
  mask: null,
  mask_by: null,
  width: 10,
  height: 10,
  labels: [...names],
  boxes: names.map((label) => ({ label, xmin: 0, ymin: 0, xmax: 5, ymax: 5 })),
  box_by: 'human',
  exhaustive: false,
  label_list: null,
  group: `group${index >> 1}`,
  fold,
});
const sound = (name: string, fold: number): SoundRow => ({ file: '', class: name, group: '', fold, kind: 'recording' });

const soundRows = [sound('dog', 0), sound('dog', 1), sound('cat', 2), sound('speech_male', 3), sound('rain', 1)];
const rows = Array.from({ length: 200 }, (_, index) =>
  picture(index, index % 19 === 0 ? ['cat', 'person'] : ['dog'], index % 5),
);
const things = trainingThings(rows, soundRows, new Set([1, 2, 3, 4]));

describe('pairs to learn from', () => {
  it('are composed of a thing and sounds of its label, neither from the fold that judges', () => {
    const sources = embeddingSources(soundRows.length);
    expect(things.length).toBeGreaterThan(100);
    for (const { row, record, label, sounds } of things) {
      expect(row.fold).not.toBe(0);
      expect(rows[record]).toBe(row);
      expect(sounds.length).toBeGreaterThan(0);
      for (const index of sounds) {
        const source = sources[index];
        if (source.kind === 'noise') expect.fail('a noise is the sound of no thing');
        expect(soundRows[source.row].fold).not.toBe(0);
        expect(classOf(soundRows[source.row])).toBe(label);
      }
    }
  });

  it('leave out things of which there is no sound', () => {
    const dogsOnly = trainingThings(rows, [sound('dog', 1)], new Set([1]));
    expect(new Set(dogsOnly.map(({ label }) => labels[label]))).toEqual(new Set(['dog']));
  });

  it('have boxes by group: pictures of one clip have all or none', () => {
    const flags = new Map<string, Set<boolean>>();
    for (const thing of things) {
      const seen = flags.get(thing.row.group) ?? new Set();
      flags.set(thing.row.group, seen.add(isBoxed(thing, 0.3, 1)));
    }
    expect([...flags.values()].every(({ size }) => size === 1)).toBe(true);
    const share = [...flags.values()].filter((flag) => flag.has(true)).length / flags.size;
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.45);
  });
});

describe('the sampler', () => {
  const draw = (options: Partial<Parameters<typeof pairSampler>[1]>, count = 2000) =>
    pairSampler(things, { boxShare: 1, from: 'all', balance: 0, seed: 1, ...options })(count, seededRandom(1));
  const shareOf = (label: string, pairs: ReturnType<typeof draw>): number =>
    pairs.filter(({ thing }) => labels[thing.label] === label).length / pairs.length;

  it('draws labels as they come, or each as often when balanced', () => {
    const natural = things.filter(({ label }) => labels[label] === 'cat').length / things.length;
    expect(shareOf('cat', draw({}))).toBeCloseTo(natural, 1);
    expect(natural).toBeLessThan(0.1);
    for (const label of ['cat', 'dog', 'person']) expect(shareOf(label, draw({ balance: 1 }))).toBeCloseTo(1 / 3, 1);
  });

  it('draws pairs with boxes only, or at least every second one, and marks them', () => {
    expect(draw({ boxShare: 0.3, from: 'boxed' }).every(({ labelled }) => labelled)).toBe(true);
    const halves = draw({ boxShare: 0.3, from: 'halves' });
    expect(halves.filter((_, place) => place % 2 === 0).every(({ labelled }) => labelled)).toBe(true);
    expect(halves.some(({ labelled }) => !labelled)).toBe(true);
    expect(draw({ boxShare: 0 }).some(({ labelled }) => labelled)).toBe(false);
  });

  it('pairs a thing with its own sounds, and draws the same from the same numbers', () => {
    const pairs = draw({}, 50);
    for (const { thing, sound: index } of pairs) expect(thing.sounds).toContain(index);
    expect(draw({}, 50)).toEqual(pairs);
  });
});
