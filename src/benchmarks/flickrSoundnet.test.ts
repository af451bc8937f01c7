import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTrainingFolder, type TrainingFolder } from '../data/trainingFolder.fixtures.ts';
import { presenceOf } from './presence.ts';
import { readBenchmark } from './registry.ts';

let folder: TrainingFolder;
beforeEach(async () => {
  folder = await makeTrainingFolder();
});
afterEach(() => folder.remove());

function xml(...people: readonly (readonly number[])[]): string {
  const names = ['xmin', 'ymin', 'xmax', 'ymax'];
  const box = (corners: readonly number[]): string =>
    `<bbox><name>object</name>${corners.map((corner, at) => `<${names[at]}>${corner}</${names[at]}>`).join('')}</bbox>`;
  return `<annotation>${people.map((corners) => `<person>${box(corners)}<note>sure</note></person>`).join('')}</annotation>`;
}

const twoPeople = xml([64, 0, 128, 256], [-4, 0, 300, 128]);

describe('readBenchmark of Flickr-SoundNet', () => {
  it('reads the marks of every person, as they stand', async () => {
    await folder.write({
      // SLAVC's copy of the list has the photo that the others leave out.
      'flickr_test.csv': '111,202\r\n222,0\r\n3908875350,1\r\n',
      'Annotations/111.xml': twoPeople,
      'Annotations/222.xml': xml([0, 0, 10, 10]),
      'frames/111.jpg': null,
      'audio/111.wav': null,
    });
    const benchmark = await readBenchmark('flickr-soundnet', { media: folder.path });
    expect(benchmark.items).toEqual([
      {
        id: '111',
        picture: `${folder.path}/frames/111.jpg`,
        sound: `${folder.path}/audio/111.wav`,
        label: null,
        others: [],
        pictureGroup: '111',
        scene: '111',
        truth: {
          kind: 'annotators',
          boxes: [
            { xmin: 64, ymin: 0, xmax: 128, ymax: 256 },
            { xmin: -4, ymin: 0, xmax: 300, ymax: 128 },
          ],
        },
      },
      expect.objectContaining({ id: '222' }),
    ]);
    expect(benchmark.notes[0]).toContain('2 photos, 2 of them annotated with 3 boxes in 3 markings');
    expect(benchmark.notes[1]).toContain('3908875357 is left out');
    expect(benchmark.annotations.map(({ path }) => path)).toEqual([
      `${folder.path}/flickr_test.csv`,
      `${folder.path}/Annotations`,
    ]);
    expect((await presenceOf(benchmark)).missing).toEqual([
      `${folder.path}/frames/222.jpg`,
      `${folder.path}/audio/222.wav`,
    ]);
  });

  it('takes the list from a collection, the annotations from the media, and one photo in either spelling', async () => {
    await folder.write({
      'lists/flickr_soundnet/test_list_250_ardasnck.txt': '3908875357.png\n111.png\n',
      'media/Data/Annotations/3908875350.xml': twoPeople,
      'media/Data/Annotations/111.xml': twoPeople,
      'media/Data/images/3908875350.jpg': null,
    });
    const { items, notes } = await readBenchmark('flickr-soundnet-250', {
      media: `${folder.path}/media`,
      annotations: `${folder.path}/lists`,
    });
    expect(items[0]).toMatchObject({
      id: '3908875357',
      picture: `${folder.path}/media/Data/images/3908875350.jpg`,
      sound: `${folder.path}/media/audio/3908875357.wav`,
    });
    expect(notes[1]).toContain('files of either name are taken for 3908875357');
  });

  it('leaves out photos without annotations, counts them and says where they belong', async () => {
    await folder.write({ 'flickr_test.csv': '111,1\n222,2', 'Annotations/111.xml': twoPeople });
    const benchmark = await readBenchmark('flickr-soundnet', { media: folder.path });
    expect(benchmark.items.map(({ id }) => id)).toEqual(['111']);
    expect(benchmark.notes.at(-1)).toBe('Photos without an annotation file, which are left out: 1.');
    expect((await presenceOf(benchmark)).missing.at(-1)).toBe(`${folder.path}/Annotations/222.xml`);
  });

  it('says where it looked when there is no annotation at all', async () => {
    await folder.write({ 'flickr_test.csv': '111,1' });
    await expect(readBenchmark('flickr-soundnet', { media: folder.path })).rejects.toMatchObject({
      code: 'INPUT_MISSING',
      message: expect.stringMatching(new RegExp(`Annotations/111.xml .* in ${folder.path}`)),
      hint: expect.stringContaining('ardasnck'),
    });
  });

  it.each([
    ['an annotation that is cut off', '111', '<annotation><person>', /111\.xml/],
    ['an annotation without a box', '111', '<annotation><person></person></annotation>', /111\.xml: it holds no box/],
    ['a list of something else', 'hello', twoPeople, /"hello" is not the number/],
  ])('refuses %s', async (_, id, text, message) => {
    await folder.write({ 'flickr_test.csv': id, 'Annotations/111.xml': text });
    await expect(readBenchmark('flickr-soundnet', { media: folder.path })).rejects.toMatchObject({
      code: 'INPUT_CORRUPT',
      message: expect.stringMatching(message),
    });
  });
});

describe('readBenchmark of extended Flickr-SoundNet', () => {
  it('puts the negatives behind the photos with boxes', async () => {
    await folder.write({
      'flickr_test.csv': '111,1\r\n222,0',
      'flickr_test_plus_silent.csv': 'video,audio,label\r\n111,222,non-sounding\r\n3908875350,111,non-sounding\r\n',
      'Annotations/111.xml': twoPeople,
      'Annotations/222.xml': twoPeople,
      'frames/3908875357.jpg': null,
    });
    const { items, notes } = await readBenchmark('extended-flickr-soundnet', { media: folder.path });
    expect(items.map(({ id }) => id)).toEqual(['111', '222', '111+222', '3908875350+111']);
    expect(items[2]).toMatchObject({
      picture: `${folder.path}/frames/111.jpg`,
      sound: `${folder.path}/audio/222.wav`,
      scene: '111',
      truth: { kind: 'boxes', boxes: [] },
    });
    expect(items[3].picture).toBe(`${folder.path}/frames/3908875357.jpg`);
    expect(notes.at(-1)).toContain('makes the sound: 2.');
  });
});
