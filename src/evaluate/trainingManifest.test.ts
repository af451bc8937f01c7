import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinManifests, type TrainingManifest } from './trainingManifest.ts';
import { readManifestOf, readTrainingManifest, writeTrainingManifest } from './trainingManifestFile.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-manifest-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const manifest: TrainingManifest = {
  pictures: [
    { id: 'b', hash: '00ff00ff00ff00ff' },
    { id: 'a', hash: null },
  ],
  sounds: [
    { id: 'a', fingerprint: Uint32Array.of(1, 0, 0xfedcba98) },
    { id: 'ä', fingerprint: null },
  ],
};

const first = '{"schema":"lookhear/training-manifest@1","pictures":1,"sounds":0}';
const picture = '{"kind":"picture","id":"a","hash":null}';

async function written(content: string | Uint8Array): Promise<string> {
  const path = join(folder, 'other.jsonl.gz');
  await writeFile(path, typeof content === 'string' ? gzipSync(content) : content);
  return path;
}

describe('the list of a training', () => {
  it('is lines that anyone can read, in the order of the ids', async () => {
    const path = join(folder, 'training.jsonl.gz');
    await writeTrainingManifest(path, manifest);
    expect(gunzipSync(await readFile(path)).toString()).toBe(
      '{"schema":"lookhear/training-manifest@1","pictures":2,"sounds":2}\n' +
        '{"kind":"picture","id":"a","hash":null}\n' +
        '{"kind":"picture","id":"b","hash":"00ff00ff00ff00ff"}\n' +
        '{"kind":"sound","id":"a","fingerprint":"AQAAAAAAAACYutz+"}\n' +
        '{"kind":"sound","id":"ä","fingerprint":null}\n',
    );
    const read = await readTrainingManifest(path);
    expect(read.pictures).toEqual(manifest.pictures.toReversed());
    expect(read.sounds).toEqual(manifest.sounds);
    expect(await readManifestOf(folder)).toEqual(read);
  });

  it('may be missing in a folder', async () => {
    expect(await readManifestOf(join(folder, 'nowhere'))).toBeNull();
    await expect(readTrainingManifest(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'INPUT_MISSING' });
  });

  it('of a model that began as another one holds both', () => {
    const again = { pictures: [{ id: 'a', hash: 'ffffffffffffffff' }], sounds: [] };
    expect(joinManifests(manifest, again)).toEqual({
      pictures: [manifest.pictures[0], again.pictures[0]],
      sounds: manifest.sounds,
    });
  });

  it.each<[string, string | Uint8Array, string]>([
    ['is not packed', new TextEncoder().encode(first), 'INPUT_CORRUPT'],
    ['is cut off', gzipSync(`${first}\n${picture}\n`).subarray(0, 40), 'INPUT_CORRUPT'],
    ['is empty', '', 'INPUT_CORRUPT'],
    ['is not text', Uint8Array.from(gzipSync(Uint8Array.of(0xff, 0xfe, 0xff))), 'INPUT_CORRUPT'],
    ['has another schema', '{"schema":"lookhear/training-manifest@2","pictures":0,"sounds":0}', 'INPUT_CORRUPT'],
    ['has fewer entries than it says', first, 'INPUT_CORRUPT'],
    ['has more entries than it says', `${first}\n${picture}\n${picture}\n`, 'INPUT_CORRUPT'],
    ['has a line that is no JSON', `${first}\nx\n`, 'INPUT_CORRUPT'],
    ['has an entry of another kind', `${first}\n{"kind":"video","id":"a"}\n`, 'INPUT_CORRUPT'],
    ['has a hash of another length', `${first}\n{"kind":"picture","id":"a","hash":"ff"}\n`, 'INPUT_CORRUPT'],
    ['has a line without end', `${first}\n${' '.repeat(2 ** 23)}`, 'INPUT_TOO_LARGE'],
  ])('that %s is refused', async (_, content, code) => {
    const path = await written(content);
    await expect(readTrainingManifest(path)).rejects.toMatchObject({ code, message: expect.stringContaining(path) });
  });

  it('names the bad line', async () => {
    const path = await written(`${first}\n{"kind":"picture","id":"a","hash":7}\n`);
    await expect(readTrainingManifest(path)).rejects.toThrow(`line 2 of ${path}`);
  });

  it('is not unpacked without end', async () => {
    const path = await written(gzipSync(Buffer.alloc(2 ** 28, ' ')));
    expect((await stat(path)).size).toBeLessThan(2 ** 19);
    const before = process.memoryUsage().rss;
    await expect(readTrainingManifest(path)).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 27);
  });
});
