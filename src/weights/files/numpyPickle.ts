/**
 * NumPy's arrays in pickles: `_reconstruct` makes an empty one, and its state brings shape, type, order and bytes
 * (numpy/core/src/multiarray/methods.c, array_setstate). Both byte orders and Fortran's order are understood.
 */
import { inRowMajor, type NumberType, numberBytes, rowMajorStrides, toFloat32 } from './numberTypes.ts';
import { bytesOfLatin1 } from './pickle.ts';
import { type Buildable, type PickleGlobal, pickleGlobals, textOfPickled } from './pickleMachine.ts';
import { countOf, type StoredWeights, Unreadable } from './storedWeights.ts';

const numberTypes: Readonly<Record<string, NumberType>> = {
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  b1: 'bool',
};

class NumpyType implements Buildable {
  readonly code: string;
  bigEndian = false;

  constructor(code: string) {
    this.code = code;
  }

  /** State: version, byte order, and what only records need. */
  build(state: unknown): void {
    if (!Array.isArray(state)) throw damaged();
    this.bigEndian = textOfPickled(state[1]) === '>';
  }
}

/** An array of numbers, or one of Python's objects. */
export class NumpyArray implements Buildable, StoredWeights {
  shape: readonly number[] = [];
  #type: NumpyType | undefined;
  #isFortran = false;
  #content: Uint8Array | readonly unknown[] = [];

  /** State: version, shape, type, whether in Fortran's order, and the bytes or the objects. */
  build(state: unknown): void {
    if (!Array.isArray(state) || state.length !== 5) throw damaged();
    const [, shape, type, isFortran, content] = state as unknown[];
    if (!Array.isArray(shape) || !(type instanceof NumpyType)) throw damaged();
    const count = countOf(shape, 'an array');
    this.shape = shape;
    this.#type = type;
    this.#isFortran = isFortran === true || isFortran === 1;
    if (content instanceof Uint8Array) {
      if (content.length !== count * bytesOfType(type)) throw damaged();
      this.#content = content;
    } else if (Array.isArray(content) && content.length === count) this.#content = content;
    else throw damaged();
  }

  /** The Python objects in it; undefined where it holds numbers. */
  get objects(): readonly unknown[] | undefined {
    return this.#content instanceof Uint8Array ? undefined : this.#content;
  }

  read(): Float32Array {
    const type = this.#type;
    if (type === undefined || !(this.#content instanceof Uint8Array)) throw damaged();
    const strides = this.#isFortran ? rowMajorStrides(this.shape.toReversed()).reverse() : rowMajorStrides(this.shape);
    const bytes = inRowMajor(this.#content, bytesOfType(type), this.shape, strides);
    return toFloat32(bytes, numberTypes[type.code], type.bigEndian);
  }
}

function bytesOfType({ code }: NumpyType): number {
  if (!Object.hasOwn(numberTypes, code)) throw new Unreadable(`it holds values of the type "${code}"`);
  return numberBytes[numberTypes[code]];
}

function damaged(): RangeError {
  return new RangeError('it holds a damaged NumPy array');
}

/**
 * The names that NumPy's pickles use, with those of Python that stand around them.
 * @param fileBytes Size of the file, which all its text together cannot exceed.
 */
export function numpyGlobals(fileBytes: number): ReadonlyMap<string, PickleGlobal> {
  let encoded = 0;
  const makeArray = (): NumpyArray => new NumpyArray();
  // A single number, the best score so far say: no weight, but checkpoints hold them.
  const makeScalar = (): null => null;
  const makeType = ([code]: readonly unknown[]): NumpyType => new NumpyType(textOfPickled(code) ?? '');
  // How Python 3 writes bytes for Python 2.
  const encode = ([text]: readonly unknown[]): Uint8Array => {
    if (typeof text !== 'string') throw damaged();
    encoded += text.length;
    if (encoded > fileBytes) throw new RangeError('its pickle uses the same text again and again');
    return bytesOfLatin1(text);
  };
  return pickleGlobals({
    'numpy.core.multiarray._reconstruct': makeArray,
    'numpy._core.multiarray._reconstruct': makeArray,
    'numpy.core.multiarray.scalar': makeScalar,
    'numpy._core.multiarray.scalar': makeScalar,
    'numpy.ndarray': null,
    'numpy.dtype': makeType,
    '_codecs.encode': encode,
    '__builtin__.bytes': () => new Uint8Array(),
    'builtins.bytes': () => new Uint8Array(),
    '__builtin__.dict': () => new Map(),
    'builtins.dict': () => new Map(),
    'collections.OrderedDict': orderedDict,
    'collections.defaultdict': () => new Map(),
  });
}

/** Python 2 hands over a list of pairs, the protocols since then an empty one that is filled. */
function orderedDict([pairs = []]: readonly unknown[]): Map<unknown, unknown> {
  const dict = new Map<unknown, unknown>();
  if (!Array.isArray(pairs)) throw new RangeError('it holds a damaged dictionary');
  for (const pair of pairs) {
    if (!Array.isArray(pair)) throw new RangeError('it holds a damaged dictionary');
    dict.set(textOfPickled(pair[0]) ?? pair[0], pair[1]);
  }
  return dict;
}
