/**
 * Model folders on disk: model.json, the two networks that it names, and card.md for people. A model is asked for by
 * name (the folder in the package, then the one in the cache) or by the path of its folder.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LookhearError } from '../errors.ts';
import { cacheFolder } from './cacheFolder.node.ts';
import {
  type HalfModel,
  isHalf,
  type Model,
  type PictureNetwork,
  parseModel,
  parseModelOrHalf,
  type SoundNetwork,
} from './model.ts';
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

/** A model folder that may hold half a model: one network only. */
export interface HalfModelFolder {
  readonly path: string;
  readonly model: Model | HalfModel;
  readonly picture: Uint8Array | undefined;
  readonly sound: Uint8Array | undefined;
}

/** A folder among the models: what it holds, or what is wrong with it. */
export type ListedModel =
  | { readonly path: string; readonly model: Model | HalfModel }
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

/** As `readModelFolder`, for a folder that may hold half a model. */
export async function readModelOrHalfFolder(path: string): Promise<HalfModelFolder> {
  const text = await readText(path);
  const model = parseModelOrHalf(text, join(path, 'model.json'));
  const [picture, sound] = await Promise.all([
    model.picture && readNetwork(path, model.picture),
    model.sound && readNetwork(path, model.sound),
  ]);
  return { path, model, picture, sound };
}

/** Every model of the package and of the cache; a folder that cannot be used is listed with its problem. */
export async function listModels(): Promise<ListedModel[]> {
  const listed: ListedModel[] = [];
  for (const home of modelHomes()) {
    for (const name of (await readdir(home).catch(() => [])).sort()) {
      const path = join(home, name);
      if (!(await isFolder(path))) continue;
      try {
        const text = await readText(path);
        listed.push({ path, model: parseModelOrHalf(text, join(path, 'model.json')) });
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

/** Half a model without what only its files can tell. */
export type HalfModelDescription = Omit<HalfModel, 'schema' | 'picture' | 'sound'> & {
  readonly picture?: Omit<PictureNetwork, 'file' | 'sha256'>;
  readonly sound?: Omit<SoundNetwork, 'file' | 'sha256'>;
};

/**
 * Writes a model folder over what is there: all files beside their places first, then, when every byte is on the disk,
 * into them. Fails with MODEL_INVALID where the description is inconsistent, before anything is written.
 * @param card What card.md shall say.
 */
export async function writeModelFolder(
  path: string,
  description: ModelDescription,
  networks: NetworkBytes,
  card: string,
): Promise<void> {
  await writeFolder(path, completeModel(description, networks), networks, card);
}

/** As `writeModelFolder`, with one network only. */
export async function writeHalfModelFolder(
  path: string,
  { picture, sound, ...description }: HalfModelDescription,
  networks: Partial<NetworkBytes>,
  card: string,
): Promise<void> {
  const model: HalfModel = {
    schema: 'lookhear/half-model@1',
    ...description,
    ...(picture &&
      networks.picture && { picture: { file: 'picture.onnx', sha256: sha256(networks.picture), ...picture } }),
    ...(sound && networks.sound && { sound: { file: 'sound.onnx', sha256: sha256(networks.sound), ...sound } }),
  };
  const checked = parseModelOrHalf(JSON.stringify(model), 'the description of the model');
  if (!isHalf(checked)) throw new TypeError('half a model was read as a whole one');
  await writeFolder(path, checked, networks, card);
}

async function writeFolder(
  path: string,
  model: Model | HalfModel,
  networks: Partial<NetworkBytes>,
  card: string,
): Promise<void> {
  const files: [name: string, content: string | Uint8Array][] = [
    ...(networks.picture ? [['picture.onnx', networks.picture] as [string, Uint8Array]] : []),
    ...(networks.sound ? [['sound.onnx', networks.sound] as [string, Uint8Array]] : []),
    ['card.md', card],
    ['model.json', `${JSON.stringify(model, null, 2)}\n`],
  ];
  const unfinished = (name: string): string => join(path, `.${name}.unfinished`);
  await mkdir(path, { recursive: true });
  try {
    for (const [name, content] of files) await writeFile(unfinished(name), content);
    for (const [name] of files) await rename(unfinished(name), join(path, name));
    // What another model leaves behind: the list of its training, and where half a one takes its place, a network.
    await rm(join(path, 'training.jsonl.gz'), { force: true });
    for (const side of ['picture', 'sound'] as const) {
      if (!networks[side]) await rm(join(path, `${side}.onnx`), { force: true });
    }
  } catch (error) {
    await Promise.all(files.map(([name]) => rm(unfinished(name), { force: true })));
    throw error;
  }
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
  const text = await readText(folder);
  return { model: parseModel(text, join(folder, 'model.json')), text };
}

async function readText(folder: string): Promise<string> {
  return new TextDecoder().decode(await readPart(join(folder, 'model.json')));
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
