/**
 * The folders that halves come from: one in the layout of the hub, a model of ours, or half of one; by path, by the name
 * of a model, or as `hub:OWNER/NAME` where it has been fetched.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { LookhearError } from '../errors.ts';
import { findModelFolder, type HalfModelFolder, readModelOrHalfFolder } from '../weights/modelFolder.node.ts';
import type { PictureHalf, Provenance, SoundHalf } from './composeHalves.ts';
import { pictureHalfOfHub, pictureHalfOfModel } from './composePicture.ts';
import { type SoundChoices, soundHalfOfHub, soundHalfOfModel } from './composeSound.ts';
import { readHubPicture, readHubSound } from './hubFolder.node.ts';
import { hubCacheFolder, isHubName } from './hubName.node.ts';
import { readProvenance } from './hubOrigin.node.ts';

/** Fails with MODEL_MISSING where a file is not there, with MODEL_INVALID where one does not fit. */
export async function readPictureHalf(wanted: string, engine: Engine): Promise<PictureHalf> {
  const { folder, model } = await openFolder(wanted);
  if (model === undefined) {
    const hub = await readHubPicture(folder);
    return pictureHalfOfHub(hub, await readNetwork(hub.onnxPath), await readProvenance(folder), engine);
  }
  if (model.model.picture === undefined || model.picture === undefined) throw lacks(folder, 'picture');
  const file = join(folder, model.model.picture.file);
  return pictureHalfOfModel(model.model.picture, model.picture, provenanceOf(model), engine, file);
}

/** Fails with MODEL_MISSING where a file is not there, with MODEL_INVALID where one does not fit. */
export async function readSoundHalf(wanted: string, engine: Engine, choices: SoundChoices = {}): Promise<SoundHalf> {
  const { folder, model } = await openFolder(wanted);
  if (model === undefined) {
    const hub = await readHubSound(folder);
    return soundHalfOfHub(hub, await readNetwork(hub.onnxPath), await readProvenance(folder), engine, choices);
  }
  if (model.model.sound === undefined || model.sound === undefined) throw lacks(folder, 'sound');
  const file = join(folder, model.model.sound.file);
  return soundHalfOfModel(model.model.sound, model.sound, provenanceOf(model), engine, file);
}

/** The folder that was asked for; `model` where it is one of ours. */
async function openFolder(wanted: string): Promise<{ folder: string; model?: HalfModelFolder }> {
  const folder = await findFolder(wanted);
  if (await isFile(join(folder, 'model.json'))) return { folder, model: await readModelOrHalfFolder(folder) };
  if (await isFile(join(folder, 'config.json'))) return { folder };
  throw new LookhearError('MODEL_MISSING', `There is no network in ${folder}: neither config.json nor model.json.`, {
    hint: 'Give a folder in the layout of the hub (config.json, preprocessor_config.json, onnx/model.onnx), or a model.',
  });
}

async function findFolder(wanted: string): Promise<string> {
  if (!isHubName(wanted)) return findModelFolder(wanted);
  const folder = hubCacheFolder(wanted);
  if (await isFile(join(folder, 'config.json'))) return folder;
  throw new LookhearError('MODEL_MISSING', `${wanted} has not been fetched.`, {
    hint: `Fetch it first: lookhear models get ${wanted}.`,
  });
}

function provenanceOf({ model }: HalfModelFolder): Provenance {
  return { origin: [`the model "${model.name}" ${model.version}`, ...model.origin], licence: model.licence };
}

async function readNetwork(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new LookhearError('MODEL_MISSING', `Cannot read ${path}.`, { hint: 'Get the folder again.', cause });
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}

function lacks(folder: string, half: 'picture' | 'sound'): LookhearError {
  const other = half === 'picture' ? 'sound' : 'picture';
  return new LookhearError('MODEL_INVALID', `Cannot use ${folder}: it is half a model and has no ${half} network.`, {
    hint: `Give it as the ${other} network.`,
  });
}
