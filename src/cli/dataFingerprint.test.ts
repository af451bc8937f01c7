import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sceneSound } from '../evaluate/soundCopies.fixtures.ts';
import { readTrainingManifest } from '../evaluate/trainingManifestFile.ts';
import { writePicture } from '../media/writePicture.ts';
import { writeWav } from '../sound/writeWav.ts';
import { run } from './dataFingerprint.ts';

const signal = new AbortController().signal;
let folder = '';
const inFolder = (name: string): string => join(folder, name);

async function writeMedia(place: string): Promise<void> {
  await mkdir(inFolder(place), { recursive: true });
  const data = Uint8Array.from({ length: 3 * 40 * 40 }, (_, index) => Math.imul(index, 2654435761) >>> 24);
  await writePicture(join(inFolder(place), 'yard.png'), { width: 40, height: 40, data }, { force: true });
  const { samples, sampleRate } = sceneSound(1, 3);
  await writeFile(join(inFolder(place), 'bark.wav'), writeWav([samples], sampleRate));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-fingerprint-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('lookhear data fingerprint', () => {
  it('lists pairs by their ids, and what it cannot read', async () => {
    await writeMedia('pairs');
    await writeFile(inFolder('pairs/broken.wav'), 'no sound');
    const lines = ['bark', 'broken'].map((name) =>
      JSON.stringify({ id: name, image: 'yard.png', audio: `${name}.wav` }),
    );
    await writeFile(inFolder('pairs/pairs.jsonl'), lines.join('\n'));
    const print = vi.spyOn(console, 'log').mockImplementation(() => {});
    for (const source of ['pairs', 'pairs/pairs.jsonl']) {
      const options = { out: inFolder('list.jsonl.gz'), json: true, force: true } as const;
      expect(await run({ inputs: [inFolder(source)], options, signal })).toBe(3);
    }
    expect(JSON.parse(print.mock.calls[0][0])).toMatchObject({
      schema: 'lookhear/fingerprinted@1',
      pictures: { total: 2, comparable: 2 },
      sounds: { total: 2, comparable: 1 },
      problems: [expect.stringContaining('broken.wav')],
    });
    print.mockRestore();
    const { pictures, sounds } = await readTrainingManifest(inFolder('list.jsonl.gz'));
    expect(pictures.map(({ id }) => id)).toEqual(['bark', 'broken']);
    expect(pictures[0].hash).toMatch(/^[0-9a-f]{16}$/);
    expect(sounds.map(({ fingerprint }) => fingerprint?.length)).toEqual([13, undefined]);
  });

  it('takes from the folder of the small model what that one is trained on', async () => {
    await writeMedia('data/pictures');
    await writeMedia('data/cutouts');
    await writeMedia('data/sounds');
    const row = { image: 'yard.png', mask: null, mask_by: null, width: 40, height: 40, boxes: [], box_by: null };
    const rest = { exhaustive: false, label_list: null, group: 'g' };
    const rows = [
      { id: 'trained', ...row, ...rest, labels: ['dog'], fold: 1 },
      { id: 'validation', ...row, ...rest, labels: ['dog'], fold: 0 },
      { id: 'no label', ...row, ...rest, labels: ['unicorn'], fold: 1 },
    ];
    await writeFile(inFolder('data/pictures/pictures.jsonl'), rows.map((line) => JSON.stringify(line)).join('\n'));
    await writeFile(inFolder('data/pictures/classes.csv'), 'index,class\n1,dog\n');
    const cutout = JSON.stringify({ image: 'yard.png', label: 'dog', width: 40, height: 40 });
    await writeFile(inFolder('data/cutouts/cutouts.jsonl'), cutout);
    const sounds = 'file,class,group,fold,kind\nbark.wav,dog,a,2,recording\nvalidation.wav,dog,b,0,recording\n';
    await writeFile(inFolder('data/sounds/sounds.csv'), sounds);
    const options = { out: inFolder('small.jsonl.gz'), quiet: true } as const;
    expect(await run({ inputs: [inFolder('data')], options, signal })).toBe(0);
    const manifest = await readTrainingManifest(inFolder('small.jsonl.gz'));
    expect(manifest.pictures.map(({ id }) => id)).toEqual(['trained', 'yard']);
    expect(manifest.sounds.map(({ id }) => id)).toEqual(['bark']);
  });

  it('says what it expects', async () => {
    await expect(run({ inputs: [], options: { out: 'x' }, signal })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(run({ inputs: [folder], options: {}, signal })).rejects.toMatchObject({ code: 'USAGE' });
  });
});
