import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { listModels, localize, openLocalizer, readPicture, writePicture } from './index.ts';
import {
  pictureWithSquare,
  red,
  tinyDescription,
  tinyPictureNetwork,
  tinySoundNetwork,
  tone,
} from './localize/tinyModel.fixtures.ts';
import type { Sound } from './sound/sound.ts';
import { writeModelFolder } from './weights/modelFolder.node.ts';

// Loading the engines takes most of the time, and a busy machine several times as long.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let model: string;
let pictureFile: string;
let soundFile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-door-'));
  model = join(folder, 'models', 'tiny');
  pictureFile = join(folder, 'square.png');
  soundFile = join(folder, 'low.wav');
  const networks = { picture: tinyPictureNetwork(), sound: tinySoundNetwork() };
  await writeModelFolder(model, tinyDescription, networks, '# Tiny\n');
  await writePicture(pictureFile, pictureWithSquare(red, 0.5));
  await writeFile(soundFile, wave(tone(300)));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A WAV file, 16 bits, one channel. */
function wave({ samples, sampleRate }: Sound): Uint8Array {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(2 * sampleRate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((sample, index) => {
    bytes.writeInt16LE(Math.round(32767 * sample), 44 + 2 * index);
  });
  return bytes;
}

describe('localize', () => {
  it('takes paths', async () => {
    const finding = await localize(pictureFile, soundFile, { model });
    expect(finding).toMatchObject({ answer: 'here', model: { name: 'tiny', version: '1.0.0' } });
    expect(finding.regions[0].label).toBe('red');
    const { loadMs, soundMs, pictureMs, totalMs } = finding.timing;
    expect(Math.min(loadMs, soundMs, pictureMs)).toBeGreaterThan(0);
    expect(totalMs).toBeGreaterThanOrEqual(Math.max(loadMs, soundMs, pictureMs));
  });

  it('gives the same answer to a path, to bytes, and to pixels and samples', async () => {
    const localizer = await openLocalizer({ model });
    const { timing: _, ...fromPaths } = await localizer.localize(pictureFile, soundFile);
    const { timing: __, ...fromMemory } = await localizer.localize(await readPicture(pictureFile), wave(tone(300)));
    expect(fromMemory).toEqual(fromPaths);
    const fromSamples = await localizer.localize(pictureWithSquare(red, 0.5), tone(300));
    expect(fromSamples.answer).toBe('here');
    expect((await localizer.hear(soundFile)).patches).toHaveLength(3);
    expect((await localizer.see(pictureFile)).columns).toBe(16);
    await localizer.close();
  });

  it('takes the model from the environment, which lists it too', async () => {
    vi.stubEnv('LOOKHEAR_CACHE', folder);
    vi.stubEnv('LOOKHEAR_MODEL', 'tiny');
    expect((await localize(pictureFile, soundFile)).model.name).toBe('tiny');
    expect(await listModels()).toContainEqual({ path: model, model: expect.objectContaining({ name: 'tiny' }) });
  });

  it('fails with the code of what is missing', async () => {
    const absent = join(folder, 'absent');
    await expect(localize(absent, soundFile, { model })).rejects.toMatchObject({ code: 'INPUT_MISSING' });
    await expect(localize(pictureFile, absent, { model })).rejects.toMatchObject({ code: 'INPUT_MISSING' });
    await expect(localize(pictureFile, soundFile, { model: absent })).rejects.toMatchObject({ code: 'MODEL_MISSING' });
    const signal = AbortSignal.abort();
    await expect(localize(pictureFile, soundFile, { model, signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
