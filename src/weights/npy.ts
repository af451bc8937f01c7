/**
 * NumPy's .npy files: a magic number, a header written as a Python dictionary, then the values row by row
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). Versions 1 and 2 are read, version 1 is
 * written; values are little-endian. Sizes are checked against the bytes at hand before anything is allocated.
 */
import { LookhearError } from '../errors.ts';
import { float32Of } from '../graph/float16.ts';

export type NpyValues =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array;

export interface NpyArray {
  /** Empty for a single number. */
  readonly shape: readonly number[];
  /** As many values as the product of `shape`, the last axis fastest. */
  readonly data: NpyValues;
}

type Constructor = new (buffer: ArrayBuffer) => NpyValues;

/** NumPy's type codes; the digit is the size in bytes. */
const types: Readonly<Record<string, Constructor>> = {
  '<f4': Float32Array,
  '<f8': Float64Array,
  '|u1': Uint8Array,
  '|b1': Uint8Array,
  '|i1': Int8Array,
  '<u2': Uint16Array,
  '<i2': Int16Array,
  '<u4': Uint32Array,
  '<i4': Int32Array,
  '<u8': BigUint64Array,
  '<i8': BigInt64Array,
  // The bits of a half; they become float32.
  '<f2': Uint16Array,
};

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const; // \x93NUMPY

/** NumPy aligns the values to 64 bytes so that they can be mapped into memory. */
const alignment = 64;

/** A header holds three entries; the longest real ones stay far below this. */
const maximumHeaderBytes = 65_536;

export function writeNpy({ shape, data }: NpyArray): Uint8Array<ArrayBuffer> {
  if (countOf(shape) !== data.length) {
    throw new RangeError(`Expected ${countOf(shape)} values for the shape [${shape}], got ${data.length}.`);
  }
  const code = Object.keys(types).find((key) => data instanceof types[key] && key !== '|b1');
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${code}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const padding = alignment - ((magic.length + 4 + text.length + 1) % alignment);
  const header = new TextEncoder().encode(`${text}${' '.repeat(padding % alignment)}\n`);
  const start = magic.length + 4 + header.length;
  const bytes = new Uint8Array(start + data.byteLength);
  bytes.set(magic);
  bytes[6] = 1;
  new DataView(bytes.buffer).setUint16(8, header.length, true);
  bytes.set(header, magic.length + 4);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return bytes;
}

/**
 * @param name What to call the array in an error, a file name say.
 * Fails with INPUT_CORRUPT where the bytes are no .npy file or end early, with INPUT_UNSUPPORTED for types that have no
 * typed array, for big-endian values and for column-major order.
 */
export function readNpy(bytes: Uint8Array, name = 'the array'): NpyArray {
  if (bytes.length < magic.length + 4 || magic.some((byte, index) => bytes[index] !== byte)) {
    throw corrupt(name, 'it does not begin as a .npy file does');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  if (version !== 1 && version !== 2) {
    throw new LookhearError('INPUT_UNSUPPORTED', `Cannot read ${name}: version ${version} of .npy is not supported.`);
  }
  const headerStart = version === 1 ? 10 : 12;
  if (bytes.length < headerStart) throw corrupt(name, 'it ends within its header');
  const headerBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = headerStart + headerBytes;
  if (headerBytes > maximumHeaderBytes || start > bytes.length) throw corrupt(name, 'it ends within its header');
  const header = new TextDecoder('latin1').decode(bytes.subarray(headerStart, start));

  const code = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const dimensions = /'shape':\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (code === undefined || order === undefined || dimensions === undefined) {
    throw corrupt(name, 'its header lacks the type, the order or the shape');
  }
  const shape = dimensions
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  if (!Object.hasOwn(types, code)) {
    throw new LookhearError('INPUT_UNSUPPORTED', `Cannot read ${name}: values of type "${code}" are not supported.`, {
      hint: `Convert it with NumPy: array.astype('<f4').`,
    });
  }
  if (order === 'True' && shape.length > 1) {
    throw new LookhearError('INPUT_UNSUPPORTED', `Cannot read ${name}: its values lie column by column.`, {
      hint: 'Convert it with NumPy: numpy.ascontiguousarray(array).',
    });
  }
  const expected = countOf(shape) * Number(code.slice(2));
  if (!Number.isSafeInteger(expected) || bytes.length - start !== expected) {
    throw corrupt(name, `its shape [${shape}] needs ${expected} bytes, and ${bytes.length - start} follow the header`);
  }
  const values = new Uint8Array(bytes.subarray(start)).buffer;
  return { shape, data: code === '<f2' ? float32Of(new Uint16Array(values)) : new types[code](values) };
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function corrupt(name: string, problem: string): LookhearError {
  return new LookhearError('INPUT_CORRUPT', `Cannot read ${name}: ${problem}.`);
}
