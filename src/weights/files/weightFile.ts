/**
 * Weight files of other systems, one door for all: the kind is known by the first bytes, the arrays come by the names
 * that the file gives them, and values are decoded when they are asked for. The files are not trusted: nothing in them
 * is run, and every size is compared with the file before memory is taken.
 */
import { LookhearError } from '../../errors.ts';
import { parseOnnxFile } from '../onnxFile.ts';
import { readSafetensorsLazily } from '../safetensors.ts';
import { readHdf5 } from './hdf5.ts';
import { isHdf5 } from './hdf5Headers.ts';
import { isNpy, readNpyDictionary } from './npyDictionary.ts';
import { isOnnx, readOnnxInitialisers } from './onnxInitialisers.ts';
import { isLegacyPyTorch, readLegacyPyTorch, readPyTorchZip } from './pytorch.ts';
import { checkClaim, countOf, LONGEST_NAME, type StoredWeights, Unreadable } from './storedWeights.ts';
import { isJson, readTensorFlowJs } from './tensorflowJs.ts';
import { readZip } from './zip.ts';

export type { StoredWeights } from './storedWeights.ts';

export type WeightFormat = 'hdf5' | 'npy' | 'safetensors' | 'onnx' | 'pytorch' | 'tfjs';

export interface WeightFile {
  readonly format: WeightFormat;
  /** By the name in the file, with '/' between the levels of nested groups and dictionaries. */
  readonly tensors: ReadonlyMap<string, StoredWeights>;
  /** What a safetensors or ONNX file says about itself, by keys of its own; empty for the others. */
  readonly metadata: Readonly<Record<string, string>>;
}

interface Kind {
  readonly format: WeightFormat;
  isIt(bytes: Uint8Array): boolean;
  read(bytes: Uint8Array, shards: ReadonlyMap<string, Uint8Array>, name: string): ReadonlyMap<string, StoredWeights>;
  metadata?(bytes: Uint8Array): Readonly<Record<string, string>>;
}

/** In the order in which they are tried: safetensors and ONNX begin with a number, so almost anything may look so. */
const kinds: readonly Kind[] = [
  { format: 'hdf5', isIt: isHdf5, read: readHdf5 },
  { format: 'npy', isIt: isNpy, read: readNpyDictionary },
  { format: 'hdf5', isIt: isKerasArchive, read: readKerasArchive },
  { format: 'pytorch', isIt: isZip, read: (bytes) => readPyTorchZip(readZip(bytes), bytes.length) },
  { format: 'pytorch', isIt: isLegacyPyTorch, read: readLegacyPyTorch },
  {
    format: 'safetensors',
    isIt: isSafetensors,
    read: (bytes, _, name) => readSafetensorsLazily(bytes, name).tensors,
    metadata: (bytes) => readSafetensorsLazily(bytes).metadata,
  },
  { format: 'tfjs', isIt: isJson, read: readTensorFlowJs },
  { format: 'onnx', isIt: isOnnx, read: readOnnxInitialisers, metadata: (bytes) => parseOnnxFile(bytes).metadata },
];

/**
 * Reads the weights in a file: Keras HDF5 (weights, a whole model, or a .keras archive), a dictionary in .npy,
 * safetensors, the initialisers of an ONNX network, a state dict or checkpoint of PyTorch, or a TensorFlow.js model.
 * Of a whole model or a checkpoint only the network's weights are listed, and of PyTorch's names the `module.` that
 * DataParallel puts before them all is left out.
 * @param name What to call it in an error, its path say.
 * @param shards Of a TensorFlow.js model: the contents of the files beside model.json, by the paths that it lists.
 * Fails, also at read(), with INPUT_CORRUPT where the file is damaged or lies about sizes, with INPUT_UNSUPPORTED where
 * it is something else or asks to run code, with INPUT_EMPTY where nothing is in it.
 */
export async function readWeightFile(
  bytes: Uint8Array,
  name: string,
  shards: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<WeightFile> {
  if (bytes.length === 0) throw new LookhearError('INPUT_EMPTY', `${name} is empty.`);
  return inOneSentence(name, () => {
    const kind = kinds.find(({ isIt }) => isIt(bytes));
    if (kind === undefined) {
      throw new Unreadable(
        'it is no weight file that lookhear knows',
        'It reads HDF5 of Keras, .npy, safetensors, ONNX, PyTorch and TensorFlow.js.',
      );
    }
    const found = kind.read(bytes, shards, name);
    if (found.size === 0) throw new Unreadable('it holds no weights');
    let fileBytes = bytes.length;
    for (const shard of shards.values()) fileBytes += shard.length;
    let claimed = 0;
    const tensors = new Map<string, StoredWeights>();
    for (const [key, weights] of found) {
      if (key.length > LONGEST_NAME) throw new RangeError('it holds a name that is too long');
      claimed += 4 * countOf(weights.shape, key);
      tensors.set(key, { shape: weights.shape, read: () => inOneSentence(name, () => weights.read()) });
    }
    checkClaim(claimed, fileBytes);
    return { format: kind.format, tensors, metadata: kind.metadata?.(bytes) ?? {} };
  });
}

function inOneSentence<Result>(name: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof Unreadable) {
      const options = error.hint === undefined ? {} : { hint: error.hint };
      throw new LookhearError('INPUT_UNSUPPORTED', `Cannot read ${name}: ${error.message}.`, options);
    }
    if (!(error instanceof RangeError)) throw error;
    throw new LookhearError('INPUT_CORRUPT', `Cannot read ${name}: ${error.message}.`, { cause: error });
  }
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/** Keras 3 packs its HDF5 file into a zip archive, beside the model's description. */
const kerasWeights = 'model.weights.h5';

function isKerasArchive(bytes: Uint8Array): boolean {
  return isZip(bytes) && readZip(bytes).has(kerasWeights);
}

function readKerasArchive(bytes: Uint8Array): Map<string, StoredWeights> {
  const weights = readZip(bytes).get(kerasWeights)?.read() ?? new Uint8Array();
  if (!isHdf5(weights)) throw new RangeError(`its ${kerasWeights} is no HDF5 file`);
  return readHdf5(weights);
}

/** The length of the header in eight bytes, then the header. */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > 8 && bytes[8] === 0x7b && bytes[6] === 0 && bytes[7] === 0;
}
