import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFlickrTestId } from './flickrTestIds.ts';
import { readTrainingPairs } from './readTrainingPairs.ts';
import { targetMap } from './targetMap.ts';
import { makeTrainingFolder, type TrainingFolder } from './trainingFolder.fixtures.ts';

let folder: TrainingFolder;
beforeEach(async () => {
  folder = await makeTrainingFolder();
});
afterEach(async () => folder.remove());

const bbox = (...corners: (number | string)[]) => {
  const [xmin, ymin, xmax, ymax] = corners;
  return `<bbox><tag>1</tag><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bbox>`;
};
const annotation = (...annotators: string[]) =>
  `<?xml version="1.0"?>\n<annotation>\n${annotators.map((inside, index) => `<a${index}><name>x</name>${inside}</a${index}>`).join('\n')}\n</annotation>`;
const pairFiles = (id: string) => ({ [`frames/${id}.jpg`]: null, [`audio/${id}.wav`]: null });

describe('Flickr-SoundNet', () => {
  it('is read with every annotator, in a frame of 256 x 256, cut to it', async () => {
    await folder.write({
      ...pairFiles('100'),
      'Annotations/100.xml': annotation(
        bbox(0, 0, 128, 256),
        `<size><a>1</a></size>${bbox(-20, ' 10 ', 300, 260)}${bbox(40, 40, 40, 50)}`,
        '',
      ),
    });
    const { layout, pairs } = await readTrainingPairs(folder.path);
    expect(layout).toBe('flickr-soundnet');
    expect(pairs).toEqual([
      {
        id: '100',
        image: join(folder.path, 'frames/100.jpg'),
        audio: join(folder.path, 'audio/100.wav'),
        target: {
          kind: 'annotators',
          annotators: [[{ xmin: 0, ymin: 0, xmax: 128, ymax: 256 }], [{ xmin: 0, ymin: 10, xmax: 256, ymax: 256 }], []],
          frame: { width: 256, height: 256 },
        },
      },
    ]);
    const map = await targetMap(pairs[0].target, { width: 640, height: 480 }, { width: 2, height: 1 });
    expect(Array.from(map ?? [])).toEqual([0.5 + (0.5 * 246) / 256, (0.5 * 246) / 256]);
  });

  it.each([
    ['ANNOTATIONS', 'Images', 'WAV'],
    ['Data/Annotations', 'Data/Frames', 'Data/Audio'],
    ['Annotations', 'data/frames', 'sounds'],
  ])('is found in folders named %s, %s and %s', async (annotations, frames, audio) => {
    await folder.write({
      [`${annotations}/7.xml`]: annotation(bbox(0, 0, 1, 1)),
      [`${frames}/7.PNG`]: null,
      [`${audio}/7.wav`]: null,
    });
    const [pair] = (await readTrainingPairs(folder.path)).pairs;
    expect(pair).toMatchObject({
      image: join(folder.path, frames, '7.PNG'),
      audio: join(folder.path, audio, '7.wav'),
    });
  });

  it('has unlabelled pairs where there is no annotation or no box in it, and says the latter', async () => {
    await folder.write({ ...pairFiles('1'), ...pairFiles('2'), 'Annotations/2.xml': annotation('', '') });
    const { pairs, notes } = await readTrainingPairs(folder.path);
    expect(pairs.map(({ target }) => target.kind)).toEqual(['none', 'none']);
    expect(notes).toEqual(['1 annotations hold no box; their pairs count as unlabelled.']);
  });

  it('lists what is missing', async () => {
    await folder.write({ ...pairFiles('1'), 'frames/2.jpg': null, 'Annotations/3.xml': annotation(bbox(0, 0, 9, 9)) });
    const { pairs, missing } = await readTrainingPairs(folder.path);
    expect(pairs.map(({ id }) => id)).toEqual(['1']);
    expect(missing.map((path) => path.slice(folder.path.length + 1))).toEqual([
      'audio/2.wav',
      'frames/3.jpg',
      'audio/3.wav',
    ]);
  });

  it('refuses its test pictures in every spelling of the list', async () => {
    await folder.write({
      ...pairFiles('1'),
      ...pairFiles('2432219254'),
      ...pairFiles('3908875357'),
      'Annotations/3908875350.xml': 'not even read',
    });
    const { pairs, refused } = await readTrainingPairs(folder.path);
    expect(pairs.map(({ id }) => id)).toEqual(['1']);
    expect(refused).toEqual(['2432219254', '3908875350', '3908875357']);
  });

  it('without a folder of sounds is refused, with the names that were looked for', async () => {
    await folder.write({ 'frames/1.jpg': null, 'Annotations/1.xml': annotation(bbox(0, 0, 9, 9)) });
    await expect(readTrainingPairs(folder.path)).rejects.toMatchObject({
      code: 'INPUT_MISSING',
      message: `Cannot find the sounds of Flickr-SoundNet in ${folder.path}.`,
      hint: expect.stringContaining('audio, audios, wav'),
    });
  });
});

describe('an annotation', () => {
  const notXml = 'it is cut off, or not XML.';
  const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
  const entities = `<!DOCTYPE a [<!ENTITY b "7777"><!ENTITY c "&b;&b;&b;">]>`;
  const cases: [string, string, string][] = [
    ['that is cut in a tag', annotation(bbox(1, 2, 3, 4)).slice(0, -30), notXml],
    ['that is cut in a number', annotation(bbox(1, 2, 3, 4)).split('</ymax>')[0], notXml],
    ['that is text', 'Error 404', notXml],
    ['with two roots', '<a></a><b></b>', notXml],
    ['of elements nested deep', nested(1000), notXml],
    ['with a name that would change all objects', '<a><__proto__>1</__proto__></a>', notXml],
    ['of 10 MB', nested(10 * 2 ** 17), 'it has more than 1 MB.'],
    [
      'with a word for a number',
      annotation(bbox(1, 'x', 3, 4)),
      'a bbox holds "1 x 3 4" after its first child, not four numbers.',
    ],
    [
      'with an entity',
      entities + annotation(bbox(1, '&c;', 3, 4)).slice(21),
      'a bbox holds "1 &c; 3 4" after its first child, not four numbers.',
    ],
    [
      'with three corners',
      '<a><b><bbox><t/><x>1</x><x>2</x><x>3</x></bbox></b></a>',
      'a bbox holds "1 2 3" after its first child, not four numbers.',
    ],
  ];
  it.each(cases)('%s is refused in a sentence', async (_, text, problem) => {
    await folder.write({ ...pairFiles('1'), 'Annotations/1.xml': text });
    const started = performance.now();
    await expect(readTrainingPairs(folder.path)).rejects.toThrow(
      new RegExp(`^Cannot read .*Annotations/1\\.xml: ${problem.replaceAll(/[.&]/g, '\\$&')}$`),
    );
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

const shared = process.env.LOOKHEAR_SHARED;
describe.skipIf(shared === undefined)('the list of test pictures', () => {
  const numbersIn = async (name: string) => {
    const text = await readFile(join(shared ?? '', 'benchmarks/flickr_soundnet', name), 'utf8');
    return text.split('\n').flatMap((line) => /(\d{6,})(?:\.\w+|,\d+)?\s*$/.exec(line)?.[1] ?? []);
  };

  it.each([
    ['test_list_250_ardasnck.txt', 250],
    ['supervised_test_list_ardasnck.txt', 280],
    ['test_flickr_250_sslalignment.txt', 250],
    ['test_flickr_249_sslalignment.txt', 249],
    ['flickr_test_lvs.csv', 249],
    ['flickr_test249_in5k_sspl.csv', 249],
  ])('holds all of %s', async (name, count) => {
    const numbers = await numbersIn(name);
    expect(numbers).toHaveLength(count);
    expect(numbers.filter((number) => !isFlickrTestId(number))).toEqual([]);
  });

  it('holds none of the training list', async () => {
    const numbers = await numbersIn('flickr_sup_train_slavc.txt');
    expect(numbers).toHaveLength(4750);
    expect(numbers.filter(isFlickrTestId)).toEqual([]);
  });
});
