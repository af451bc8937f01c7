import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCsv, readPictureRows, readSoundRows } from './manifests.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-data-'));
  await mkdir(join(folder, 'pictures'));
  await mkdir(join(folder, 'sounds'));
});
afterAll(async () => rm(folder, { recursive: true }));

describe('comma-separated values', () => {
  it('may be quoted, and then hold commas and quotes', () => {
    expect(parseCsv('a,b\n"x, ""y""",2\n')).toEqual([
      ['a', 'b'],
      ['x, "y"', '2'],
    ]);
  });

  it('may be empty', () =>
    expect(parseCsv('a,,c\n,2,\n')).toEqual([
      ['a', '', 'c'],
      ['', '2', ''],
    ]));
});

it('reads a sound with its class, group and fold', async () => {
  const text = 'file,class,group,fold,kind\nclips/a.ogg,dog,g1,3,recording\n';
  await writeFile(join(folder, 'sounds', 'sounds.csv'), text);
  expect(await readSoundRows(folder)).toEqual([
    { file: 'clips/a.ogg', class: 'dog', group: 'g1', fold: 3, kind: 'recording' },
  ]);
});

describe('a list of pictures', () => {
  it('that is not there is named', async () => {
    await expect(readPictureRows(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'INPUT_MISSING' });
  });

  it('with a bad line is refused with the number of the line', async () => {
    await writeFile(join(folder, 'pictures', 'pictures.jsonl'), '\n{"id": 1}\n');
    await expect(readPictureRows(folder)).rejects.toThrow(/line 1 of .*pictures\.jsonl/);
  });
});
