import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTrainingFolder, type TrainingFolder } from '../data/trainingFolder.fixtures.ts';
import { boxesToMask } from '../metrics/groundTruth.ts';
import { presenceOf } from './presence.ts';
import { readBenchmark } from './registry.ts';

let folder: TrainingFolder;
beforeEach(async () => {
  folder = await makeTrainingFolder();
});
afterEach(() => folder.remove());

function row(name: string, truth: readonly number[] | string, sound = name) {
  return { image: `/some/where/frames/${name}.jpg`, audio: `/some/where/${sound}.wav`, gt_box: truth };
}

describe('readBenchmark of IS3', () => {
  it('groups the two sources of a picture, takes base names and exclusive maxima', async () => {
    const rows = [
      row('cat_drum_7_cat', [61, 0, 115, 224]),
      row('cat_drum_7_drum', [0, 0, 224, 224]),
      row('a_b_a', [0, 0, 9, 9]),
    ];
    await folder.write({
      'synthetic3240_bbox.json': JSON.stringify(rows),
      'visual_frames/cat_drum_7_cat.jpg': null,
      'audio_wav/cat_drum_7_cat.wav': null,
    });
    const benchmark = await readBenchmark('is3', { media: folder.path });
    expect(benchmark.items[0]).toEqual({
      id: 'cat_drum_7_cat',
      picture: `${folder.path}/visual_frames/cat_drum_7_cat.jpg`,
      sound: `${folder.path}/audio_wav/cat_drum_7_cat.wav`,
      label: 'cat',
      others: ['drum'],
      pictureGroup: 'cat_drum_7',
      scene: 'cat_drum_7',
      truth: { kind: 'boxes', boxes: [{ xmin: 61, ymin: 0, xmax: 115, ymax: 224 }], width: 224, height: 224 },
    });
    expect(benchmark.items.map(({ pictureGroup }) => pictureGroup)).toEqual(['cat_drum_7', 'cat_drum_7', 'a_b']);
    expect(benchmark.notes).toEqual([
      '3 sources in 2 pictures, one box each, in a frame of 224 x 224 with exclusive maxima.',
      'Boxes that cover the whole frame: 1; less than 1 % of it: 1.',
    ]);
    expect((await presenceOf(benchmark)).pictures).toEqual({ there: 1, of: 3 });
  });

  it.each([
    [
      'a name that comes twice',
      [row('a_b', [0, 0, 1, 1]), row('a_b', [0, 0, 1, 1])],
      /a_b stands in it more than once/,
    ],
    ['a path without a name', [row('..', [0, 0, 1, 1])], /is not a plain file name/],
    ['a mask in place of a box', [row('a_b', 'mask.png')], /gt_box/],
    ['a number that is none', '[{"image":"a","audio":"a","gt_box":[0,0,1,1e999]}]', /gt_box/],
  ])('refuses %s', async (_, content, message) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    await folder.write({ 'synthetic3240_bbox.json': text });
    await expect(readBenchmark('is3', { media: folder.path })).rejects.toMatchObject({
      code: 'INPUT_CORRUPT',
      message: expect.stringMatching(message),
    });
  });
});

describe('readBenchmark of VPO', () => {
  it('groups by COCO picture and keeps empty boxes, which count as misses', async () => {
    const rows = [row('0042_1', [1, 2, 3, 4]), row('0042_2', [0, 0, 0, 0])];
    await folder.write({ 'vpo/vpo_ms_bbox.json': JSON.stringify(rows) });
    const { items, notes } = await readBenchmark('vpo-ms', { media: folder.path });
    expect(items.map(({ pictureGroup, label }) => [pictureGroup, label])).toEqual([
      ['0042', null],
      ['0042', null],
    ]);
    expect(items[1].truth).toMatchObject({ boxes: [{ xmax: 0 }] });
    expect(notes.at(-1)).toContain('Boxes without an area ([0, 0, 0, 0]): 1.');
  });
});

describe('readBenchmark of AVSBench', () => {
  it('adds one to the inclusive maxima, and takes zeros for nothing that sounds', async () => {
    const rows = [row('vid_1', [0, 0, 223, 111], 'vid'), row('vid_2', [0, 0, 0, 0], 'vid')];
    await folder.write({
      's4_box.json': JSON.stringify(rows),
      'avs1_s4_test.csv': 'vid_1,dog_barking\r\nvid_2,dog_barking\r\n',
      'Single-source/s4_data/visual_frames/test/dog_barking/vid/vid_1.png': null,
      'Single-source/s4_data/audio_wav/test/dog_barking/vid.wav': null,
    });
    const { items, notes } = await readBenchmark('avsbench-s4', { media: folder.path });
    const data = `${folder.path}/Single-source/s4_data`;
    expect(items[0]).toEqual({
      id: 'vid_1',
      picture: `${data}/visual_frames/test/dog_barking/vid/vid_1.png`,
      sound: `${data}/audio_wav/test/dog_barking/vid.wav`,
      label: 'dog_barking',
      others: [],
      pictureGroup: 'vid_1',
      scene: 'vid',
      truth: { kind: 'boxes', boxes: [{ xmin: 0, ymin: 0, xmax: 224, ymax: 112 }], width: 224, height: 224 },
    });
    expect(boxesToMask([{ xmin: 0, ymin: 0, xmax: 224, ymax: 112 }], 224, 224).data.reduce((a, b) => a + b)).toBe(
      224 * 112,
    );
    expect(items[1].picture).toBe(`${data}/visual_frames/test/dog_barking/vid/vid_2.png`);
    expect(items[1].truth).toMatchObject({ boxes: [] });
    expect(notes.join(' ')).toContain('nothing of the picture sounds: 1.');
  });

  const several = [
    row('abcdefghijk_0.mp4_1', [1, 1, 2, 2], 'abcdefghijk_0'),
    row('lmnopqrstuv_3.mp4_1', [1, 1, 2, 2], 'lmnopqrstuv_3'),
  ];
  const labels = 'abcdefghijk_0_1,"guitar, violin"\r\nlmnopqrstuv_3_1,"man, guitar"\r\n';

  it('reads lists of labels, and knows which of them share a source', async () => {
    await folder.write({ 'ms3_box.json': JSON.stringify(several), 'avs1_ms3_test.csv': labels });
    const { items } = await readBenchmark('avsbench-ms3', { media: folder.path });
    expect(items[0]).toMatchObject({
      id: 'abcdefghijk_0_1',
      picture: `${folder.path}/visual_frames/abcdefghijk_0/abcdefghijk_0.mp4_1.png`,
      sound: `${folder.path}/audio_wav/test/abcdefghijk_0.wav`,
      label: 'guitar, violin',
      others: ['man, guitar'],
      scene: 'abcdefghijk',
    });
  });

  it('takes the masks of the set as files', async () => {
    const masks = several.map((each) => ({
      ...each,
      gt_box: '/x/gt_masks/test/abcdefghijk_0/abcdefghijk_0_1.png',
      offset: 1,
    }));
    await folder.write({
      'ms3_seg.json': JSON.stringify(masks.slice(0, 1)),
      'avs1_ms3_test.csv': labels,
      'gt_masks/test/abcdefghijk_0/abcdefghijk_0_1.png': null,
    });
    const benchmark = await readBenchmark('avsbench-ms3-masks', { media: folder.path });
    expect(benchmark.items[0].truth).toEqual({
      kind: 'mask file',
      path: `${folder.path}/gt_masks/test/abcdefghijk_0/abcdefghijk_0_1.png`,
    });
    expect((await presenceOf(benchmark)).masks).toEqual({ there: 1, of: 1 });
  });

  it.each([
    ['a frame without a label', 'other_1,dog\r\n', /no label for vid_1/],
    ['a label that leaves the folder', 'vid_1,../../x\r\n', /row 1 of .*avs1_s4_test.csv: "..\/..\/x" is not a plain/],
    ['quotes that do not match', 'vid_1,"dog\r\n', /line 1 of .*avs1_s4_test.csv: its quotes do not match/],
  ])('refuses %s', async (_, csv, message) => {
    await folder.write({ 's4_box.json': JSON.stringify([row('vid_1', [0, 0, 1, 1], 'vid')]), 'avs1_s4_test.csv': csv });
    await expect(readBenchmark('avsbench-s4', { media: folder.path })).rejects.toMatchObject({
      code: 'INPUT_CORRUPT',
      message: expect.stringMatching(message),
    });
  });
});
