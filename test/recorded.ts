/** Compares a graph's result and gradients with those that another system computed. */
import { expect } from 'vitest';
import type { Engine } from '../src/engine/engine.ts';
import { gradients } from '../src/graph/differentiate.ts';
import { multiply } from '../src/graph/elementwise.ts';
import { sum } from '../src/graph/reductions.ts';
import { constant, input, type Shape, sizeOf, type Tensor } from '../src/graph/tensor.ts';
import type { LoweringTarget } from '../src/graph/writeOnnx.ts';
import { evaluateGraph } from './evaluateGraph.ts';
import { hashValues } from './hashValues.ts';

/** As scripts/fixtures/pytorch.py writes it; float32 in base64. */
export interface Recorded {
  readonly shapes: readonly Shape[];
  readonly y: string;
  /** Gradients of sum(y * weights) with respect to each input. */
  readonly slopes: readonly string[];
}

/** Relative to the largest value of a tensor: float32 sums in another order. */
const TOLERANCE = 1e-5;

export async function expectAsRecorded(
  engine: Engine,
  target: LoweringTarget,
  name: string,
  { shapes, y, slopes }: Recorded,
  build: (...inputs: Tensor[]) => Tensor,
): Promise<void> {
  const inputs = shapes.map((shape, index) => input(`${index}`, shape));
  const result = build(...inputs);
  const weights = constant(hashValues(`${name}/weights`, sizeOf(result.shape)), result.shape);
  const computed = gradients(sum(multiply(result, weights)), inputs);
  const outputs = { y: result, ...Object.fromEntries(computed.map((slope, index) => [`slope ${index}`, slope])) };
  const values = Object.fromEntries(
    shapes.map((shape, index) => [`${index}`, hashValues(`${name}/${index}`, sizeOf(shape))]),
  );
  const numbers = await evaluateGraph(engine, outputs, values, target);
  expectClose(numbers.y, decode(y), 'y');
  for (const [index, slope] of slopes.entries())
    expectClose(numbers[`slope ${index}`], decode(slope), `slope ${index}`);
}

function decode(base64: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return new Float32Array(bytes.buffer);
}

function expectClose(actual: Float32Array, expected: Float32Array, name: string): void {
  expect(actual.length, name).toBe(expected.length);
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const off = actual.reduce((largest, value, index) => Math.max(largest, Math.abs(value - expected[index])), 0);
  expect(off / scale, `${name}, largest difference of ${off}`).toBeLessThan(TOLERANCE);
}
