/**
 * TensorFlow.js models, graph or layers: model.json lists the weights in the order in which they lie in the shards, the
 * files beside it (tfjs-core, io/types.ts, WeightsManifestConfig). Quantised weights are value * scale + min.
 */
import { type NumberType, numberBytes, toFloat32 } from './numberTypes.ts';
import { countOf, MAXIMUM_TENSORS, type StoredWeights, Unreadable } from './storedWeights.ts';

interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly unknown[];
}

interface Quantisation {
  readonly dtype: NumberType;
  readonly scale: number;
  readonly min: number;
}

const storedTypes: readonly string[] = ['float32', 'float16', 'int32', 'uint8', 'bool'];
const quantisedTypes: readonly string[] = ['uint8', 'uint16', 'float16'];

/** Whether the bytes may be the JSON of such a model. */
export function isJson(bytes: Uint8Array): boolean {
  const first = bytes.subarray(0, 64).find((byte) => byte > 32);
  return first === 0x7b || first === 0x5b;
}

/** The files beside model.json that hold the weights. Fails with a RangeError where one would lie outside its folder. */
export function shardPathsOf(modelJson: Uint8Array): string[] {
  return groupsOf(modelJson).flatMap(({ paths }) => paths);
}

/** @param shards The contents by path. */
export function readTensorFlowJs(
  modelJson: Uint8Array,
  shards: ReadonlyMap<string, Uint8Array>,
): Map<string, StoredWeights> {
  const tensors = new Map<string, StoredWeights>();
  for (const { paths, weights } of groupsOf(modelJson)) {
    const parts = paths.map((path) => {
      const part = shards.get(path);
      if (part === undefined)
        throw new Unreadable(`its weights lie in another file, ${path}`, 'Give the path of both.');
      return part;
    });
    const available = parts.reduce((sum, part) => sum + part.length, 0);
    let position = 0;
    for (const entry of weights) {
      const { name, shape, type, quantisation } = parseEntry(entry);
      const start = position;
      const end = start + countOf(shape, name) * numberBytes[quantisation?.dtype ?? type];
      if (end > available || tensors.size >= MAXIMUM_TENSORS)
        throw new RangeError('its shards hold less than it lists');
      tensors.set(name, { shape, read: () => decode(partOf(parts, start, end), type, quantisation) });
      position = end;
    }
    if (position !== available) throw new RangeError('its shards hold more than it lists');
  }
  return tensors;
}

function groupsOf(modelJson: Uint8Array): Group[] {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(modelJson));
  } catch {
    throw new RangeError('it is no JSON');
  }
  const manifest = Array.isArray(json) ? json : fieldsOf(json).weightsManifest;
  if (!Array.isArray(manifest)) throw new Unreadable('it is JSON without a weightsManifest of TensorFlow.js');
  return manifest.map((group) => {
    const { paths, weights } = fieldsOf(group);
    if (!Array.isArray(paths) || !Array.isArray(weights)) throw damaged();
    return { paths: paths.map(insidePath), weights };
  });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw damaged();
  return value as Readonly<Record<string, unknown>>;
}

function damaged(): RangeError {
  return new RangeError('its weightsManifest is damaged');
}

function insidePath(path: unknown): string {
  if (typeof path !== 'string') throw damaged();
  const isInside = /^[^/\\:\0]+(\/[^/\\:\0]+)*$/.test(path) && !path.split('/').includes('..');
  if (!isInside) throw new RangeError(`it names "${path.slice(0, 80)}", which is no file of its own folder`);
  return path;
}

function parseEntry(entry: unknown): {
  name: string;
  shape: readonly number[];
  type: NumberType;
  quantisation: Quantisation | undefined;
} {
  const { name, shape, dtype, quantization } = fieldsOf(entry);
  if (typeof name !== 'string' || !Array.isArray(shape) || typeof dtype !== 'string') throw damaged();
  if (!storedTypes.includes(dtype)) throw new Unreadable(`"${name}" holds values of the type ${dtype}`);
  const quantisation = quantization === undefined ? undefined : parseQuantisation(quantization);
  return { name, shape, type: dtype as NumberType, quantisation };
}

function parseQuantisation(value: unknown): Quantisation {
  const { dtype, scale = 1, min = 0 } = fieldsOf(value);
  if (typeof dtype !== 'string' || !quantisedTypes.includes(dtype)) throw damaged();
  if (typeof scale !== 'number' || typeof min !== 'number') throw damaged();
  return { dtype: dtype as NumberType, scale, min };
}

/** The bytes from `start` to `end` of all shards in a row. */
function partOf(parts: readonly Uint8Array[], start: number, end: number): Uint8Array {
  const result = new Uint8Array(end - start);
  let partStart = 0;
  for (const part of parts) {
    const from = Math.max(start, partStart);
    const to = Math.min(end, partStart + part.length);
    if (from < to) result.set(part.subarray(from - partStart, to - partStart), from - start);
    partStart += part.length;
  }
  return result;
}

function decode(bytes: Uint8Array, type: NumberType, quantisation: Quantisation | undefined): Float32Array {
  if (quantisation === undefined) return toFloat32(bytes, type);
  const { dtype, scale, min } = quantisation;
  const values = toFloat32(bytes, dtype).map((value) => value * scale + min);
  return type === 'int32' ? values.map(Math.round) : values;
}
