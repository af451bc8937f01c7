/**
 * PyTorch's files: a pickle in which every tensor is a view (offset, shape, strides) into a storage, and the storages'
 * bytes beside it. Since PyTorch 1.6 they are a zip archive with `data.pkl` and `data/0`, `data/1`, ...; before, several
 * pickles in a row with the storages behind them (torch/serialization.py, `_legacy_save`). Nothing in them is run:
 * only the names below are understood.
 */
import { flattenNames } from './nestedNames.ts';
import { inRowMajor, type NumberType, numberBytes, toFloat32 } from './numberTypes.ts';
import { NumpyArray, numpyGlobals } from './numpyPickle.ts';
import { readPickle } from './pickle.ts';
import { type PickleGlobal, type PickleRules, pickleGlobals, textOfPickled } from './pickleMachine.ts';
import { countOf, type StoredWeights, Unreadable } from './storedWeights.ts';
import type { ZipEntry } from './zip.ts';

const storageTypes: Readonly<Record<string, NumberType>> = {
  'torch.HalfStorage': 'float16',
  'torch.BFloat16Storage': 'bfloat16',
  'torch.FloatStorage': 'float32',
  'torch.DoubleStorage': 'float64',
  'torch.CharStorage': 'int8',
  'torch.ShortStorage': 'int16',
  'torch.IntStorage': 'int32',
  'torch.LongStorage': 'int64',
  'torch.ByteStorage': 'uint8',
  'torch.BoolStorage': 'bool',
};

/** Where a whole checkpoint keeps the weights, beside the optimiser and the count of epochs. */
const stateDictNames = ['state_dict', 'model_state_dict', 'model'];

/** The pickle of a network is some hundred bytes an array. */
const LARGEST_PICKLE = 64 * 2 ** 20;

interface Storage {
  readonly type: NumberType;
  /** Number of values. */
  readonly count: number;
  read(): Uint8Array;
}

class Tensor implements StoredWeights {
  readonly shape: readonly number[];
  readonly #storage: Storage;
  readonly #offset: number;
  readonly #strides: readonly number[];

  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.shape = shape;
    this.#storage = storage;
    this.#offset = offset;
    this.#strides = strides;
  }

  read(): Float32Array {
    const { type } = this.#storage;
    const bytes = inRowMajor(this.#storage.read(), numberBytes[type], this.shape, this.#strides, this.#offset);
    return toFloat32(bytes, type);
  }
}

function rebuildTensor([storage, offset, shape, strides]: readonly unknown[]): Tensor {
  if (!isStorage(storage) || typeof offset !== 'number' || !Array.isArray(shape) || !Array.isArray(strides)) {
    throw damaged();
  }
  // A tensor may repeat values by a stride of 0; weights do not, and so a small file cannot claim a large one.
  if (strides.length !== shape.length || countOf(shape, 'a tensor') > storage.count) throw damaged();
  return new Tensor(storage, offset, shape, strides);
}

function isStorage(value: unknown): value is Storage {
  return typeof value === 'object' && value !== null && 'count' in value && 'read' in value;
}

function damaged(): RangeError {
  return new RangeError('it holds a damaged tensor');
}

function torchGlobals(fileBytes: number): ReadonlyMap<string, PickleGlobal> {
  const storages = Object.keys(storageTypes).map((name) => [name, null] as const);
  const torch = pickleGlobals({
    ...Object.fromEntries(storages),
    'torch._utils._rebuild_tensor': rebuildTensor,
    'torch._utils._rebuild_tensor_v2': rebuildTensor,
    'torch._utils._rebuild_parameter': ([tensor]) => tensor,
    'torch.nn.parameter.Parameter': ([tensor]) => tensor,
    'torch.Size': ([sizes]) => sizes,
    'torch.device': () => null,
  });
  return new Map([...numpyGlobals(fileBytes), ...torch]);
}

/** The parts of a persistent id: ('storage', type, key, device, count, view). */
function storageIdOf(id: unknown): { type: NumberType; key: string; count: number; view: unknown } {
  if (!Array.isArray(id)) throw damaged();
  const [kind, storageClass, key, , count, view] = id as unknown[];
  if (textOfPickled(kind) === 'module') throw wholeModule();
  const className = (storageClass as PickleGlobal | null)?.name ?? '';
  const keyText = textOfPickled(key);
  if (!Object.hasOwn(storageTypes, className) || keyText === undefined) throw damaged();
  return { type: storageTypes[className], key: keyText, count: countOf([count], 'a storage'), view };
}

function wholeModule(): Unreadable {
  return new Unreadable('it holds a whole module with its code', 'torch.save(model.state_dict(), path) saves weights.');
}

/**
 * The weights in a zip archive of PyTorch.
 * @param fileBytes Size of the archive.
 */
export function readPyTorchZip(entries: ReadonlyMap<string, ZipEntry>, fileBytes: number): Map<string, StoredWeights> {
  const found = [...entries].find(([name]) => /^([^/]+\/)?data\.pkl$/.test(name));
  if (found === undefined) throw new Unreadable('it is a zip archive without weights');
  const [pickleName, pickle] = found;
  const folder = pickleName.slice(0, -'data.pkl'.length);
  if (entries.has(`${folder}constants.pkl`)) {
    throw new Unreadable('it holds a TorchScript program', 'torch.save(model.state_dict(), path) saves weights.');
  }
  const order = entries.get(`${folder}byteorder`);
  if (order && order.size < 16 && new TextDecoder().decode(order.read()) === 'big') throw bigEndian();
  if (pickle.size > LARGEST_PICKLE) throw new RangeError(`its data.pkl is ${pickle.size} bytes long`);
  const storages = new Map<string, Storage>();
  const persistent = (id: unknown): Storage => {
    const { type, key, count } = storageIdOf(id);
    const known = storages.get(key);
    if (known !== undefined) return known;
    const entry = entries.get(`${folder}data/${key}`);
    if (entry === undefined || entry.size !== count * numberBytes[type]) throw damaged();
    // Kept, because many tensors may lie in one deflated storage.
    let content: Uint8Array | undefined;
    const read = (): Uint8Array => {
      content ??= entry.read();
      return content;
    };
    const storage = { type, count, read };
    storages.set(key, storage);
    return storage;
  };
  return stateDictOf(readPickle(pickle.read(), { globals: torchGlobals(fileBytes), persistent }).value);
}

/** The number that the first pickle of an older file holds; the second is the version of the format. */
const legacyMagic = 0x1950a86a20f9469cfc6cn;
const legacyVersion = 1001;

/** Older files begin with the pickle of that number: PROTO 2, LONG1, ten bytes. */
export function isLegacyPyTorch(bytes: Uint8Array): boolean {
  const start = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
  return start.every((byte, index) => bytes[index] === byte);
}

export function readLegacyPyTorch(bytes: Uint8Array): Map<string, StoredWeights> {
  const contents = new Map<string, Uint8Array>();
  const storages = new Map<string, Storage>();
  const persistent = (id: unknown): Storage => {
    const { type, key, count, view } = storageIdOf(id);
    if (view !== null && view !== undefined) throw new Unreadable('it holds views of storages, as PyTorch 0.3 wrote');
    const known = storages.get(key);
    if (known !== undefined) return known;
    // The bytes come after the pickle that names them.
    const storage = { type, count, read: () => contents.get(key) ?? new Uint8Array() };
    storages.set(key, storage);
    return storage;
  };
  const rules: PickleRules = { globals: torchGlobals(bytes.length), persistent };
  let position = 0;
  const next = (): unknown => {
    const { value, end } = readPickle(bytes, rules, position);
    position = end;
    return value;
  };
  if (next() !== legacyMagic || next() !== legacyVersion)
    throw new Unreadable('it has an unknown version of the format');
  const system = next();
  if (system instanceof Map && system.get('little_endian') === false) throw bigEndian();
  const top = next();
  const keys = next();
  if (!Array.isArray(keys)) throw damaged();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const key of keys) {
    const name = textOfPickled(key) ?? '';
    const storage = storages.get(name);
    if (storage === undefined || contents.has(name) || position + 8 > bytes.length) throw damaged();
    const size = storage.count * numberBytes[storage.type];
    const start = position + 8;
    if (Number(view.getBigInt64(position, true)) !== storage.count || start + size > bytes.length) {
      throw new RangeError('it ends within its values');
    }
    contents.set(name, bytes.subarray(start, start + size));
    position = start + size;
  }
  if (contents.size !== storages.size) throw new RangeError('it lacks the values of some tensors');
  return stateDictOf(top);
}

function bigEndian(): Unreadable {
  return new Unreadable('it was written by a big-endian machine');
}

function stateDictOf(top: unknown): Map<string, StoredWeights> {
  if (!(top instanceof Map)) throw new Unreadable('it holds no dictionary of tensors', wholeModule().hint);
  const hasTensors = [...top.values()].some((value) => weightsOf(value) !== undefined);
  const within = hasTensors
    ? undefined
    : stateDictNames.map((name) => top.get(name)).find((dict) => dict instanceof Map);
  const tensors = flattenNames(within ?? top, weightsOf);
  // Left by DataParallel, which wraps the network that it trains.
  const wrapper = 'module.';
  if (tensors.size === 0 || ![...tensors.keys()].every((name) => name.startsWith(wrapper))) return tensors;
  return new Map([...tensors].map(([name, weights]) => [name.slice(wrapper.length), weights]));
}

function weightsOf(value: unknown): StoredWeights | undefined {
  if (value instanceof Tensor) return value;
  return value instanceof NumpyArray && value.objects === undefined ? value : undefined;
}
