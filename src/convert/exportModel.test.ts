/** Models written for others and read again: the same networks, to the byte. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hashValues } from '../../test/hashValues.ts';
import { seededPatch } from '../../test/seededWeights.ts';
import { isEngine } from '../engine/chooseEngine.node.ts';
import type { TensorData } from '../engine/engine.ts';
import { openNativeEngine } from '../engine/native.node.ts';
import type { Preset } from '../networks/presets.ts';
import { readWeightFile } from '../weights/files/weightFile.ts';
import { readModelFolder, readModelOrHalfFolder } from '../weights/modelFolder.node.ts';
import { readSafetensors } from '../weights/safetensors.ts';
import { buildNetwork, putWeights } from './buildModel.ts';
import { type NetworkSettings, portSettings, type Side } from './conventions.ts';
import { exportOnnx, exportSafetensors, type ModelFiles } from './exportModel.ts';
import { writeImportedModel } from './importedModel.node.ts';
import { mismatchLines, planImport } from './importWeights.ts';
import { presetSystem, type System, smallSystem } from './systems.ts';

vi.setConfig({ testTimeout: 120_000 });

const engine = await openNativeEngine();
const tiny: Preset = {
  text: '',
  picture: { classes: 4, stage4: 0, width: 2, pyramidWidth: 16, side: 89 },
  sound: { widths: [2, 4, 4, 8], hidden: 16, embedding: 8, lastRelu: true, classes: 4 },
};
const turned: NetworkSettings = { ...portSettings, strideOn: '3x3' };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-export-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function written(name: string, sides: readonly Side[]): Promise<ModelFiles> {
  const path = join(folder, name);
  const system = presetSystem('report', tiny, turned, 7);
  await writeImportedModel(path, system, sides, { origin: ['seeded'], initialised: [] });
  return readModelOrHalfFolder(path);
}

async function imported(bytes: Uint8Array, systemWith: (settings: NetworkSettings) => System): Promise<System> {
  const weights = await readWeightFile(bytes, 'the export');
  const plan = planImport(systemWith, [{ name: 'the export', weights }], { partial: false });
  expect(mismatchLines(plan)).toEqual([]);
  expect(plan.problem).toBeUndefined();
  for (const _ of putWeights(plan.system, plan.matching.fits));
  return plan.system;
}

const formats = { onnx: exportOnnx, safetensors: exportSafetensors };

describe.each(['onnx', 'safetensors'] as const)('an export as %s', (format) => {
  it.each([
    ['both', ['picture', 'sound']],
    ['eyes', ['picture']],
    ['ears', ['sound']],
  ] as const)('is imported as the same networks: %s', async (name, sides) => {
    const files = await written(`${name}-${format}`, sides);
    const system = await imported(formats[format](files), (settings) => presetSystem('report', tiny, settings));
    for (const side of sides) expect(Buffer.compare(buildNetwork(system, side), files[side]!), side).toBe(0);
  });

  it('of the model small gives its very outputs when it is imported', async () => {
    if (!isEngine(engine)) return;
    const small = await readModelFolder(fileURLToPath(new URL('../../models/small', import.meta.url)));
    const system = await imported(formats[format](small), () => smallSystem(small.model, small));
    const inputs: Record<Side, Record<string, TensorData>> = {
      picture: { picture: floats(hashValues('picture', 3 * 320 * 320, 0, 255), 1, 3, 320, 320) },
      sound: { logmel: floats(hashValues('logmel', 128 * 500, -2, 1), 1, 1, 128, 500) },
    };
    for (const side of ['picture', 'sound'] as const) {
      expect(await run(buildNetwork(system, side), inputs[side])).toEqual(await run(small[side], inputs[side]));
    }
  });
});

const floats = (data: Float32Array, ...dims: number[]): TensorData => ({ type: 'float32', dims, data });

async function run(network: Uint8Array, feeds: Record<string, TensorData>): Promise<Record<string, TensorData>> {
  if (!isEngine(engine)) throw new Error('no native engine');
  const session = await engine.createSession(network, { threads: 2 });
  const outputs = await session.run(feeds);
  await session.close();
  return outputs;
}

describe('an export', () => {
  it('as one ONNX network sees, hears and multiplies', async () => {
    if (!isEngine(engine)) return;
    const files = await written('joint', ['picture', 'sound']);
    const picture = floats(hashValues('picture', 3 * 89 * 89, -100, 100), 1, 3, 89, 89);
    const logmel = floats(seededPatch('logmel'), 1, 1, 96, 64);
    const joint = await run(exportOnnx(files), { picture, logmel });
    const seen = (await run(files.picture!, { picture })).probabilities.data as Float32Array;
    const heard = (await run(files.sound!, { logmel })).probabilities.data as Float32Array;
    expect(joint.picture_probabilities.data).toEqual(seen);
    expect(joint.sound_probabilities.data).toEqual(heard);
    expect(joint.map.dims).toEqual([1, 89, 89]);
    const place = 40 * 89 + 17;
    const score = heard.reduce((sum, value, label) => sum + value * seen[label * 89 * 89 + place], 0);
    expect((joint.map.data as Float32Array)[place]).toBeCloseTo(score, 6);
  });

  it('as safetensors has every parameter under our name, and nothing else', async () => {
    const { tensors, metadata } = readSafetensors(exportSafetensors(await written('names', ['picture', 'sound'])));
    expect(tensors.get('picture/conv1_1_3x3_s2/weight')?.shape).toEqual([2, 3, 3, 3]);
    expect(tensors.get('sound/audio_dense/weight')?.shape).toEqual([8, 4]);
    expect([...tensors.keys()].filter((name) => name.includes('constant'))).toEqual([]);
    expect(JSON.parse(metadata['lookhear.settings'])).toMatchObject({ strideOn: '3x3', lastRelu: true });
  });
});
