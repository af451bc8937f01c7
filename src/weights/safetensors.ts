/**
 * The safetensors format (https://github.com/huggingface/safetensors): a header of JSON, then the raw values. Used for
 * checkpoints; nothing in it can execute. Only float32 is written and read here.
 */
import { LookhearError } from '../errors.ts';

export interface NamedTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

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

/** Fails with INPUT_CORRUPT where a length or an offset does not hold. */
export function readSafetensors(bytes: Uint8Array, name = 'the safetensors file'): Safetensors {
  const corrupt = (problem: string): LookhearError =>
    new LookhearError('INPUT_CORRUPT', `${name} ${problem}`, { hint: 'copy or download it again' });
  if (bytes.length < 8) throw corrupt('is too short to be a safetensors file');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > LONGEST_HEADER || 8 + length > bytes.length) throw corrupt(`states a header of ${length} bytes`);
  let header: Record<string, { dtype?: unknown; shape?: unknown; data_offsets?: unknown }>;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch {
    throw corrupt('has a header that is not JSON');
  }
  const data = bytes.subarray(8 + length);
  const tensors = new Map<string, NamedTensor>();
  let metadata: Record<string, string> = {};
  for (const [key, entry] of Object.entries(header)) {
    if (key === '__metadata__') {
      metadata = entry as Record<string, string>;
      continue;
    }
    const { dtype, shape, data_offsets: offsets } = entry;
    const isShape = Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 0);
    const isRange = Array.isArray(offsets) && offsets.length === 2 && offsets.every(Number.isInteger);
    if (dtype !== 'F32' || !isShape || !isRange) throw corrupt(`describes ${key} in a way that cannot be read`);
    const [start, end] = offsets as [number, number];
    const size = (shape as number[]).reduce((product, axis) => product * axis, 1);
    if (start < 0 || end > data.length || end - start !== 4 * size)
      throw corrupt(`gives ${key} a place outside the file`);
    // Not data.slice(): Node's Buffer would return a view.
    const copy = new Uint8Array(data.subarray(start, end));
    tensors.set(key, { shape: shape as number[], values: new Float32Array(copy.buffer) });
  }
  return { tensors, metadata };
}
