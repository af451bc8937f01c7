import { dirname, join, normalize } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from './csvRows.ts';
import { baseName, checkName } from './plainName.ts';
import { relatedLabels } from './sharedLabels.ts';

describe('checkName', () => {
  it('lets no name through that leaves its folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('.', '/', '\\', 'a', '\0', ' ', '-') }), (name) => {
        try {
          checkName(name, 'list');
        } catch {
          return true;
        }
        return dirname(normalize(join('folder', name))) === 'folder' && !name.includes('\\') && !name.includes('\0');
      }),
    );
  });

  it.each(['-aK9JKAGme0_000051', 'guitar, violin', 'x.mp4_1', 'horse_clip-clop', '...'])('takes %s', (name) => {
    expect(checkName(name, 'list')).toBe(name);
  });

  it('shows only the beginning of a long one', () => {
    expect(() => checkName('/'.repeat(5000), 'list')).toThrow(
      /^Cannot read list: "\/{40}\.\.\." is not a plain file name\.$/,
    );
  });
});

describe('baseName', () => {
  it.each([
    ['/mnt/a/b_1.mp4_2.png', 'b_1.mp4_2'],
    ['C:\\data\\b.wav', 'b'],
    ['10000130166', '10000130166'],
  ])('of %s is %s', (path, name) => expect(baseName(path, 'list')).toBe(name));

  it.each(['', '/', '/a/..', '/a/.'])('refuses %j', (path) => expect(() => baseName(path, 'list')).toThrow());
});

describe('parseCsv', () => {
  it('gives back any fields that were written with quotes', () => {
    const field = fc.string().map((text) => text.replaceAll(/[\r\n]/g, ' '));
    const rows = fc.array(fc.array(field, { minLength: 1 }), { minLength: 1 });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (written, ending) => {
        const lines = written.map((fields) => fields.map((text) => `"${text.replaceAll('"', '""')}"`).join(','));
        expect(parseCsv(lines.join(ending), 'list')).toEqual(written);
      }),
    );
  });

  it('takes fields without quotes, and blank lines for none', () => {
    expect(parseCsv('a,b c\r\n\r\n"d, e",\r\n', 'list')).toEqual([
      ['a', 'b c'],
      ['d, e', ''],
    ]);
  });

  it('refuses a file of blank lines', () => {
    expect(() => parseCsv(' \n\n', 'list')).toThrow(expect.objectContaining({ code: 'INPUT_EMPTY' }));
  });
});

describe('relatedLabels', () => {
  it('finds the labels that share a part', () => {
    const related = relatedLabels(['guitar, violin', 'man, guitar', 'man', 'dog']);
    expect(Object.fromEntries(related)).toEqual({
      'guitar, violin': ['man, guitar'],
      'man, guitar': ['guitar, violin', 'man'],
      man: ['man, guitar'],
      dog: [],
    });
  });
});
