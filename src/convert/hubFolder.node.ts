/** Model folders of the Hugging Face hub on disk. What they say is read by hubFolder.ts; this finds the files. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LookhearError } from '../errors.ts';
import {
  type HubFolder,
  type HubPicture,
  type HubSound,
  type HubText,
  parseHubPicture,
  parseHubSound,
} from './hubFolder.ts';

/**
 * A folder with a network that labels the places of a picture.
 * Fails with MODEL_MISSING where a file is not there, with MODEL_INVALID where one makes no sense.
 */
export async function readHubPicture(folder: string): Promise<HubPicture> {
  return parseHubPicture(await readHubFolder(folder));
}

/**
 * A folder with a network that labels sounds.
 * Fails with MODEL_MISSING where a file is not there, with MODEL_INVALID where one makes no sense.
 */
export async function readHubSound(folder: string): Promise<HubSound> {
  return parseHubSound(await readHubFolder(folder));
}

/** The usual place, then that of folders written by hand. */
const networkPlaces = ['onnx/model.onnx', 'model.onnx'];

async function readHubFolder(folder: string): Promise<HubFolder> {
  const isFolder = await stat(folder).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isFolder) throw missing(`There is no folder ${folder}.`, 'Give the folder that holds config.json.');
  const config = await readText(folder, 'config.json');
  const preprocessor = await readText(folder, 'preprocessor_config.json');
  return { config, preprocessor, onnxPath: await findNetwork(folder) };
}

async function readText(folder: string, file: string): Promise<HubText> {
  const name = join(folder, file);
  try {
    return { name, text: await readFile(name, 'utf8') };
  } catch (cause) {
    const reason =
      cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'it is not there' : `${cause}`;
    throw missing(`Cannot read ${name}: ${reason}.`, `Get ${file} from the page of the model on the hub.`, cause);
  }
}

async function findNetwork(folder: string): Promise<string> {
  for (const place of networkPlaces) {
    const path = join(folder, place);
    const found = await stat(path).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (found) return path;
  }
  const others = (await readdir(join(folder, 'onnx')).catch(() => [])).filter((name) => name.endsWith('.onnx')).sort();
  throw missing(
    `There is no ${networkPlaces[0]} in ${folder}.`,
    others.length > 0
      ? `Copy the one to use to that name: ${others.join(', ')}.`
      : 'Export the network to ONNX, with optimum-cli export onnx for instance, and put it there.',
  );
}

function missing(message: string, hint: string, cause?: unknown): LookhearError {
  return new LookhearError('MODEL_MISSING', message, { hint, cause });
}
