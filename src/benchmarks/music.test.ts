import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTrainingFolder, type TrainingFolder } from '../data/trainingFolder.fixtures.ts';
import { readBenchmark } from './registry.ts';

let folder: TrainingFolder;
beforeEach(async () => {
  folder = await makeTrainingFolder();
});
afterEach(() => folder.remove());

const frame = (...boxes: readonly (readonly [number, readonly number[]])[]) => ({
  bbox: boxes.map(([category_id, normbox]) => ({ box: [0, 0, 1, 1], normbox, category_id })),
  wdith: 640,
  height: 360,
});

describe('readBenchmark of MUSIC', () => {
  it('turns x, y, width, height into corners, and takes the second of the frame as its sound', async () => {
    await folder.write({
      'duettest.json': JSON.stringify({
        'aaaaaaaaaaa_0_1000/frame_175/05257.jpg': frame([11, [0.5, 0.25, 0.25, 0.5]], [3, [0, 0, 0.25, 1]]),
        'aaaaaaaaaaa_0_1000/frame_002/00060.jpg': frame(),
        'bbbbbbbbbbb_0_1000/frame_003/00090.jpg': frame([3, [0, 0, 1, 1]]),
      }),
      'video_frames/aaaaaaaaaaa_0_1000/frame_175/05257.jpg': null,
      'audio/aaaaaaaaaaa_0_1000/175.wav': null,
    });
    const { items, notes } = await readBenchmark('music-duet', { media: folder.path });
    expect(items[0]).toEqual({
      id: 'aaaaaaaaaaa_0_1000_frame_175_05257',
      picture: `${folder.path}/video_frames/aaaaaaaaaaa_0_1000/frame_175/05257.jpg`,
      sound: `${folder.path}/audio/aaaaaaaaaaa_0_1000/175.wav`,
      label: 'acoustic_guitar, violin',
      others: ['acoustic_guitar'],
      pictureGroup: 'aaaaaaaaaaa_0_1000_frame_175_05257',
      scene: 'aaaaaaaaaaa_0_1000',
      truth: {
        kind: 'boxes',
        boxes: [
          { xmin: 0.5, ymin: 0.25, xmax: 0.75, ymax: 0.75 },
          { xmin: 0, ymin: 0, xmax: 0.25, ymax: 1 },
        ],
        width: 1,
        height: 1,
      },
    });
    expect(items).toHaveLength(2);
    expect(notes.join(' ')).toMatch(/3 frames of 2 videos with 3 boxes.*without a box: 1\..*ever has a box: 1 of 2/);
  });

  it('names the categories of AudioSet by their numbers', async () => {
    await folder.write({
      'audioset_box.json': JSON.stringify({ 'aaaaaaaaaaa/3': { bbox: [{ category: 2, normbox: [0, 0, 0.5, 0.5] }] } }),
      'audio/aaaaaaaaaaa_3.wav': null,
    });
    const { items } = await readBenchmark('audioset-instrument', { media: folder.path });
    expect(items[0]).toMatchObject({
      id: 'aaaaaaaaaaa_3',
      label: 'category 2',
      picture: `${folder.path}/frames/aaaaaaaaaaa/3.jpg`,
      sound: `${folder.path}/audio/aaaaaaaaaaa_3.wav`,
    });
  });

  it.each([
    [
      'a key that leaves the folder',
      { '../../x_0_1/frame_1/2.jpg': frame() },
      /"..\/..\/x_0_1\/frame_1\/2.jpg" does not name/,
    ],
    ['a frame without boxes at all', { 'a_0_1/frame_1/2.jpg': {} }, /bbox/],
    ['a list', [], /record|object/],
  ])('refuses %s', async (_, content, message) => {
    await folder.write({ 'solotest.json': JSON.stringify(content) });
    await expect(readBenchmark('music-solo', { media: folder.path })).rejects.toMatchObject({
      code: 'INPUT_CORRUPT',
      message: expect.stringMatching(message),
    });
  });
});
