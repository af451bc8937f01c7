/**
 * Model folders on disk: model.json, the two networks that it names, and card.md for people. A model is asked for by
 * name (the folder in the package, then the one in the cache) or by the path of its folder.
 */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LookhearError } from '../errors.ts';
import { cacheFolder } from './cacheFolder.node.ts';
import { type Model, type PictureNetwork, parseModel, type SoundNetwork } from './model.ts';
import { sha256 } from './sha256.node.ts';

export interface ModelFolder {
  readonly path: string;
  readonly model: Model;
  /** Checksum of model.json, which holds those of the networks: it names the whole model. */
  readonly sha256: string;
  /** The networks, as the bytes of ONNX files whose checksums were right. */
  readonly picture: Uint8Array;
  readonly sound: Uint8Array;
}

/** A folder among the models: what it holds, or what is wrong with it. */
export type ListedModel =
  | { readonly path: string; readonly model: Model }
  | { readonly path: string; readonly problem: LookhearError };

const defaultModel = 'small';

/** Sources and compiled files both lie two levels below the package. */
const packagedModels = fileURLToPath(new URL('../../models', import.meta.url));

/**
 * The folder of a model.
 * @param nameOrPath Unset: the environment's LOOKHEAR_MODEL, else "small".
 * Fails with MODEL_MISSING where no such folder exists.
 */
export async function findModelFolder(nameOrPath?: string): Promise<string> {
  const wanted = nameOrPath ?? (process.env.LOOKHEAR_MODEL || defaultModel);
  const isName = /^[a-z0-9][a-z0-9._-]*$/.test(wanted);
  const candidates = isName ? [...modelHomes().map((home) => join(home, wanted)), resolve(wanted)] : [resolve(wanted)];
  for (const candidate of candidates) {
    if (await isFolder(candidate)) return candidate;
  }
  const known = (await listModels()).map(({ path }) => basename(path));
  throw new LookhearError('MODEL_MISSING', `There is no model "${wanted}".`, {
    hint:
      known.length > 0
        ? `Give the path of a model folder, or one of: ${known.join(', ')}.`
        : 'Give the path of a model folder; none is installed.',
  });
}

/**
 * Reads and checks a whole model folder. Fails with MODEL_MISSING where a file is not there, with MODEL_INVALID where
 * one does not hold what model.json promises.
 */
export async function readModelFolder(path: string): Promise<ModelFolder> {
  const { model, text } = await readModelFile(path);
  const [picture, sound] = await Promise.all([readNetwork(path, model.picture), readNetwork(path, model.sound)]);
  return { path, model, sha256: sha256(text), picture, sound };
}

/** Every model of the package and of the cache; a folder that cannot be used is listed with its problem. */
export async function listModels(): Promise<ListedModel[]> {
  const listed: ListedModel[] = [];
  for (const home of modelHomes()) {
    for (const name of (await readdir(home).catch(() => [])).sort()) {
      const path = join(home, name);
      if (!(await isFolder(path))) continue;
      try {
        listed.push({ path, model: (await readModelFile(path)).model });
      } catch (error) {
        if (!(error instanceof LookhearError)) throw error;
        listed.push({ path, problem: error });
      }
    }
  }
  return listed;
}

/** A model without what only its files can tell. */
export type ModelDescription = Omit<Model, 'schema' | 'picture' | 'sound'> & {
  readonly picture: Omit<PictureNetwork, 'file' | 'sha256'>;
  readonly sound: Omit<SoundNetwork, 'file' | 'sha256'>;
};

export interface NetworkBytes {
  readonly picture: Uint8Array;
  readonly sound: Uint8Array;
}

/** The description as it will stand in model.json. Fails with MODEL_INVALID where it is inconsistent. */
export function completeModel(description: ModelDescription, networks: NetworkBytes): Model {
  const model: Model = {
    schema: 'lookhear/model@1',
    ...description,
    picture: { file: 'picture.onnx', sha256: sha256(networks.picture), ...description.picture },
    sound: { file: 'sound.onnx', sha256: sha256(networks.sound), ...description.sound },
  };
  return parseModel(JSON.stringify(model), 'the description of the model');
}

/**
 * Writes a model folder over what is there. model.json comes last, so that a folder whose writing was cut short is not
 * taken for a model. Fails with MODEL_INVALID where the description is inconsistent, before anything is written.
 * @param card What card.md shall say.
 */
export async function writeModelFolder(
  path: string,
  description: ModelDescription,
  networks: NetworkBytes,
  card: string,
): Promise<void> {
  const text = `${JSON.stringify(completeModel(description, networks), null, 2)}\n`;
  await mkdir(path, { recursive: true });
  await Promise.all([
    writeFile(join(path, 'picture.onnx'), networks.picture),
    writeFile(join(path, 'sound.onnx'), networks.sound),
    writeFile(join(path, 'card.md'), card),
  ]);
  await writeFile(join(path, 'model.json'), text);
}

function modelHomes(): readonly string[] {
  return [packagedModels, join(cacheFolder(), 'models')];
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

async function readModelFile(folder: string): Promise<{ model: Model; text: string }> {
  const path = join(folder, 'model.json');
  const text = new TextDecoder().decode(await readPart(path));
  return { model: parseModel(text, path), text };
}

async function readNetwork(folder: string, network: PictureNetwork | SoundNetwork): Promise<Uint8Array> {
  const path = join(folder, network.file);
  const bytes = await readPart(path);
  const actual = sha256(bytes);
  if (actual !== network.sha256) {
    throw new LookhearError(
      'MODEL_INVALID',
      `Cannot use ${path}: its ${bytes.length} bytes are not those that model.json was written for (SHA-256 ${actual.slice(0, 12)}..., expected ${network.sha256.slice(0, 12)}...).`,
      { hint: 'The file is cut off or was replaced. Get the model again.' },
    );
  }
  return bytes;
}

async function readPart(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new LookhearError('MODEL_MISSING', `Cannot read ${path}: ${reasonOf(cause)}.`, {
      hint: 'A model folder holds model.json and the two networks that it names. Get the model again.',
      cause,
    });
  }
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return 'it is not there';
  if (code === 'EACCES') return 'it may not be read';
  return cause instanceof Error ? cause.message : String(cause);
}
