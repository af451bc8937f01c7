import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTrainingPairs } from './readTrainingPairs.ts';
import { makeTrainingFolder, type TrainingFolder } from './trainingFolder.fixtures.ts';

let folder: TrainingFolder;
beforeEach(async () => {
  folder = await makeTrainingFolder();
});
afterEach(async () => folder.remove());

const writeLines = async (...lines: object[]) =>
  folder.write({ 'pairs.jsonl': lines.map((line) => JSON.stringify(line)).join('\n') });
const dog = { id: 'dog', image: 'images/dog.jpg', audio: 'audio/dog.wav' };
const dogFiles = { 'images/dog.jpg': null, 'audio/dog.wav': null };
const box = { label: 'dog', xmin: 1, ymin: 0, xmax: 4, ymax: 3 };

describe('a folder with pairs.jsonl', () => {
  it('is read with boxes, category, group, fold and size', async () => {
    await folder.write(dogFiles);
    const line = { ...dog, boxes: [box], label: 'dog barking', category: 'dog', width: 8, height: 4, fold: 2 };
    await writeLines({ ...line, scene: 'yard', group: 'tape 1', split: 'dev' });
    expect(await readTrainingPairs(folder.path)).toEqual({
      layout: 'pairs',
      pairs: [
        {
          id: 'dog',
          image: join(folder.path, 'images/dog.jpg'),
          audio: join(folder.path, 'audio/dog.wav'),
          width: 8,
          height: 4,
          target: {
            kind: 'boxes',
            boxes: [{ xmin: 1, ymin: 0, xmax: 4, ymax: 3 }],
            frame: { width: 8, height: 4 },
          },
          category: 'dog',
          group: 'tape 1',
          fold: 2,
        },
      ],
      missing: [],
      refused: [],
      notes: [],
    });
  });

  it('takes the label for the category and the scene for the group where those are not given', async () => {
    await folder.write(dogFiles);
    await writeLines({ ...dog, label: 'barking', scene: 'yard' });
    const [pair] = (await readTrainingPairs(folder.path)).pairs;
    expect(pair).toMatchObject({ category: 'barking', group: 'yard' });
  });

  it('tells unlabelled, not in the picture, and masked apart', async () => {
    await folder.write({ ...dogFiles, 'masks/dog.png': null });
    await writeLines(
      { ...dog, id: '1' },
      { ...dog, id: '2', boxes: null },
      { ...dog, id: '3', boxes: [] },
      { ...dog, id: '4', mask: 'masks/dog.png', boxes: [box] },
    );
    const { pairs } = await readTrainingPairs(folder.path);
    expect(pairs.map(({ target }) => target)).toEqual([
      { kind: 'none' },
      { kind: 'none' },
      { kind: 'boxes', boxes: [], frame: undefined },
      { kind: 'mask', path: join(folder.path, 'masks/dog.png') },
    ]);
  });

  it('lists missing files once and goes on without their pairs', async () => {
    await folder.write(dogFiles);
    await writeLines(
      dog,
      { ...dog, id: 'cat', audio: 'audio/cat.wav' },
      { ...dog, id: 'cat 2', audio: 'audio/cat.wav' },
      { ...dog, id: 'cow', mask: 'masks' },
    );
    const { pairs, missing } = await readTrainingPairs(folder.path);
    expect(pairs.map(({ id }) => id)).toEqual(['dog']);
    expect(missing).toEqual([join(folder.path, 'audio/cat.wav'), join(folder.path, 'masks')]);
  });

  it('refuses test pictures of Flickr-SoundNet that someone rewrote as lines', async () => {
    await folder.write({ ...dogFiles, 'images/2432219254.jpg': null });
    await writeLines(dog, { ...dog, id: 'a', image: 'images/2432219254.jpg' }, { ...dog, id: '3908875350' });
    const { pairs, refused } = await readTrainingPairs(folder.path);
    expect(pairs.map(({ id }) => id)).toEqual(['dog']);
    expect(refused).toEqual(['a', '3908875350']);
  });

  it('may begin with a byte order mark and have empty lines and line ends of Windows', async () => {
    await folder.write({ ...dogFiles, 'pairs.jsonl': `\ufeff\r\n${JSON.stringify(dog)}\r\n\r\n` });
    expect((await readTrainingPairs(folder.path)).pairs).toHaveLength(1);
  });

  it.each([
    ['{"id": "a"', 'it is not JSON.'],
    ['[]', 'Invalid input: expected object, received array.'],
    [JSON.stringify({ ...dog, image: 3 }), 'image: Invalid input: expected string, received number.'],
    [
      JSON.stringify({ ...dog, boxes: [{ ...box, ymax: 'x' }] }),
      'boxes[0].ymax: Invalid input: expected number, received string.',
    ],
    [
      JSON.stringify({ ...dog, boxes: [box, { ...box, xmax: 1 }] }),
      'boxes[1]: a box needs xmin < xmax and ymin < ymax.',
    ],
    [
      JSON.stringify({ ...dog, boxes: [{ xmin: 0.1, ymin: 0.1, xmax: 0.9, ymax: 1 }] }),
      'boxes[0]: a box is in pixels of the picture, not in fractions of it.',
    ],
    [JSON.stringify({ ...dog, id: 'first' }), 'its id "first" is that of line 1.'],
  ])('with the bad line %s is refused in a sentence with its number', async (line, problem) => {
    await folder.write({ 'pairs.jsonl': `${JSON.stringify({ ...dog, id: 'first' })}\n\n${line}\n` });
    const message = `Cannot read line 3 of ${join(folder.path, 'pairs.jsonl')}: ${problem}`;
    await expect(readTrainingPairs(folder.path)).rejects.toMatchObject({ code: 'INPUT_CORRUPT', message });
  });

  it('that is not text is refused', async () => {
    await folder.write({ 'a.jpg': null });
    await copyFile(join(folder.path, 'a.jpg'), join(folder.path, 'pairs.jsonl'));
    await expect(readTrainingPairs(folder.path)).rejects.toThrow('pairs.jsonl: it is not text in UTF-8.');
  });
});

const shared = process.env.LOOKHEAR_SHARED;
describe.skipIf(shared === undefined)('the test pairs, which have the same form', () => {
  it('are read whole', async () => {
    const { pairs, missing } = await readTrainingPairs(join(shared ?? '', 'data/pairs'));
    expect(pairs).toHaveLength(46);
    expect(missing).toEqual([]);
    expect(new Set(pairs.map(({ group }) => group)).size).toBeGreaterThan(20);
    const away = pairs.filter(({ target }) => target.kind === 'boxes' && target.boxes.length === 0);
    expect(away.map(({ id }) => id)).toContain('vl_dog_1');
  });
});
