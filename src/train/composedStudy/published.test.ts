/** The two published networks themselves, where the folder of shared material is at hand. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPictureHalf, readSoundHalf } from '../../convert/composeFolders.node.ts';
import { composeModel } from '../../convert/composeModel.ts';
import { chooseEngine } from '../../engine/chooseEngine.node.ts';
import { type Engine, float32Values } from '../../engine/engine.ts';
import { embeddingSize, sightCount } from './features.ts';
import { type HubFolders, writePublishedFolders } from './publishedFolders.ts';
import { assembleSound, hearWith } from './trainDense.ts';

const pretrained = join(process.env.LOOKHEAR_SHARED ?? 'none', 'pretrained');

describe.skipIf(!existsSync(pretrained))('the published networks', { timeout: 120_000 }, () => {
  let run: string;
  let engine: Engine;
  let folders: HubFolders;

  beforeAll(async () => {
    run = await mkdtemp(join(tmpdir(), 'lookhear-published-'));
    engine = await chooseEngine();
    folders = await writePublishedFolders(pretrained, run);
  });
  afterAll(() => rm(run, { recursive: true }));

  it('are the report’s system when they are joined', async () => {
    const picture = await readPictureHalf(folders.picture, engine);
    const sound = await readSoundHalf(folders.sound, engine);
    expect(picture.network).toMatchObject({ width: 513, height: 513, background: 0, activation: 'softmax' });
    expect(picture.network.labels).toHaveLength(150);
    expect(picture.grid).toEqual({ rows: 129, columns: 129 });
    // Its scores are probabilities already, and of its two outputs the one with 521 numbers is meant.
    expect(sound.network).toMatchObject({ frontEnd: 'yamnet', output: 'scores', patchSeconds: 0.975 });
    expect(sound.network.activation).toBeUndefined();
    const { counts, description } = composeModel({ name: 'composed', picture, sound });
    expect(counts.sounds).toBe(521);
    expect(counts.soundsWithSight).toBeGreaterThan(300);
    expect(description.licence).toBe('apache-2.0');
  });

  it('hear with a new last layer as the arithmetic says', async () => {
    const weight = Float32Array.from({ length: embeddingSize * sightCount }, (_, index) => Math.sin(index));
    const bias = Float32Array.from({ length: sightCount }, (_, index) => Math.cos(index));
    const weights = new Map([
      ['dense/weight', weight],
      ['dense/bias', bias],
    ]);
    const yamnet = await readFile(join(folders.sound, 'onnx', 'model.onnx'));
    const data = Float32Array.from({ length: 96 * 64 }, (_, index) => -4 + 3 * Math.sin(0.01 * index));
    const feed = { logmel: { type: 'float32', dims: [1, 1, 96, 64], data } } as const;
    const original = await engine.createSession(yamnet);
    const embedding = float32Values(await original.run(feed), 'embedding');
    const assembled = await engine.createSession(assembleSound(yamnet, weights));
    const heard = float32Values(await assembled.run(feed), 'probabilities');
    const expected = hearWith(weights, embedding);
    expect(heard.reduce((total, p) => total + p, 0)).toBeCloseTo(1, 4);
    for (let sight = 0; sight < sightCount; sight++) expect(heard[sight]).toBeCloseTo(expected[sight], 4);
    await Promise.all([original.close(), assembled.close()]);
  });
});
