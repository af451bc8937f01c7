import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTrainingFolder, type TrainingFolder } from '../data/trainingFolder.fixtures.ts';
import { examinePairs, readOurs } from './ours.ts';
import { missingFiles, presenceOf } from './presence.ts';
import { readBenchmark } from './registry.ts';

let folder: TrainingFolder;
let path = '';
beforeEach(async () => {
  folder = await makeTrainingFolder();
  path = join(folder.path, 'pairs.jsonl');
});
afterEach(() => folder.remove());

async function write(...lines: readonly (object | string)[]): Promise<void> {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  await folder.write({ 'pairs.jsonl': text, 'yard.jpg': null, 'bark.wav': null, 'mask.png': null });
}

const pair = { id: 'a', image: 'yard.jpg', audio: 'bark.wav' };
const box = { label: 'dog', xmin: 1, ymin: 1, xmax: 8, ymax: 4 };

describe('readOurs', () => {
  it('takes the size of the picture where a line does not say it', async () => {
    await write(
      { ...pair, boxes: [box], label: 'dog', scene: 'yard' },
      { ...pair, id: 'b', boxes: [box], width: 16, height: 9 },
    );
    const { items } = await readOurs(path);
    expect(items[0]).toEqual({
      id: 'a',
      picture: join(folder.path, 'yard.jpg'),
      sound: join(folder.path, 'bark.wav'),
      label: 'dog',
      others: [],
      pictureGroup: 'yard.jpg',
      scene: 'yard',
      truth: { kind: 'boxes', boxes: [{ xmin: 1, ymin: 1, xmax: 8, ymax: 4 }], width: 8, height: 4 },
    });
    expect(items[1]).toMatchObject({ scene: 'b', truth: { width: 16, height: 9 } });
  });

  it('takes masks, annotators and negatives; a negative is alone in its group', async () => {
    await write(
      { ...pair, mask: 'mask.png', boxes: [box] },
      { ...pair, id: 'b', annotators: [[0, 0, 128, 256]] },
      { ...pair, id: 'c', boxes: [] },
    );
    const { items } = await readOurs(path);
    expect(items.map(({ truth }) => truth)).toEqual([
      { kind: 'mask file', path: join(folder.path, 'mask.png') },
      { kind: 'annotators', boxes: [{ xmin: 0, ymin: 0, xmax: 128, ymax: 256 }] },
      { kind: 'boxes', boxes: [], width: 1, height: 1 },
    ]);
    expect(items.map(({ pictureGroup }) => pictureGroup)).toEqual(['yard.jpg', 'yard.jpg', 'c']);
  });

  it('takes test photos of Flickr, which no training may', async () => {
    await write({ ...pair, id: '10000130166', boxes: [] });
    expect((await readOurs(path)).items).toHaveLength(1);
  });

  it('leaves out lines that say nothing of the source, and says how many', async () => {
    await write({ ...pair, boxes: [] }, { ...pair, id: 'b' });
    const { items, notes } = await readOurs(path);
    expect(items.map(({ id }) => id)).toEqual(['a']);
    expect(notes[0]).toMatch(/^1 lines say nothing/);
  });

  it('is also the benchmark "ours"', async () => {
    await write({ ...pair, boxes: [] });
    expect(await readBenchmark('ours', { media: folder.path })).toEqual(await readOurs(path));
  });

  it('refuses a file without any labelled pair', async () => {
    await write(pair);
    await expect(readOurs(path)).rejects.toMatchObject({ code: 'INPUT_EMPTY' });
  });
});

describe('examinePairs', () => {
  it('tells of every line that cannot be used, and keeps the others', async () => {
    await write(
      { ...pair, boxes: [box] },
      '{"id":',
      { ...pair, boxes: [] },
      { ...pair, id: '../x', boxes: [] },
      { ...pair, id: 'c', boxes: [{ ...box, xmax: 9 }] },
      { ...pair, id: 'd', boxes: [{ ...box, xmin: -1 }], width: 8, height: 4 },
      { ...pair, id: 'e', boxes: [{ ...box, xmax: 1 }] },
      '{"id":"f","image":"yard.jpg","audio":"bark.wav","boxes":[{"xmin":0,"ymin":0,"xmax":1e999,"ymax":3}]}',
      { ...pair, id: 'g', image: 'bark.wav', boxes: [box] },
      { ...pair, id: 'h', image: 'nowhere.jpg', boxes: [box] },
    );
    const { benchmark, problems } = await examinePairs(path);
    expect(benchmark.items.map(({ id }) => id)).toEqual(['a', 'h']);
    expect(problems.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(problems[1].problem).toContain('its id "a" is that of line 1');
    expect(problems[3].problem).toContain('its box 1, 1, 9, 4 is not inside the picture of 8 x 4');
    expect(problems[7].problem).toContain('bark.wav');
    await expect(readOurs(path)).rejects.toMatchObject({ code: 'INPUT_CORRUPT', message: problems[0].problem });
  });
});

describe('presenceOf', () => {
  it('counts a shared file once and names the first that an item lacks', async () => {
    await write(
      { ...pair, boxes: [] },
      { ...pair, id: 'b', audio: 'folder.wav', boxes: [] },
      { ...pair, id: 'c', audio: 'gone.wav', mask: 'gone.png' },
    );
    await mkdir(join(folder.path, 'folder.wav'));
    const benchmark = await readOurs(path);
    const [folderPath, sound, mask] = ['folder.wav', 'gone.wav', 'gone.png'].map((name) => join(folder.path, name));
    expect(await presenceOf(benchmark)).toEqual({
      items: [
        { id: 'a', present: true, missing: [] },
        { id: 'b', present: false, missing: [folderPath] },
        { id: 'c', present: false, missing: [sound, mask] },
      ],
      pictures: { there: 1, of: 1 },
      sounds: { there: 1, of: 3 },
      masks: { there: 0, of: 1 },
      missing: [folderPath, sound, mask],
    });
    expect(await missingFiles(benchmark.items)).toEqual([null, folderPath, sound]);
  });
});
