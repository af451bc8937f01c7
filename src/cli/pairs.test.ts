import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSafeName, readPairs } from './pairs.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('readPairs', () => {
  it('takes paths relative to the file, in the order of the file', async () => {
    const path = join(folder, 'pairs.jsonl');
    await writeFile(
      path,
      '{"id":"b","image":"x/1.jpg","audio":"/abs/1.wav"}\n\r\n{"id":"a","image":"2.jpg","audio":"2.wav"}',
    );
    expect(await readPairs(path)).toEqual([
      { id: 'b', image: join(folder, 'x/1.jpg'), audio: '/abs/1.wav' },
      { id: 'a', image: join(folder, '2.jpg'), audio: join(folder, '2.wav') },
    ]);
  });

  it('keeps a place for every line that cannot be used', async () => {
    const path = join(folder, 'bad.jsonl');
    const lines = ['{"id":"A","image":"1","audio":"1"}', '{"id":', '{"id":7,"image":"1","audio":"1"}'];
    lines.push(
      '{"id":"../up","image":"1","audio":"1"}',
      '{"id":"a","image":"1","audio":"1"}',
      '{"id":"b","image":"1"}',
      '[]',
    );
    await writeFile(path, lines.join('\n'));
    const pairs = await readPairs(path);
    expect(pairs.map(({ id }) => id)).toEqual(['A', null, null, '../up', 'a', 'b', null]);
    expect(pairs.map((pair) => 'problem' in pair)).toEqual([false, true, true, true, true, true, true]);
  });

  it('refuses a file without any pair', async () => {
    const path = join(folder, 'blank.jsonl');
    await writeFile(path, '\n \n');
    await expect(readPairs(path)).rejects.toMatchObject({ code: 'INPUT_EMPTY' });
  });
});

describe('isSafeName', () => {
  it.each(['1', 'clip-0001', 'Straße 5', 'a.b', '犬'])('takes %s', (name) => expect(isSafeName(name)).toBe(true));

  it.each([
    '',
    '.',
    '..',
    '../x',
    'a/b',
    'a\\b',
    '/etc',
    'C:x',
    'nul',
    'COM1.txt',
    '.hidden',
    'x ',
    'x.',
    'a\0',
    'a*',
    'x'.repeat(201),
  ])('refuses %j', (name) => expect(isSafeName(name)).toBe(false));
});
