import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkScoreLines, readScoreLines } from './scoreLines.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-lines-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function fileOf(text: string): Promise<string> {
  const path = join(folder, 'pairs.jsonl');
  await writeFile(path, text);
  return path;
}

const check = (path: string): Promise<number> => checkScoreLines(path, new AbortController().signal);

describe('a list of annotations', () => {
  it('holds boxes or annotators, and whatever else', async () => {
    const path = await fileOf(
      '{"id":"a","width":640,"height":480,"boxes":[{"label":"dog","xmin":1,"ymin":2,"xmax":3,"ymax":4}],"image":"a.jpg"}\r\n' +
        '\n{"id":"b","annotators":[[1,2,3,4],[-10,0,300,256]]}\n{"id":"c","boxes":[],"scene":"ü"}',
    );
    expect(await check(path)).toBe(3);
    expect([...readScoreLines(path)]).toEqual([
      {
        id: 'a',
        annotation: { kind: 'boxes', width: 640, height: 480, boxes: [{ xmin: 1, ymin: 2, xmax: 3, ymax: 4 }] },
      },
      {
        id: 'b',
        annotation: {
          kind: 'annotators',
          boxes: [
            { xmin: 1, ymin: 2, xmax: 3, ymax: 4 },
            { xmin: -10, ymin: 0, xmax: 300, ymax: 256 },
          ],
        },
      },
      { id: 'c', annotation: { kind: 'boxes', width: 1, height: 1, boxes: [] } },
    ]);
  });

  it('of more than one chunk loses no line and breaks no letter', async () => {
    const lines = Array.from(
      { length: 30_000 },
      (_, index) => `{"id":"ü${index}","boxes":[],"note":"${'ä'.repeat(20)}"}`,
    );
    const path = await fileOf(lines.join('\n'));
    expect(await check(path)).toBe(30_000);
    expect([...readScoreLines(path)].map(({ id }) => id)).toEqual(lines.map((_, index) => `ü${index}`));
  });

  it.each([
    ['what is not JSON', '{"id":"a","boxes":[]}\n{"id":', 'line 2 of', 'not JSON'],
    ['no place', '{"id":"a"}', 'line 1 of', 'either boxes or annotators'],
    ['two sorts of places', '{"id":"a","boxes":[],"annotators":[]}', 'line 1 of', 'either boxes or annotators'],
    ['boxes without a picture', '{"id":"a","boxes":[{"xmin":1,"ymin":2,"xmax":3,"ymax":4}]}', 'line 1 of', 'width'],
    [
      'a corner that is text',
      '{"id":"a","width":9,"height":9,"boxes":[{"xmin":"1","ymin":2,"xmax":3,"ymax":4}]}',
      'line 1 of',
      'xmin',
    ],
    ['a corner beyond all numbers', '{"id":"a","annotators":[[1e999,0,1,1]]}', 'line 1 of', 'annotators'],
    ['a path for an id', '{"id":"../a","boxes":[]}', 'line 1 of', 'plain file name'],
    ['an id twice', '{"id":"a","boxes":[]}\n\n{"id":"a","boxes":[]}', 'line 3 of', 'that of line 1'],
    ['nothing', '\n\n', 'no line in', ''],
  ])('is refused for %s', async (_, text, place, problem) => {
    const path = await fileOf(text);
    const failure: Error = await check(path).then(
      () => new Error('was accepted'),
      (error) => error,
    );
    expect(failure.message).toContain(place);
    expect(failure.message).toContain(problem);
  });

  it('is refused where it is not UTF-8, a folder, or not there', async () => {
    const path = await fileOf('');
    await writeFile(path, Buffer.from([0x7b, 0xff, 0x7d]));
    await expect(check(path)).rejects.toThrow('not text in UTF-8');
    await expect(check(folder)).rejects.toThrow('not a file that can be read twice');
    await expect(check(join(folder, 'absent'))).rejects.toThrow('no such file');
  });
});
