import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTrainingPairs } from './readTrainingPairs.ts';
import { targetMap } from './targetMap.ts';
import { makeTrainingFolder, type TrainingFolder } from './trainingFolder.fixtures.ts';

let folder: TrainingFolder;
beforeEach(async () => {
  folder = await makeTrainingFolder();
});
afterEach(async () => folder.remove());

const whole = [[0, 0, 1, 1]];
const writeList = async (...entries: object[]) => folder.write({ 'vggss.json': JSON.stringify(entries) });

describe('VGG-SS', () => {
  it('is read with boxes in fractions of the frame, class and video', async () => {
    await folder.write({ 'ab_cd-ef_gh_000030.jpg': null, 'ab_cd-ef_gh_000030.wav': null });
    await writeList({ file: 'ab_cd-ef_gh_000030', class: 'dog barking', bbox: [[0.5, -0.25, 1.5, 0.5]] });
    const { layout, pairs, notes } = await readTrainingPairs(folder.path);
    expect(layout).toBe('vgg-ss');
    expect(pairs).toEqual([
      {
        id: 'ab_cd-ef_gh_000030',
        image: join(folder.path, 'ab_cd-ef_gh_000030.jpg'),
        audio: join(folder.path, 'ab_cd-ef_gh_000030.wav'),
        target: {
          kind: 'boxes',
          boxes: [{ xmin: 0.5, ymin: 0, xmax: 1, ymax: 0.5 }],
          frame: { width: 1, height: 1 },
        },
        category: 'dog barking',
        group: 'ab_cd-ef_gh',
      },
    ]);
    const map = await targetMap(pairs[0].target, { width: 320, height: 240 }, { width: 2, height: 2 });
    expect(Array.from(map ?? [])).toEqual([0, 1, 0, 0]);
    expect(notes).toEqual([
      'VGG-SS is a test set in the literature: figures measured on it say nothing about a model trained on it.',
    ]);
  });

  it('finds pictures and sounds in folders beside the list, and lists those it does not find', async () => {
    await folder.write({ 'Frames/a.png': null, 'audio/a.wav': null, 'Frames/b.jpg': null });
    await writeList({ file: 'a', class: 'x', bbox: whole }, { file: 'b', class: 'x', bbox: whole });
    const { pairs, missing } = await readTrainingPairs(folder.path);
    expect(pairs.map(({ image }) => image)).toEqual([join(folder.path, 'Frames/a.png')]);
    expect(missing).toEqual([join(folder.path, 'b.wav')]);
  });

  it('drops and counts boxes without an area; a picture with no other box is unlabelled', async () => {
    await folder.write({ 'a.jpg': null, 'a.wav': null, 'b.jpg': null, 'b.wav': null });
    const far = -28823037615171176;
    await writeList(
      { file: 'a', class: 'x', bbox: [[0.5, 0.5, far, far]] },
      {
        file: 'b',
        class: 'x',
        bbox: [
          [0.5, 0.5, 0.4, 0.6],
          [0, 0, 0.5, 0.5],
        ],
      },
    );
    const { pairs, notes } = await readTrainingPairs(folder.path);
    expect(pairs[0].target).toEqual({ kind: 'none' });
    expect(pairs[1].target).toMatchObject({ boxes: [{ xmin: 0, ymin: 0, xmax: 0.5, ymax: 0.5 }] });
    expect(notes).toContain('2 boxes without an area were left out.');
  });

  it('with a bad entry is refused in a sentence that names it', async () => {
    await writeList({ file: 'a', class: 'x', bbox: whole }, { file: 'b', class: 'x', bbox: [[0, 0, 1]] });
    await expect(readTrainingPairs(folder.path)).rejects.toMatchObject({
      code: 'INPUT_CORRUPT',
      message: expect.stringMatching(/^Cannot read .*vggss\.json: \[1\]\.bbox\[0\].*\.$/),
    });
    await folder.write({ 'vggss.json': '[{"file": "a"' });
    await expect(readTrainingPairs(folder.path)).rejects.toThrow('vggss.json: it is not JSON.');
  });
});

const shared = process.env.LOOKHEAR_SHARED;
describe.skipIf(shared === undefined)('the published list', () => {
  it('has 18 boxes without an area, and two pictures without another', async () => {
    const list = join(shared ?? '', 'benchmarks/vgg_ss/vggss.json');
    await copyFile(list, join(folder.path, 'vggss.json'));
    const rows: { file: string; bbox: number[][] }[] = JSON.parse(await readFile(list, 'utf8'));
    const emptied = ['M1P1xla8rg0_000000', 'MKC9LvRivTM_000030'];
    const files = [...emptied, ...rows.filter(({ bbox }) => bbox.length === 7).map(({ file }) => file)];
    for (const file of files) await folder.write({ [`${file}.jpg`]: null, [`${file}.wav`]: null });
    const { pairs, missing, notes } = await readTrainingPairs(folder.path);
    expect(notes).toContain('18 boxes without an area were left out.');
    expect(pairs).toHaveLength(4);
    expect(missing).toHaveLength(2 * (5158 - 4));
    const unlabelled = pairs.filter(({ target }) => target.kind === 'none');
    expect(unlabelled.map(({ id }) => id).sort()).toEqual(emptied);
  });
});
