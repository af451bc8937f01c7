import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkOutput, writeFileAtomically } from './atomicWrite.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('writing a file atomically', () => {
  it('writes bytes, text, or what a function writes piece by piece', async () => {
    await writeFileAtomically(join(folder, 'a'), new Uint8Array([1, 2]));
    await writeFileAtomically(join(folder, 'b'), '{}');
    await writeFileAtomically(join(folder, 'c'), async (file) => {
      await file.write('one ');
      await file.write('two');
    });
    expect([...(await readFile(join(folder, 'a')))]).toEqual([1, 2]);
    expect(await readFile(join(folder, 'b'), 'utf8')).toBe('{}');
    expect(await readFile(join(folder, 'c'), 'utf8')).toBe('one two');
    expect(await readdir(folder)).toEqual(['a', 'b', 'c']);
  });

  it('keeps an existing file unless forced', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'old');
    await expect(writeFileAtomically(path, 'new')).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(await readFile(path, 'utf8')).toBe('old');
    await writeFileAtomically(path, 'new', { force: true });
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it('keeps a file that appears while it writes', async () => {
    const path = join(folder, 'a');
    const writing = writeFileAtomically(path, async (file) => {
      await file.write('ours');
      await writeFile(path, 'theirs');
    });
    await expect(writing).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(await readFile(path, 'utf8')).toBe('theirs');
    expect(await readdir(folder)).toEqual(['a']);
  });

  it('lets one of many writers win, whole', async () => {
    const path = join(folder, 'a');
    const texts = Array.from({ length: 8 }, (_, index) => String(index).repeat(10_000));
    const outcomes = await Promise.allSettled(texts.map((text) => writeFileAtomically(path, text)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(texts).toContain(await readFile(path, 'utf8'));
    expect(await readdir(folder)).toEqual(['a']);
  });

  it('leaves nothing behind, and the old file whole, when the content fails', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'old');
    const failing = async (file: { write(text: string): Promise<unknown> }) => {
      await file.write('half');
      throw new RangeError('boom');
    };
    await expect(writeFileAtomically(path, failing, { force: true })).rejects.toThrow(RangeError);
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['a']);
  });

  it('follows a link to the file that it replaces', async () => {
    await writeFile(join(folder, 'a'), 'old');
    await symlink('a', join(folder, 'link'));
    await writeFileAtomically(join(folder, 'link'), 'new', { force: true });
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('new');
  });

  it.skipIf(process.platform === 'win32')('writes straight into a device', async () => {
    await writeFileAtomically('/dev/null', 'gone');
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it('names what is wrong with the place', async () => {
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'file'), '');
    for (const [path, words] of [
      [join(folder, 'sub'), 'it is a folder'],
      [join(folder, 'none', 'a'), 'there is no folder'],
      [join(folder, 'file', 'a'), 'a part of its path is a file'],
      [join(folder, 'x'.repeat(300)), 'the name is too long'],
    ]) {
      await expect(writeFileAtomically(path, '')).rejects.toMatchObject({
        code: 'OUTPUT_UNWRITABLE',
        message: expect.stringContaining(words),
      });
      await expect(checkOutput(path)).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    }
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('needs permission for the folder', async () => {
    const locked = join(folder, 'locked');
    await mkdir(locked);
    await chmod(locked, 0o555);
    await expect(writeFileAtomically(join(locked, 'a'), '')).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining('no permission'),
    });
  });
});
