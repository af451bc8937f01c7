import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeTrainingFolder, type TrainingFolder } from '../data/trainingFolder.fixtures.ts';
import { run } from './data.ts';
import type { OptionValues } from './options.ts';

let folder: TrainingFolder;
let lines: string[] = [];
beforeEach(async () => {
  folder = await makeTrainingFolder();
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await folder.remove();
});

const check = (options: OptionValues, ...inputs: readonly string[]) =>
  run({ inputs: ['check', ...inputs], options, signal: new AbortController().signal });

const clips =
  '[{"file":"a_000001","class":"dog","bbox":[[0,0,1,1]]},{"file":"b_000002","class":"cat","bbox":[[0,0,1,1]]}]';

describe('lookhear data check', () => {
  it('says what is there, what is missing and where it belongs', async () => {
    await folder.write({ 'vggss.json': clips, 'frames/a_000001.jpg': null, 'audio/a_000001.wav': null });
    expect(await check({ benchmark: 'vgg-ss', media: folder.path })).toBe(3);
    expect(lines).toEqual([
      '  VGG-SS (Chen et al., CVPR 2021)',
      `  annotations  ${folder.path}/vggss.json`,
      '  items        2, 1 of them with all files',
      '  pictures     1 of 2 there',
      '  sounds       1 of 2 there',
      `  missing      ${folder.path}/frames/b_000002.jpg`,
      `  missing      ${folder.path}/audio/b_000002.wav`,
      '  note         2 clips of 2 classes with 2 boxes.',
    ]);
  });

  it('prints one object with all of it, and 0 where nothing is missing', async () => {
    const line = { id: 'a', image: 'yard.jpg', audio: 'bark.wav', boxes: [] };
    await folder.write({ 'pairs.jsonl': JSON.stringify(line), 'yard.jpg': null, 'bark.wav': null });
    expect(await check({ json: true }, `${folder.path}/pairs.jsonl`)).toBe(0);
    expect(lines.map((each) => JSON.parse(each))).toEqual([
      expect.objectContaining({ schema: 'lookhear/data-check@1', items: 1, complete: 1, missing: [], incomplete: [] }),
    ]);
  });

  it('names every line of a file of pairs that cannot be used', async () => {
    await folder.write({ 'pairs.jsonl': '{"id":"a"}\n{\n{"id":"b","image":"b.jpg","audio":"b.wav","boxes":[]}' });
    const checked = check({}, `${folder.path}/pairs.jsonl`);
    await expect(checked).rejects.toMatchObject({
      code: 'INPUT_CORRUPT',
      message: `2 lines of ${folder.path}/pairs.jsonl cannot be used.`,
      details: { items: 1, problems: [{ line: 1 }, { line: 2 }] },
    });
    expect(lines).toHaveLength(2);
  });

  it('lists the benchmarks and the files that each wants', async () => {
    expect(await check({ json: true })).toBe(0);
    const { benchmarks } = JSON.parse(lines[0]);
    expect(benchmarks.map(({ name }: { name: string }) => name)).toContain('vgg-ss-unheard');
    expect(benchmarks[0].annotations[0]).toMatchObject({ source: expect.stringContaining('github.com') });
  });

  it('wants the folder of the media', async () => {
    await expect(check({ benchmark: 'is3' })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(run({ inputs: [], options: {}, signal: new AbortController().signal })).rejects.toMatchObject({
      code: 'USAGE',
    });
  });
});
