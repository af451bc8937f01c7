/**
 * One dataset of an HDF5 file: its shape, its type, and where its values lie: in the header, in one piece, or in
 * chunks that may be shuffled and deflated. What the header claims is checked against the file before memory is taken.
 */
import { type Hdf5Bytes, type Message, messageTypes, newerForm } from './hdf5Headers.ts';
import { checkInflatedSize, inflateZlib } from './inflate.ts';
import { type NumberType, numberBytes, rowMajorStrides, toFloat32 } from './numberTypes.ts';
import { checkClaim, countOf, type StoredWeights, Unreadable } from './storedWeights.ts';

interface StoredType {
  readonly type: NumberType;
  readonly bigEndian: boolean;
}

interface Filters {
  readonly shuffle: boolean;
  readonly deflate: boolean;
  readonly checksum: boolean;
}

interface Chunk {
  /** Of its first value, along each axis. */
  readonly origin: readonly number[];
  readonly address: number;
  /** As it is stored. */
  readonly bytes: number;
}

/** The array that an object's messages describe; undefined where it holds no numbers, text say. */
export function readDataset(file: Hdf5Bytes, messages: readonly Message[], name: string): StoredWeights | undefined {
  const find = (type: number): Message | undefined => messages.find((message) => message.type === type);
  const [space, datatype, layout] = [messageTypes.dataspace, messageTypes.datatype, messageTypes.layout].map(find);
  if (space === undefined || datatype === undefined || layout === undefined) return undefined;
  if (datatype.isShared || space.isShared) throw new Unreadable(`it stores the type of "${name}" elsewhere`);
  const stored = storedTypeOf(file, datatype.start);
  const shape = shapeOf(file, space.start);
  if (stored === undefined || shape === undefined) return undefined;
  const size = countOf(shape, name) * numberBytes[stored.type];
  const filters = filtersOf(file, find(messageTypes.filters));
  const bytes = placeOf(file, layout, shape, size, numberBytes[stored.type], filters, name);
  return { shape, read: () => toFloat32(bytes(), stored.type, stored.bigEndian) };
}

/** Section IV.A.2.b. Undefined where there is no value at all. */
function shapeOf(file: Hdf5Bytes, start: number): number[] | undefined {
  const version = file.uint8(start);
  const rank = file.uint8(start + 1);
  if (version !== 1 && version !== 2) throw newerForm('shapes');
  if (version === 2 && file.uint8(start + 3) === 2) return undefined;
  const first = start + (version === 1 ? 8 : 4);
  return Array.from({ length: rank }, (_, axis) => file.uint64(first + 8 * axis));
}

/** Section IV.A.2.d: whole numbers, IEEE floats, and enumerations of the former, as which h5py stores truths. */
function storedTypeOf(file: Hdf5Bytes, start: number, isWithin = false): StoredType | undefined {
  const kind = file.uint8(start) & 15;
  const flags = file.uint8(start + 1);
  const size = file.uint32(start + 4);
  const bigEndian = (flags & 1) !== 0;
  if (kind === 0) {
    const type = (flags & 8 ? ['int8', 'int16', 'int32', 'int64'] : ['uint8', 'uint16', 'uint32', 'uint64'])[
      [1, 2, 4, 8].indexOf(size)
    ];
    return type === undefined ? undefined : { type: type as NumberType, bigEndian };
  }
  if (kind === 1) {
    const type = floatTypes[`${size} bytes, ${file.uint8(start + 13)} of exponent`];
    return type === undefined ? undefined : { type, bigEndian };
  }
  return kind === 8 && !isWithin ? storedTypeOf(file, start + 8, true) : undefined;
}

const floatTypes: Readonly<Record<string, NumberType>> = {
  '2 bytes, 5 of exponent': 'float16',
  '2 bytes, 8 of exponent': 'bfloat16',
  '4 bytes, 8 of exponent': 'float32',
  '8 bytes, 11 of exponent': 'float64',
};

/** Section IV.A.2.l. In the order in which writers apply them: shuffle, deflate, checksum. */
function filtersOf(file: Hdf5Bytes, message: Message | undefined): Filters {
  const numbers: number[] = [];
  if (message !== undefined) {
    const isOld = file.uint8(message.start) === 1;
    let position = message.start + (isOld ? 8 : 2);
    for (let left = file.uint8(message.start + 1); left > 0; left--) {
      const number = file.uint16(position);
      const hasName = isOld || number >= 256;
      const nameBytes = hasName ? file.uint16(position + 2) : 0;
      position += hasName ? 4 : 2;
      const values = file.uint16(position + 2);
      position += 4 + (isOld ? Math.ceil(nameBytes / 8) * 8 : nameBytes) + 4 * values;
      if (isOld && values % 2 === 1) position += 4;
      numbers.push(number);
    }
  }
  const unknown = numbers.find((number) => !knownFilters.includes(number));
  if (unknown !== undefined) {
    throw new Unreadable(`its values are compressed by the filter ${unknown}`, 'h5repack -f GZIP=4 writes them anew.');
  }
  const ranks = numbers.map((number) => knownFilters.indexOf(number));
  if (ranks.some((rank, index) => index > 0 && rank <= ranks[index - 1])) {
    throw new Unreadable('its values passed filters in an unusual order');
  }
  return { shuffle: numbers.includes(2), deflate: numbers.includes(1), checksum: numbers.includes(3) };
}

const knownFilters: readonly number[] = [2, 1, 3];

/** How to get the values' bytes (section IV.A.2.i). */
function placeOf(
  file: Hdf5Bytes,
  { start }: Message,
  shape: readonly number[],
  size: number,
  itemBytes: number,
  filters: Filters,
  name: string,
): () => Uint8Array {
  const version = file.uint8(start);
  if (version < 3) throw new Unreadable(`it stores "${name}" as HDF5 did before 1.6`, 'h5repack writes it anew.');
  if (version > 4) throw newerForm(`"${name}"`);
  const kind = file.uint8(start + 1);
  if (kind === 0) {
    if (file.uint16(start + 2) !== size) throw new RangeError(`"${name}" is not as large as its shape`);
    return () => file.block(start + 4, size);
  }
  if (kind === 1) {
    if (size === 0) return () => new Uint8Array();
    const address = file.uint64(start + 2);
    if (file.uint64(start + 10) !== size) throw new RangeError(`"${name}" is not as large as its shape`);
    file.block(address, size);
    return () => file.block(address, size);
  }
  if (kind !== 2) throw new Unreadable(`it stores "${name}" in other files`);
  if (version !== 3) throw newerForm('chunks');
  const axes = file.uint8(start + 2) - 1;
  const chunkShape = Array.from({ length: axes }, (_, axis) => file.uint32(start + 11 + 4 * axis));
  if (axes !== shape.length || axes === 0 || chunkShape.includes(0)) throw new RangeError(`"${name}" is damaged`);
  const chunkBytes = countOf(chunkShape, name) * itemBytes;
  const chunkCount = shape.reduce((count, length, axis) => count * Math.ceil(length / chunkShape[axis]), 1);
  // An entry of the index takes at least as much as its header; and all chunks together lie in the file.
  const stored = file.length / Math.max(1, chunkCount);
  if (stored < 24) throw new RangeError(`"${name}" claims more chunks than the file has room for`);
  checkClaim(chunkCount * chunkBytes, file.length);
  if (filters.deflate) checkInflatedSize(stored, chunkBytes);
  else if (chunkBytes > stored) throw new RangeError(`"${name}" is larger than the file`);
  const tree = file.uint64(start + 3);
  return () => {
    const result = new Uint8Array(size);
    if (size === 0) return result;
    const chunks: Chunk[] = [];
    collectChunks(file, tree, undefined, axes, chunkCount, chunks);
    const origins = new Set(chunks.map(({ origin }) => origin.join()));
    const storedBytes = chunks.reduce((sum, { bytes }) => sum + bytes, 0);
    if (origins.size !== chunkCount || storedBytes > file.length) throw new RangeError(`"${name}" lacks values`);
    for (const { origin, address, bytes } of chunks) {
      const values = unfilter(file.block(address, bytes), filters, chunkBytes, itemBytes);
      placeChunk(result, shape, values, chunkShape, origin, itemBytes);
    }
    return result;
  };
}

/** Walks a B-tree of version 1 over chunks (section III.A.1). @param limit The number of chunks that there can be. */
function collectChunks(
  file: Hdf5Bytes,
  address: number,
  level: number | undefined,
  axes: number,
  limit: number,
  chunks: Chunk[],
): void {
  if (!file.isText(address, 'TREE') || file.uint8(address + 4) !== 1)
    throw new RangeError('an index of chunks is damaged');
  const own = file.uint8(address + 5);
  const count = file.uint16(address + 6);
  // Levels count down and no node is empty, so that a circle ends.
  if ((level !== undefined && own !== level) || count === 0) throw new RangeError('an index of chunks is damaged');
  for (let index = 0; index < count; index++) {
    const key = address + 24 + index * (24 + 8 * axes);
    const child = file.uint64(key + 16 + 8 * axes);
    if (own > 0) collectChunks(file, child, own - 1, axes, limit, chunks);
    else {
      if (chunks.length >= limit) throw new RangeError('an index lists more chunks than there can be');
      if (file.uint32(key + 4) !== 0) throw new Unreadable('some of its chunks passed other filters than the rest');
      const origin = Array.from({ length: axes }, (_, axis) => file.uint64(key + 8 + 8 * axis));
      chunks.push({ origin, address: child, bytes: file.uint32(key) });
    }
  }
}

function unfilter(stored: Uint8Array, filters: Filters, size: number, itemBytes: number): Uint8Array {
  const unchecked = filters.checksum ? stored.subarray(0, -4) : stored;
  const inflated = filters.deflate ? inflateZlib(unchecked, size) : unchecked;
  if (inflated.length !== size) throw new RangeError('a chunk in it has a wrong size');
  if (!filters.shuffle || itemBytes === 1) return inflated;
  const result = new Uint8Array(size);
  const count = size / itemBytes;
  for (let byte = 0; byte < itemBytes; byte++) {
    const from = byte * count;
    for (let index = 0; index < count; index++) result[index * itemBytes + byte] = inflated[from + index];
  }
  return result;
}

/** Copies the part of a chunk that lies within the array, run by run along the last axis. */
function placeChunk(
  result: Uint8Array,
  shape: readonly number[],
  values: Uint8Array,
  chunkShape: readonly number[],
  origin: readonly number[],
  itemBytes: number,
): void {
  const inside = shape.map((length, axis) => Math.min(chunkShape[axis], length - origin[axis]));
  if (inside.some((length, axis) => !(length > 0) || origin[axis] % chunkShape[axis] !== 0)) {
    throw new RangeError('a chunk in it lies outside its array');
  }
  const last = shape.length - 1;
  const toSteps = rowMajorStrides(shape);
  const fromSteps = rowMajorStrides(chunkShape);
  const runBytes = inside[last] * itemBytes;
  const runs = inside.slice(0, last).reduce((product, length) => product * length, 1);
  const place = new Array<number>(last).fill(0);
  for (let run = 0; run < runs; run++) {
    let from = 0;
    let to = origin[last];
    for (let axis = 0; axis < last; axis++) {
      from += place[axis] * fromSteps[axis];
      to += (origin[axis] + place[axis]) * toSteps[axis];
    }
    result.set(values.subarray(from * itemBytes, from * itemBytes + runBytes), to * itemBytes);
    for (let axis = last - 1; axis >= 0 && ++place[axis] === inside[axis]; axis--) place[axis] = 0;
  }
}
