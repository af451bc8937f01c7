/** The published annotations themselves, where they are at hand: counts as the sets' descriptions give them. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boxesToMask } from '../metrics/groundTruth.ts';
import type { Box } from '../picture/picture.ts';
import type { Benchmark, BenchmarkItem } from './benchmark.ts';
import { readBenchmark } from './registry.ts';

const shared = process.env.LOOKHEAR_SHARED;

let media = '';
beforeAll(async () => {
  media = await mkdtemp(join(tmpdir(), 'lookhear-media-'));
});
afterAll(() => rm(media, { recursive: true }));

const read = (name: string): Promise<Benchmark> =>
  readBenchmark(name, { media, annotations: join(shared ?? '', 'benchmarks') });

const boxesOf = ({ truth }: BenchmarkItem) => (truth.kind === 'boxes' ? truth.boxes : []);

function isEmpty({ truth }: BenchmarkItem): boolean {
  if (truth.kind !== 'boxes') throw new Error('expected boxes');
  return boxesToMask(truth.boxes, truth.width, truth.height).data.every((weight) => weight === 0);
}

const hasArea = ({ xmin, ymin, xmax, ymax }: Box): boolean => xmin < xmax && ymin < ymax;

const distinct = (values: readonly unknown[]): number => new Set(values).size;

describe.skipIf(shared === undefined)('published annotations', { timeout: 60_000 }, () => {
  it('VGG-SS: 5158 clips of 221 classes, 5941 boxes, 18 without an area, 2 clips without a ground truth', async () => {
    const { items, notes } = await read('vgg-ss');
    expect(items).toHaveLength(5158);
    expect(distinct(items.map(({ label }) => label))).toBe(221);
    expect(items.flatMap(boxesOf)).toHaveLength(5941);
    expect(items.filter(isEmpty).map(({ id }) => id)).toEqual(['M1P1xla8rg0_000000', 'MKC9LvRivTM_000030']);
    expect(notes.join(' ')).toMatch(
      /area: 18, of which 12 .* Clips without any other box: 2 \(M1P1xla8rg0_000000, MKC9LvRivTM_000030\)/,
    );
  });

  it('VGG-SS: the boxes without an area are those that the list of bad boxes names', async () => {
    const bad: { file: string; bbox: number[] }[] = JSON.parse(
      await readFile(join(shared ?? '', 'benchmarks/vgg_ss/bad_boxes.json'), 'utf8'),
    );
    const { items } = await read('vgg-ss');
    const found = items.flatMap((item) =>
      boxesOf(item).flatMap((box) => (hasArea(box) ? [] : [`${item.id} ${Object.values(box)}`])),
    );
    expect(found.sort()).toEqual(bad.map(({ file, bbox }) => `${file} ${bbox}`).sort());
  });

  it.each([
    ['vgg-ss-heard', 2564, 110],
    ['vgg-ss-unheard', 2575, 110],
    ['vgg-ss-4911', 4911, 221],
    ['vgg-ss-4692', 4692, 221],
    ['vgg-ss-4655', 4655, 221],
  ])('%s: %i clips of %i classes', async (name, clips, classes) => {
    const { items } = await read(name);
    expect(items).toHaveLength(clips);
    expect(distinct(items.map(({ label }) => label))).toBe(classes);
  });

  it('VGG-SS: classes heard and unheard have nothing in common', async () => {
    const heard = new Set((await read('vgg-ss-heard')).items.map(({ label }) => label));
    expect((await read('vgg-ss-unheard')).items.some(({ label }) => heard.has(label))).toBe(false);
  });

  it('extended VGG-SS: 5158 negatives, 379 of them with their own sound', async () => {
    const { items, notes } = await read('extended-vgg-ss');
    expect(items).toHaveLength(2 * 5158);
    expect(items.filter((item) => boxesOf(item).length === 0)).toHaveLength(5158);
    expect(notes.join(' ')).toMatch(/makes the sound: 5158\..*its own sound: 379\./);
  });

  it.each([
    ['flickr-soundnet', 249],
    ['flickr-soundnet-250', 250],
    ['extended-flickr-soundnet', 249],
  ])('%s: the list has %i photos; their annotations are not published with it', async (name, photos) => {
    await expect(read(name)).rejects.toMatchObject({
      code: 'INPUT_MISSING',
      message: expect.stringContaining(`.xml and the other ${photos - 1} in`),
    });
  });

  it('IS3: 6480 sources of 111 names in 3240 pictures, two each', async () => {
    const { items, notes } = await read('is3');
    expect(items).toHaveLength(6480);
    expect(distinct(items.map(({ pictureGroup }) => pictureGroup))).toBe(3240);
    expect(distinct(items.map(({ label }) => label))).toBe(111);
    expect(items.every(({ others }) => others.length === 1)).toBe(true);
    expect(items.flatMap(boxesOf).every(hasArea)).toBe(true);
    expect(notes.join(' ')).toContain('less than 1 % of it: 15');
  });

  it('VPO: 890 sources in 890 pictures, 2157 in 1432 with 2 empty boxes', async () => {
    const single = await read('vpo-ss');
    expect([single.items.length, distinct(single.items.map(({ scene }) => scene))]).toEqual([890, 890]);
    expect(single.notes.join(' ')).toContain('less than 1 % of it: 143');
    const multiple = await read('vpo-ms');
    expect([multiple.items.length, distinct(multiple.items.map(({ scene }) => scene))]).toEqual([2157, 1432]);
    expect(multiple.items.filter(isEmpty)).toHaveLength(2);
    expect(multiple.notes.join(' ')).toContain('([0, 0, 0, 0]): 2.');
  });

  it('AVSBench: 3700 frames of 740 clips and 23 labels, 320 of 64; 6 and 29 in which nothing sounds', async () => {
    const single = await read('avsbench-s4');
    expect([single.items.length, distinct(single.items.map(({ label }) => label))]).toEqual([3700, 23]);
    expect(distinct(single.items.map(({ sound }) => sound))).toBe(740);
    expect(single.items.filter((item) => boxesOf(item).length === 0)).toHaveLength(6);
    expect(single.items.filter(isEmpty)).toHaveLength(6);
    const multiple = await read('avsbench-ms3');
    expect([multiple.items.length, distinct(multiple.items.map(({ sound }) => sound))]).toEqual([320, 64]);
    expect(multiple.items.filter((item) => boxesOf(item).length === 0)).toHaveLength(29);
    expect(multiple.items.filter(isEmpty)).toHaveLength(29);
  });

  it('AVSBench: the masks are of the same frames as the boxes', async () => {
    for (const name of ['avsbench-s4', 'avsbench-ms3']) {
      const ids = ({ items }: Benchmark): string[] => items.map(({ id }) => id).sort();
      expect(ids(await read(`${name}-masks`))).toEqual(ids(await read(name)));
    }
  });

  it('MUSIC: 13472 frames of 27 solos less 1116 without a box, 11512 of 16 duets less 1228', async () => {
    const solo = await read('music-solo');
    expect(solo.items).toHaveLength(13472 - 1116);
    expect(distinct(solo.items.map(({ scene }) => scene))).toBe(27);
    const duet = await read('music-duet');
    expect(duet.items).toHaveLength(11512 - 1228);
    expect(duet.items.filter((item) => boxesOf(item).length === 2)).toHaveLength(4751);
    expect([...solo.items, ...duet.items].flatMap(boxesOf).every(hasArea)).toBe(true);
  });

  it('AudioSet: 4503 frames less 30 without a box, 7403 boxes', async () => {
    const { items } = await read('audioset-instrument');
    expect(items).toHaveLength(4503 - 30);
    expect(items.flatMap(boxesOf)).toHaveLength(7403);
  });

  it('our own pairs: 46 with all their files', async () => {
    const { items } = await readBenchmark('ours', { media: join(shared ?? '', 'data/pairs') });
    expect(items).toHaveLength(46);
  });
});
