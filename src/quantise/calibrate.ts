/** Between which values activations lie, over some pictures or sounds that are like those to come. */
import { type Engine, float32Values, type TensorData } from '../engine/engine.ts';
import type { Tensor } from '../graph/tensor.ts';
import { writeOnnx } from '../graph/writeOnnx.ts';
import type { Weights } from './knownValues.ts';

export type Feeds = Readonly<Record<string, TensorData>>;

export interface Range {
  readonly low: number;
  readonly high: number;
}

/**
 * Share of the values of each picture that lie within the range: the few outside it would cost all others precision,
 * and are cut off.
 */
const INSIDE = 0.9999;
/** So many values of a tensor tell the range well enough. */
const SAMPLES = 2 ** 17;

/** @returns for each tensor the range that holds nearly all values of every picture */
export async function calibrate(
  tensors: readonly Tensor[],
  weights: Weights,
  calibration: Iterable<Feeds> | AsyncIterable<Feeds>,
  engine: Engine,
): Promise<Map<Tensor, Range>> {
  const named = tensors.map((tensor, index) => [`activation ${index}`, tensor] as const);
  const session = await engine.createSession(writeOnnx(Object.fromEntries(named), { weights }));
  const ranges = new Map<Tensor, Range>();
  for await (const feeds of calibration) {
    const values = await session.run(feeds);
    for (const [name, tensor] of named) {
      const { low, high } = rangeOf(float32Values(values, name));
      const known = ranges.get(tensor) ?? { low: 0, high: 0 };
      ranges.set(tensor, { low: Math.min(known.low, low), high: Math.max(known.high, high) });
    }
  }
  await session.close();
  if (ranges.size < tensors.length) throw new RangeError('calibration needs one picture or sound at least');
  return ranges;
}

/** Always holds 0, which paddings and ReLU need to be exact. */
function rangeOf(values: Float32Array): Range {
  const step = Math.max(1, Math.floor(values.length / SAMPLES));
  const sorted = Float32Array.from(
    { length: Math.ceil(values.length / step) },
    (_, index) => values[index * step],
  ).sort();
  const outside = Math.floor(sorted.length * (1 - INSIDE));
  return { low: Math.min(0, sorted[outside]), high: Math.max(0, sorted[sorted.length - 1 - outside]) };
}
