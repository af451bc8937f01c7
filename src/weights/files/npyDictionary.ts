/**
 * A dictionary of arrays that numpy.save wrote: an .npy file of one Python object, pickled. Caffe's converters leave
 * their weights so: `{'conv1': {'weights': ..., 'biases': ...}}` becomes `conv1/weights` and `conv1/biases`.
 */
import { flattenNames } from './nestedNames.ts';
import { NumpyArray, numpyGlobals } from './numpyPickle.ts';
import { readPickle } from './pickle.ts';
import { type StoredWeights, Unreadable } from './storedWeights.ts';

const signature = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const; // \x93NUMPY

export function isNpy(bytes: Uint8Array): boolean {
  return bytes.length >= 12 && signature.every((byte, index) => bytes[index] === byte);
}

export function readNpyDictionary(bytes: Uint8Array): Map<string, StoredWeights> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = bytes[6] === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  if (start > bytes.length) throw new RangeError('it ends within its header');
  const header = new TextDecoder().decode(bytes.subarray(10, Math.min(start, 65_536)));
  if (!/'descr':\s*'\|O/.test(header)) {
    throw new Unreadable('it holds one array of numbers, not weights by name', 'numpy.save a dictionary of arrays.');
  }
  const { value } = readPickle(bytes, { globals: numpyGlobals(bytes.length) }, start);
  const dict = value instanceof NumpyArray ? value.objects?.[0] : value;
  if (!(dict instanceof Map)) throw new Unreadable('it holds no dictionary of arrays');
  return flattenNames(dict, (entry) =>
    entry instanceof NumpyArray && entry.objects === undefined ? entry : undefined,
  );
}
