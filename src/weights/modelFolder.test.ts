import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Model, parseModel } from './model.ts';
import {
  findModelFolder,
  listModels,
  type ModelDescription,
  readModelFolder,
  writeModelFolder,
} from './modelFolder.node.ts';

const description: ModelDescription = {
  name: 'tiny',
  version: '1',
  licence: 'Apache-2.0',
  origin: ['made for a test'],
  picture: { width: 8, height: 8, input: 'picture', output: 'probabilities', labels: ['dog', 'cat'], background: 2 },
  sound: {
    frontEnd: 'mn04',
    input: 'logmel',
    output: 'probabilities',
    labels: ['dog', 'cat'],
    other: 2,
    patchSeconds: 5,
    hopSeconds: 2.5,
  },
  relation: { kind: 'identity' },
  map: { blur: 1, fallback: 0.3, centre: 0.03 },
  silence: { dbfs: -60 },
  answer: { topCells: 4, slope: 1, offset: 0, here: 0.6, absent: 0.4 },
};
const networks = { picture: Uint8Array.of(1, 2, 3), sound: Uint8Array.of(4, 5) };

let folder: string;
let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'lookhear-models-'));
  vi.stubEnv('LOOKHEAR_CACHE', cache);
  folder = join(cache, 'models', 'tiny');
  await writeModelFolder(folder, description, networks, '# Tiny\n');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

/** Writes model.json anew after a change. */
async function change(edit: (model: Model) => unknown): Promise<void> {
  const path = join(folder, 'model.json');
  const model: Model = JSON.parse(await readFile(path, 'utf8'));
  edit(model);
  await writeFile(path, JSON.stringify(model));
}

describe('a model folder', () => {
  it('reads back what was written', async () => {
    const read = await readModelFolder(folder);
    expect(read.model).toMatchObject(description);
    expect(new Uint8Array(read.picture)).toEqual(networks.picture);
    expect(new Uint8Array(read.sound)).toEqual(networks.sound);
    // printf '\001\002\003' | sha256sum
    expect(read.model.picture.sha256).toBe('039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81');
    expect(read.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('loses the list of another training when it is written over, and is the same model with one', async () => {
    const { sha256 } = await readModelFolder(folder);
    await writeFile(join(folder, 'training.jsonl.gz'), 'a list');
    expect((await readModelFolder(folder)).sha256).toBe(sha256);
    await writeModelFolder(folder, description, networks, '# Tiny\n');
    await expect(readFile(join(folder, 'training.jsonl.gz'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is found by name, by path and by the environment', async () => {
    expect(await findModelFolder('tiny')).toBe(folder);
    expect(await findModelFolder(folder)).toBe(folder);
    vi.stubEnv('LOOKHEAR_MODEL', folder);
    expect(await findModelFolder()).toBe(folder);
    expect(await listModels()).toContainEqual({ path: folder, model: expect.objectContaining({ name: 'tiny' }) });
  });

  it('that does not exist is MODEL_MISSING, with the names of those that do', async () => {
    for (const wanted of ['huge', './huge', '../tiny-nowhere', '/nowhere/tiny']) {
      await expect(findModelFolder(wanted)).rejects.toMatchObject({
        code: 'MODEL_MISSING',
        message: `There is no model "${wanted}".`,
        hint: expect.stringContaining('tiny'),
      });
    }
  });

  it.each(['model.json', 'picture.onnx', 'sound.onnx'])('without %s is MODEL_MISSING', async (file) => {
    await rm(join(folder, file));
    await expect(readModelFolder(folder)).rejects.toMatchObject({
      code: 'MODEL_MISSING',
      message: `Cannot read ${join(folder, file)}: it is not there.`,
    });
  });

  it.each(['picture.onnx', 'sound.onnx'])('with a truncated %s is MODEL_INVALID', async (file) => {
    await writeFile(join(folder, file), Uint8Array.of(1));
    await expect(readModelFolder(folder)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(`Cannot use ${join(folder, file)}: its 1 bytes are not those`),
    });
  });

  it('with an unreadable model.json is MODEL_INVALID, and is listed with its problem', async () => {
    await writeFile(join(folder, 'model.json'), '{"schema": ');
    await expect(readModelFolder(folder)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: `Cannot use ${join(folder, 'model.json')}: it is not JSON.`,
    });
    expect(await listModels()).toContainEqual({
      path: folder,
      problem: expect.objectContaining({ code: 'MODEL_INVALID' }),
    });
  });

  it.each<[string, (model: Model) => unknown]>([
    ['another schema', (model) => Object.assign(model, { schema: 'lookhear/model@2' })],
    ['an unknown field', (model) => Object.assign(model, { run: 'me' })],
    ['a path instead of a file name', (model) => Object.assign(model.picture, { file: '../picture.onnx' })],
    ['a label twice', (model) => Object.assign(model.sound, { labels: ['dog', 'dog'] })],
    ['an identity of different labels', (model) => Object.assign(model.sound, { labels: ['dog', 'bird'] })],
    ['a background beyond the outputs', (model) => Object.assign(model.picture, { background: 3 })],
    ['an other beyond the outputs', (model) => Object.assign(model.sound, { other: 3 })],
    ['a table of the wrong size', (model) => Object.assign(model, { relation: { kind: 'table', rows: [[1, 0]] } })],
    [
      'a relation above one',
      (model) =>
        Object.assign(model, {
          relation: {
            kind: 'table',
            rows: [
              [2, 0],
              [0, 1],
            ],
          },
        }),
    ],
    ['thresholds that cross', (model) => Object.assign(model.answer, { here: 0.3, absent: 0.5 })],
    ['a falling calibration', (model) => Object.assign(model.answer, { slope: -1 })],
  ])('with %s is MODEL_INVALID', async (_, edit) => {
    await change(edit);
    await expect(readModelFolder(folder)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(/^Cannot use .*model\.json: .+\.$/),
    });
  });

  it('relates different labels by a table', async () => {
    await change((model) => {
      Object.assign(model.sound, { labels: ['bark', 'meow', 'purr'], other: null });
      Object.assign(model, {
        relation: {
          kind: 'table',
          rows: [
            [1, 0],
            [0, 1],
            [0, 0.9],
          ],
        },
      });
    });
    expect((await readModelFolder(folder)).model.relation.kind).toBe('table');
  });

  it('names the field that is wrong', () => {
    const model = { schema: 'lookhear/model@1', ...description, picture: { ...description.picture, file: 'p.onnx' } };
    expect(() => parseModel(JSON.stringify(model), 'model.json')).toThrow(/at "picture\.sha256"/);
  });

  it('is not written where the description is inconsistent', async () => {
    const wrong = { ...description, relation: { kind: 'table' as const, rows: [] } };
    await expect(writeModelFolder(join(cache, 'wrong'), wrong, networks, '')).rejects.toMatchObject({
      code: 'MODEL_INVALID',
    });
    await expect(readFile(join(cache, 'wrong', 'picture.onnx'))).rejects.toThrow('ENOENT');
  });
});
