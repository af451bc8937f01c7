/**
 * Float networks into 8-bit ones: convolutions with bytes as activations and weights, the rest in float32. The file is a
 * quarter as large. How fast it is depends on the processor: the integer kernels gain most where there are VNNI
 * instructions (docs/benchmarks.md).
 */
import type { Engine } from '../engine/engine.ts';
import { type Node, sizeOf, type Tensor } from '../graph/tensor.ts';
import { topologicalOrder } from '../graph/topology.ts';
import { writeOnnx } from '../graph/writeOnnx.ts';
import { calibrate, type Feeds } from './calibrate.ts';
import { knownValues, type Weights } from './knownValues.ts';
import { planOf, weightTensors } from './plan.ts';
import { calibratedTensors, quantisedGraph } from './quantisedGraph.ts';

export interface QuantiseOptions {
  /** What the network is fed, for some pictures or sounds like those to come; some dozen are enough. */
  readonly calibration: Iterable<Feeds> | AsyncIterable<Feeds>;
  /** Runs the float network on them. */
  readonly engine: Engine;
  /**
   * Convolutions that stay in float32, by the name of a parameter in their weight. Unset: those at the beginning that
   * together are a tenth of the work, and those at the end, which no other convolution follows.
   */
  readonly keepFloat?: readonly RegExp[];
}

/**
 * @param outputs of the float network in inference mode
 * @param weights its parameters, by name
 * @returns an ONNX file with the same inputs and outputs, float32, for ONNX Runtime (QLinearAdd is Microsoft's)
 */
export async function quantise(
  outputs: Readonly<Record<string, Tensor>>,
  weights: Weights,
  { calibration, engine, keepFloat }: QuantiseOptions,
): Promise<Uint8Array> {
  const results = Object.values(outputs);
  const known = await knownValues(weightTensors(results), weights, engine);
  const plan = planOf(results, known, keepFloat ? named(keepFloat) : atTheEnds(results));
  const ranges = await calibrate(calibratedTensors(plan), weights, calibration, engine);
  return writeOnnx(quantisedGraph(outputs, plan, ranges), { weights });
}

function named(patterns: readonly RegExp[]): (node: Node) => boolean {
  return ({ inputs }) => {
    const weight = inputs[1];
    const leaves = [weight, ...topologicalOrder([weight]).flatMap((node) => node.inputs)];
    return leaves.some(
      ({ source }) => source.kind === 'input' && patterns.some((pattern) => pattern.test(source.name)),
    );
  };
}

/** Rounding at the beginning goes through everything, so this share of the multiplications is spared it. */
const FLOAT_SHARE = 0.1;

/** Convolutions that come first, as far as they cost little, and those that no other follows. */
function atTheEnds(outputs: readonly Tensor[]): (node: Node) => boolean {
  const order = topologicalOrder(outputs);
  const convolutions = order.filter(({ name }) => name === 'Conv');
  const total = convolutions.reduce((sum, node) => sum + multiplications(node), 0);
  const kept = new Set<Node>();
  let done = 0;
  for (const [index, node] of convolutions.entries()) {
    done += multiplications(node);
    if (index > 0 && done > FLOAT_SHARE * total) break;
    kept.add(node);
  }
  const followed = new Set<Node>();
  for (const node of order.toReversed()) {
    if (node.name === 'Conv' && !followed.has(node)) kept.add(node);
    if (node.name !== 'Conv' && !followed.has(node)) continue;
    for (const { source } of node.inputs) if (source.kind === 'node') followed.add(source);
  }
  return (node) => kept.has(node);
}

const multiplications = ({ inputs, outputs }: Node): number =>
  sizeOf(outputs[0].shape) * sizeOf(inputs[1].shape.slice(1));
