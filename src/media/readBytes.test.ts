import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBytes } from './readBytes.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function fileWith(content: Uint8Array | string): Promise<string> {
  const path = join(folder, `file-${Math.random()}`);
  await writeFile(path, content);
  return path;
}

describe('reading bytes', () => {
  it('gives all of a file, of several megabytes too', async () => {
    const bytes = Uint8Array.from({ length: 3_000_001 }, (_, index) => index % 251);
    expect(Buffer.compare(await readBytes(await fileWith(bytes), { limit: 2 ** 24 }), bytes)).toBe(0);
  });

  it('names the way in which it fails', async () => {
    const file = await fileWith('x');
    for (const [path, code, words] of [
      [join(folder, 'none'), 'INPUT_MISSING', 'there is no such file'],
      [join(file, 'below'), 'INPUT_MISSING', 'there is no such file'],
      [folder, 'INPUT_UNREADABLE', 'it is a folder'],
      [`${folder}/a\0b`, 'INPUT_UNREADABLE', 'zero byte'],
      [join(folder, 'x'.repeat(300)), 'INPUT_UNREADABLE', 'too long'],
      [await fileWith(''), 'INPUT_EMPTY', 'it is empty'],
      [await fileWith(new Uint8Array(101)), 'INPUT_TOO_LARGE', 'more than'],
    ]) {
      await expect(readBytes(path, { limit: 100 })).rejects.toMatchObject({
        code,
        message: expect.stringContaining(`Cannot read ${path}: `),
      });
      await expect(readBytes(path, { limit: 100 })).rejects.toThrow(words);
    }
  });

  it.skipIf(process.platform === 'win32')('reads a pipe, and stops at the limit', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reading = readBytes(pipe, { limit: 100 });
    await writeFile(pipe, 'through the pipe');
    expect(Buffer.from(await reading).toString()).toBe('through the pipe');
    await expect(readBytes('/dev/zero', { limit: 2 ** 20 })).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
  });

  it('stops when told to', async () => {
    await expect(readBytes(folder, { limit: 1, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});
