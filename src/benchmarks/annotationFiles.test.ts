import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTrainingFolder, type TrainingFolder } from '../data/trainingFolder.fixtures.ts';
import { openAnnotations } from './annotationFiles.ts';
import { readBenchmark } from './registry.ts';

let folder: TrainingFolder;
beforeEach(async () => {
  folder = await makeTrainingFolder();
});
afterEach(() => folder.remove());

const wanted = { names: ['list.json', 'other.json'], source: 'github.com/some/where, list.json' };

describe('openAnnotations', () => {
  it.each(['list.json', 'annotations/other.json', 'Metadata/my_set/list.json', 'my_set/other.json'])(
    'finds %s',
    async (place) => {
      await folder.write({ [place]: 'text' });
      const annotations = await openAnnotations(folder.path, ['my_set']);
      expect(await annotations.read(wanted)).toEqual({ text: 'text', path: join(folder.path, place) });
    },
  );

  it('unpacks .gz and gives the checksum of what is in it', async () => {
    await writeFile(join(folder.path, 'list.json.gz'), gzipSync('text'));
    const annotations = await openAnnotations(folder.path, []);
    expect((await annotations.read(wanted)).text).toBe('text');
    expect(annotations.files[0].sha256).toBe(createHash('sha256').update('text').digest('hex'));
  });

  it('names every name, every place and the source of a file that is not there', async () => {
    await folder.write({ 'my_set/readme.txt': 'x' });
    const annotations = await openAnnotations(folder.path, ['my_set']);
    await expect(annotations.read(wanted)).rejects.toMatchObject({
      code: 'INPUT_MISSING',
      message: `Cannot find list.json (or other.json, list.json.gz) in ${folder.path}, ${folder.path}/my_set.`,
      hint: expect.stringContaining('github.com/some/where'),
    });
  });

  it('refuses a gz that unpacks to gigabytes', async () => {
    await writeFile(join(folder.path, 'list.json.gz'), gzipSync(new Uint8Array(2 ** 26)));
    const annotations = await openAnnotations(folder.path, []);
    await expect(annotations.read(wanted)).rejects.toMatchObject({
      code: 'INPUT_TOO_LARGE',
      message: expect.stringMatching(/list\.json\.gz: it unpacks to more than 16 MB/),
    });
  });

  it.each([
    ['a folder of its name', 'INPUT_UNREADABLE', () => mkdir(join(folder.path, 'list.json'))],
    ['an empty file', 'INPUT_EMPTY', () => writeFile(join(folder.path, 'list.json'), '')],
    ['17 MB', 'INPUT_TOO_LARGE', () => writeFile(join(folder.path, 'list.json'), new Uint8Array(17 * 2 ** 20))],
    [
      'other bytes than text',
      'INPUT_CORRUPT',
      () => writeFile(join(folder.path, 'list.json'), new Uint8Array([0xff, 0xfe])),
    ],
    ['a gz that is none', 'INPUT_CORRUPT', () => writeFile(join(folder.path, 'list.json.gz'), 'text')],
    [
      'a gz that is cut off',
      'INPUT_CORRUPT',
      () => writeFile(join(folder.path, 'list.json.gz'), gzipSync('text '.repeat(99)).subarray(0, 20)),
    ],
  ])('refuses %s', async (_, code, write) => {
    await write();
    const annotations = await openAnnotations(folder.path, []);
    await expect(annotations.read(wanted)).rejects.toMatchObject({
      code,
      message: expect.stringContaining('list.json'),
    });
  });

  it('says that there is no such folder', async () => {
    await expect(openAnnotations(join(folder.path, 'nowhere'), [])).rejects.toMatchObject({ code: 'INPUT_MISSING' });
  });
});

describe('readBenchmark', () => {
  it('lists the names where it does not know one', async () => {
    await expect(readBenchmark('vgg', { media: folder.path })).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('vgg-ss-heard'),
    });
  });

  it.each([
    ['cut off', '[{"file": "a', 'INPUT_CORRUPT'],
    ['not a number', '[{"file": "a", "class": "b", "bbox": [[NaN, 0, 1, 1]]}]', 'INPUT_CORRUPT'],
    ['without items', '[]', 'INPUT_EMPTY'],
    ['a million boxes', `[${'[0.25,0.25,0.75,0.75],'.repeat(1e6)}0]`, 'INPUT_TOO_LARGE'],
  ])('names the file that is %s', async (_, text, code) => {
    await folder.write({ 'vggss.json': text });
    await expect(readBenchmark('vgg-ss', { media: folder.path })).rejects.toMatchObject({
      code,
      message: expect.stringContaining('vggss.json'),
    });
  });

  it('says which folder of media cannot be listed', async () => {
    await folder.write({ 'vggss.json': '[{"file":"a","class":"b","bbox":[]}]' });
    await expect(
      readBenchmark('vgg-ss', { media: join(folder.path, 'vggss.json'), annotations: folder.path }),
    ).rejects.toMatchObject({ code: 'INPUT_UNREADABLE', message: expect.stringContaining('it is not a folder') });
  });
});
