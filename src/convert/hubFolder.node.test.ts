import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LookhearError } from '../errors.ts';
import { readHubPicture, readHubSound } from './hubFolder.node.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-hub-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(file: string, content: object | string): Promise<void> {
  await mkdir(join(folder, 'onnx'), { recursive: true });
  await writeFile(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
}

async function refusal(read: Promise<unknown>): Promise<LookhearError> {
  const error = await read.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LookhearError);
  return error as LookhearError;
}

describe('a model folder of the hub', () => {
  test('is read with the path of its network', async () => {
    await write('config.json', { model_type: 'segformer', id2label: { '0': 'sky', '1': 'dog' } });
    await write('preprocessor_config.json', { size: 64, do_normalize: false });
    await write('onnx/model.onnx', '');
    const picture = await readHubPicture(folder);
    expect(picture.labels).toEqual(['sky', 'dog']);
    expect(picture.onnxPath).toBe(join(folder, 'onnx', 'model.onnx'));
  });

  test('may have its network beside the texts', async () => {
    await write('config.json', { id2label: { '0': 'bark' } });
    await write('preprocessor_config.json', { feature_extractor_type: 'ASTFeatureExtractor' });
    await write('model.onnx', '');
    const sound = await readHubSound(folder);
    expect(sound.frontEnd).toBe('ast');
    expect(sound.onnxPath).toBe(join(folder, 'model.onnx'));
  });

  test('says which file is not there, and what to do', async () => {
    const nowhere = await refusal(readHubPicture(join(folder, 'nowhere')));
    expect(nowhere.code).toBe('MODEL_MISSING');
    expect(nowhere.message).toBe(`There is no folder ${join(folder, 'nowhere')}.`);

    const noConfig = await refusal(readHubPicture(folder));
    expect(noConfig.message).toBe(`Cannot read ${join(folder, 'config.json')}: it is not there.`);

    await write('config.json', { id2label: { '0': 'bark' } });
    const noPreprocessor = await refusal(readHubSound(folder));
    expect(noPreprocessor.message).toBe(`Cannot read ${join(folder, 'preprocessor_config.json')}: it is not there.`);
    expect(noPreprocessor.hint).toContain('preprocessor_config.json');

    await write('preprocessor_config.json', {});
    const noNetwork = await refusal(readHubSound(folder));
    expect(noNetwork.code).toBe('MODEL_MISSING');
    expect(noNetwork.message).toBe(`There is no onnx/model.onnx in ${folder}.`);
    expect(noNetwork.hint).toContain('Export the network');

    await write('onnx/model_quantized.onnx', '');
    const quantized = await refusal(readHubSound(folder));
    expect(quantized.hint).toBe('Copy the one to use to that name: model_quantized.onnx.');
  });

  test('names the file that makes no sense by its path', async () => {
    await write('config.json', '{');
    await write('preprocessor_config.json', {});
    await write('onnx/model.onnx', '');
    const { code, message } = await refusal(readHubPicture(folder));
    expect(code).toBe('MODEL_INVALID');
    expect(message).toBe(`Cannot use ${join(folder, 'config.json')}: it is not JSON.`);
  });
});
