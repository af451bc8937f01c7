import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTrainingFolder, type TrainingFolder } from '../data/trainingFolder.fixtures.ts';
import { boxesToMask } from '../metrics/groundTruth.ts';
import type { BenchmarkItem } from './benchmark.ts';
import { readBenchmark } from './registry.ts';

let folder: TrainingFolder;
beforeEach(async () => {
  folder = await makeTrainingFolder();
});
afterEach(() => folder.remove());

const absurd = -28823037615171176;

const clips = [
  { file: 'aaaaaaaaaaa_000032', class: 'bird chirping, tweeting', bbox: [[0.25, 0.5, 0.75, 1]] },
  {
    file: 'bbbbb_12345_000007',
    class: 'tap dancing',
    bbox: [
      [0.1, 0.1, absurd, 0.5],
      [0, 0, 0.5, 0.5],
    ],
  },
  { file: 'aaaaaaaaaaa_000090', class: 'tap dancing', bbox: [[0.5, 0.5, 0.5, 0.9]] },
];

function maskOf({ truth }: BenchmarkItem): Float32Array {
  if (truth.kind !== 'boxes') throw new Error('expected boxes');
  return boxesToMask(truth.boxes, truth.width, truth.height).data;
}

const sum = (mask: Float32Array): number => mask.reduce((total, weight) => total + weight, 0);

describe('readBenchmark of VGG-SS', () => {
  it('reads clips, classes with commas and fractions', async () => {
    await folder.write({ 'vggss.json': JSON.stringify(clips) });
    const { items, title, annotations } = await readBenchmark('VGG_SS', { media: folder.path });
    expect(title).toContain('VGG-SS');
    expect(annotations).toEqual([
      { path: `${folder.path}/vggss.json`, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(items[0]).toEqual({
      id: 'aaaaaaaaaaa_000032',
      picture: `${folder.path}/frames/aaaaaaaaaaa_000032.jpg`,
      sound: `${folder.path}/audio/aaaaaaaaaaa_000032.wav`,
      label: 'bird chirping, tweeting',
      others: [],
      pictureGroup: 'aaaaaaaaaaa_000032',
      scene: 'aaaaaaaaaaa',
      truth: { kind: 'boxes', boxes: [{ xmin: 0.25, ymin: 0.5, xmax: 0.75, ymax: 1 }], width: 1, height: 1 },
    });
    expect(items.map(({ scene }) => scene)).toEqual(['aaaaaaaaaaa', 'bbbbb_12345', 'aaaaaaaaaaa']);
  });

  it('keeps absurd and inverted boxes, which the ground truth makes empty, and says so', async () => {
    await folder.write({ 'vggss.json': JSON.stringify(clips) });
    const { items, notes } = await readBenchmark('vgg-ss', { media: folder.path });
    expect(items[1].truth).toMatchObject({ boxes: [{ xmax: absurd }, { xmax: 0.5 }] });
    expect(items.map((item) => sum(maskOf(item)))).toEqual([112 * 112, 112 * 112, 0]);
    expect(notes).toContain('3 clips of 2 classes with 4 boxes.');
    expect(notes.join(' ')).toContain('Boxes without an area: 2, of which 1 have a corner far outside');
    expect(notes.join(' ')).toContain('Clips without any other box: 1 (aaaaaaaaaaa_000090)');
  });

  it.each([
    ['vgg-ss-heard', 'vggss_heard_test.csv', 'bbbbb_12345_000007\r\naaaaaaaaaaa_000032\r\n'],
    ['vgg-ss-4911', 'test_vggss_4911.txt', 'bbbbb_12345_000007.jpg\naaaaaaaaaaa_000032.jpg'],
    ['vgg-ss-4655', 'ours_vggss_sslalignment.txt', 'bbbbb_12345_7000_17000\naaaaaaaaaaa_32000_42000\n'],
  ])('takes the clips of %s in the order of its list', async (name, list, text) => {
    await folder.write({ 'vggss.json': JSON.stringify(clips), [`annotations/${list}`]: text });
    const { items, annotations } = await readBenchmark(name, { media: folder.path });
    expect(items.map(({ id }) => id)).toEqual(['bbbbb_12345_000007', 'aaaaaaaaaaa_000032']);
    expect(annotations).toHaveLength(2);
  });

  it('finds media under each of their published names', async () => {
    await folder.write({
      'vggss.json': JSON.stringify(clips),
      'Images/aaaaaaaaaaa_32000_42000/image_050.jpg': null,
      'bbbbb_12345_7000_17000.png': null,
      'audio/aaaaaaaaaaa_32000_42000.wav': null,
      'bbbbb_12345_000007.wav': null,
    });
    const { items } = await readBenchmark('vgg-ss', { media: folder.path });
    expect(items.map(({ picture }) => picture.slice(folder.path.length + 1))).toEqual([
      'Images/aaaaaaaaaaa_32000_42000/image_050.jpg',
      'bbbbb_12345_7000_17000.png',
      'Images/aaaaaaaaaaa_000090.jpg',
    ]);
    expect(items.map(({ sound }) => sound.slice(folder.path.length + 1))).toEqual([
      'audio/aaaaaaaaaaa_32000_42000.wav',
      'bbbbb_12345_000007.wav',
      'audio/aaaaaaaaaaa_000090.wav',
    ]);
  });

  it.each([
    [
      'an id that leaves the folder',
      [{ file: '../../etc/passwd', class: 'x', bbox: [] }],
      /"..\/..\/etc\/passwd" is not a plain/,
    ],
    ['an id that comes twice', [clips[0], clips[0]], /aaaaaaaaaaa_000032 stands in it more than once/],
    ['a box of three', [{ file: 'a', class: 'x', bbox: [[0, 0, 1]] }], /bbox/],
    ['another shape', { file: 'a' }, /array/],
  ])('refuses %s', async (_, content, message) => {
    await folder.write({ 'vggss.json': JSON.stringify(content) });
    await expect(readBenchmark('vgg-ss', { media: folder.path })).rejects.toMatchObject({
      code: 'INPUT_CORRUPT',
      message: expect.stringMatching(message),
    });
  });

  it('refuses a list that names an unknown clip', async () => {
    await folder.write({ 'vggss.json': JSON.stringify(clips), 'vggss_heard_test.csv': 'ccccccccccc_000001' });
    await expect(readBenchmark('vgg-ss-heard', { media: folder.path })).rejects.toMatchObject({
      code: 'INPUT_CORRUPT',
      message: expect.stringContaining('vggss.json has no clip ccccccccccc_000001'),
    });
  });
});

describe('readBenchmark of extended VGG-SS', () => {
  const negatives = 'video,audio,label\r\nzzzzzzzzzzz_000001,zzzzzzzzzzz_000001,non-sounding\r\n';

  it('adds negatives, with the class that sounds and the class that is seen', async () => {
    await folder.write({
      'vggss.json': JSON.stringify(clips),
      'vggss_test_plus_silent.csv':
        `${negatives}aaaaaaaaaaa_000032,bbbbb_12345_000007,non-sounding\r\n` +
        'aaaaaaaaaaa_000090,bbbbb_12345_000007,non-sounding\r\n',
    });
    const { items, notes } = await readBenchmark('extended-vgg-ss', { media: folder.path });
    expect(items).toHaveLength(6);
    expect(items[3]).toMatchObject({ id: 'zzzzzzzzzzz_000001+zzzzzzzzzzz_000001', label: null, others: [] });
    expect(items[4]).toMatchObject({
      picture: `${folder.path}/frames/aaaaaaaaaaa_000032.jpg`,
      sound: `${folder.path}/audio/bbbbb_12345_000007.wav`,
      label: 'tap dancing',
      others: ['bird chirping, tweeting'],
      scene: 'aaaaaaaaaaa',
      truth: { kind: 'boxes', boxes: [] },
    });
    expect(new Set(items.map(({ pictureGroup }) => pictureGroup)).size).toBe(6);
    expect(notes.join(' ')).toMatch(/makes the sound: 3\..*its own sound: 1\..*same class: 1\./);
  });

  it('refuses a row that is no negative', async () => {
    await folder.write({ 'vggss.json': JSON.stringify(clips), 'vggss_test_plus_silent.csv': 'a,b,sounding' });
    await expect(readBenchmark('extended-vgg-ss', { media: folder.path })).rejects.toMatchObject({
      code: 'INPUT_CORRUPT',
      message: expect.stringMatching(/row 1 of .*vggss_test_plus_silent.csv/),
    });
  });
});
