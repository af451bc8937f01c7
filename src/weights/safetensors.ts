/**
 * The safetensors format (https://github.com/huggingface/safetensors): a header of JSON, then the raw values. Used for
 * checkpoints and for weights of others; nothing in it can execute. float32 is written; every usual type is read.
 */
import { LookhearError } from '../errors.ts';
import { type NumberType, numberBytes, toFloat32 } from './files/numberTypes.ts';
import type { StoredWeights } from './files/storedWeights.ts';

export interface NamedTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The same, with values that are decoded when they are asked for. */
export interface LazySafetensors {
  readonly tensors: ReadonlyMap<string, StoredWeights>;
  readonly metadata: Readonly<Record<string, string>>;
}

const types: Readonly<Record<string, NumberType>> = {
  F16: 'float16',
  BF16: 'bfloat16',
  F32: 'float32',
  F64: 'float64',
  I8: 'int8',
  I16: 'int16',
  I32: 'int32',
  I64: 'int64',
  U8: 'uint8',
  U16: 'uint16',
  U32: 'uint32',
  U64: 'uint64',
  BOOL: 'bool',
};

/** A header longer than this is refused: real ones have a hundred bytes a tensor. */
const LONGEST_HEADER = 25_000_000;

export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  let text = JSON.stringify(header);
  text += ' '.repeat((8 - (text.length % 8)) % 8);
  const encoded = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + encoded.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(encoded.length), true);
  bytes.set(encoded, 8);
  let position = 8 + encoded.length;
  for (const { values } of tensors.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position);
    position += values.byteLength;
  }
  return bytes;
}

/** Decodes every tensor; other types become float32. Fails with INPUT_CORRUPT where a length or an offset does not hold. */
export function readSafetensors(bytes: Uint8Array, name?: string): Safetensors {
  const { tensors, metadata } = readSafetensorsLazily(bytes, name);
  const decoded = [...tensors].map(([key, { shape, read }]) => [key, { shape, values: read() }] as const);
  return { tensors: new Map(decoded), metadata };
}

/** Reads the header only. Fails with INPUT_CORRUPT where a length or an offset does not hold. */
export function readSafetensorsLazily(bytes: Uint8Array, name = 'the safetensors file'): LazySafetensors {
  const corrupt = (problem: string): LookhearError =>
    new LookhearError('INPUT_CORRUPT', `${name} ${problem}`, { hint: 'copy or download it again' });
  if (bytes.length < 8) throw corrupt('is too short to be a safetensors file');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > LONGEST_HEADER || 8 + length > bytes.length) throw corrupt(`states a header of ${length} bytes`);
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length))) ?? {};
  } catch {
    throw corrupt('has a header that is not JSON');
  }
  const data = bytes.subarray(8 + length);
  const tensors = new Map<string, StoredWeights>();
  let metadata: Record<string, string> = {};
  for (const [key, entry] of Object.entries(header)) {
    if (key === '__metadata__') {
      metadata = entry as Record<string, string>;
      continue;
    }
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
    const isShape = Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 0);
    const isRange = Array.isArray(offsets) && offsets.length === 2 && offsets.every(Number.isInteger);
    const isType = typeof dtype === 'string' && Object.hasOwn(types, dtype);
    if (!isType || !isShape || !isRange) throw corrupt(`describes ${key} in a way that cannot be read`);
    const type = types[dtype];
    const [start, end] = offsets as [number, number];
    const size = (shape as number[]).reduce((product, axis) => product * axis, 1);
    if (start < 0 || end > data.length || end - start !== numberBytes[type] * size)
      throw corrupt(`gives ${key} a place outside the file`);
    tensors.set(key, { shape: shape as number[], read: () => toFloat32(data.subarray(start, end), type) });
  }
  return { tensors, metadata };
}
