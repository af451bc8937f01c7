import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTrainingPairs } from './readTrainingPairs.ts';
import { makeTrainingFolder, type TrainingFolder } from './trainingFolder.fixtures.ts';

let folder: TrainingFolder;
beforeEach(async () => {
  folder = await makeTrainingFolder();
});
afterEach(async () => folder.remove());

describe('a training folder', () => {
  it('that has none of the layouts is refused with what was looked for', async () => {
    await expect(readTrainingPairs(folder.path)).rejects.toMatchObject({
      code: 'INPUT_MISSING',
      message: `Cannot find training pairs in ${folder.path}: it has no pairs.jsonl, no Annotations folder and no vggss.json.`,
    });
  });

  it('that is not there, or is a file, is named', async () => {
    const path = join(folder.path, 'no');
    await expect(readTrainingPairs(path)).rejects.toMatchObject({
      code: 'INPUT_MISSING',
      message: `Cannot read ${path}: there is no such folder.`,
    });
    await folder.write({ no: 'a file' });
    await expect(readTrainingPairs(path)).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: `Cannot read ${path}: it is not a folder.`,
    });
  });

  it('without a pair that has all its files is refused with the first that is missing', async () => {
    await folder.write({ 'pairs.jsonl': '{"id": "a", "image": "a.jpg", "audio": "a.wav"}' });
    await expect(readTrainingPairs(folder.path)).rejects.toMatchObject({
      code: 'INPUT_MISSING',
      message: `Cannot train on ${folder.path}: it has no usable pair; 2 files are missing (the first is ${join(folder.path, 'a.jpg')}), and 0 pairs belong to a published test set.`,
    });
  });

  it('with several lists is read by the first of pairs.jsonl, Annotations and vggss.json', async () => {
    await folder.write({ 'frames/1.jpg': null, 'audio/1.wav': null });
    await folder.write({ 'vggss.json': '[{"file": "1", "class": "x", "bbox": []}]' });
    expect((await readTrainingPairs(folder.path)).layout).toBe('vgg-ss');
    await folder.write({ 'Annotations/1.xml': '<a><b></b></a>' });
    expect((await readTrainingPairs(folder.path)).layout).toBe('flickr-soundnet');
    await folder.write({ 'pairs.jsonl': '{"id": "1", "image": "frames/1.jpg", "audio": "audio/1.wav"}' });
    expect((await readTrainingPairs(folder.path)).layout).toBe('pairs');
  });
});
