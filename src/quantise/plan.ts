/**
 * Decides for every node of a float network how it is computed in 8 bits. A convolution swallows the normalisation and
 * the ReLU (or clipping from 0) behind it, a sum the ReLU, where nobody else reads what lies between: bytes whose 0
 * stands for 0 cannot be negative, so the ReLU costs nothing.
 */
import type { Attributes } from '../graph/emitter.ts';
import type { Node, Tensor } from '../graph/tensor.ts';
import { topologicalOrder } from '../graph/topology.ts';
import { recordNode } from './recordNode.ts';

export interface Rectification {
  /** Whether negative values become 0. */
  readonly isRectified: boolean;
  /** What higher values become; Infinity for ReLU. */
  readonly limit: number;
}

export type Step =
  | (Rectification & {
      readonly kind: 'convolution';
      readonly attributes: Attributes;
      /** With the normalisation folded in: [O, C / groups, kernel height, kernel width] and [O]. */
      readonly weight: Float32Array;
      readonly bias: Float32Array;
      /** What the last node of the chain gives. */
      readonly end: Tensor;
    })
  | (Rectification & { readonly kind: 'sum'; readonly end: Tensor })
  /** Moves or compares elements: the same on bytes. */
  | { readonly kind: 'move' }
  | { readonly kind: 'float' }
  /** Part of the chain of another node. */
  | { readonly kind: 'swallowed' };

export type Plan = ReadonlyMap<Node, Step>;

const moves: ReadonlySet<string> = new Set(['MaxPool', 'Reshape', 'Transpose', 'Slice']);

/** Tensors whose values the plan asks for, as far as they are known: weights of convolutions and normalisations. */
export function weightTensors(outputs: readonly Tensor[]): Tensor[] {
  const places: Readonly<Record<string, readonly number[]>> = { Conv: [1, 2], BatchNormalization: [1, 2, 3, 4] };
  const found = topologicalOrder(outputs).flatMap(({ name, inputs }) =>
    (places[name] ?? []).flatMap((place) => inputs[place] ?? []),
  );
  return [...new Set(found)];
}

/** @param keepFloat whether a convolution stays as it is, by its weight */
export function planOf(
  outputs: readonly Tensor[],
  known: ReadonlyMap<Tensor, Float32Array>,
  keepFloat: (node: Node) => boolean,
): Plan {
  const order = topologicalOrder(outputs);
  const readers = readersOf(order, outputs);
  const plan = new Map<Node, Step>();
  const inBytes = new Set<Tensor>();

  /** The only node that reads the tensor, unless it is a result too. */
  const onlyReader = (tensor: Tensor): Node | undefined => {
    const found = readers.get(tensor)!;
    return found.length === 1 ? found[0] : undefined;
  };

  function swallow(node: Node): Tensor {
    plan.set(node, { kind: 'swallowed' });
    return node.outputs[0];
  }

  function rectified(tensor: Tensor): Rectification & { readonly end: Tensor } {
    const node = onlyReader(tensor);
    const recorded = node && recordNode(node);
    if (node && recorded?.type === 'Relu') return { isRectified: true, limit: Infinity, end: swallow(node) };
    const [, low, high] = recorded?.constants ?? [];
    if (node && recorded?.type === 'Clip' && low?.[0] === 0) {
      return { isRectified: true, limit: Number(high?.[0] ?? Infinity), end: swallow(node) };
    }
    return { isRectified: false, limit: Infinity, end: tensor };
  }

  function convolution(node: Node): Step {
    const [, weightTensor, biasTensor] = node.inputs;
    const recorded = recordNode(node);
    const stored = known.get(weightTensor);
    const storedBias = biasTensor && known.get(biasTensor);
    if (!recorded || !stored || (biasTensor && !storedBias) || keepFloat(node)) return { kind: 'float' };
    const outputs = weightTensor.shape[0];
    let end = node.outputs[0];
    let weight = stored;
    let bias = storedBias ?? new Float32Array(outputs);
    const next = onlyReader(end);
    const factors = next && next.inputs[0] === end ? normalisation(next, known) : undefined;
    if (next && factors) {
      const { scale, shift } = factors;
      const perOutput = weight.length / outputs;
      weight = weight.map((value, index) => value * scale[Math.floor(index / perOutput)]);
      bias = bias.map((value, index) => value * scale[index] + shift[index]);
      end = swallow(next);
    }
    return { kind: 'convolution', attributes: recorded.attributes, weight, bias, ...rectified(end) };
  }

  function stepOf(node: Node): Step {
    if (node.name === 'Conv') return convolution(node);
    const isInBytes = node.inputs.every((tensor) => inBytes.has(tensor));
    if (node.name === 'Add' && isInBytes) return { kind: 'sum', ...rectified(node.outputs[0]) };
    return { kind: moves.has(node.name) && isInBytes ? 'move' : 'float' };
  }

  for (const node of order) {
    if (plan.has(node)) continue;
    const step = stepOf(node);
    plan.set(node, step);
    if (step.kind === 'move') inBytes.add(node.outputs[0]);
    if (step.kind === 'convolution' || step.kind === 'sum') inBytes.add(step.end);
  }
  return plan;
}

/** Batch normalisation as y = scale x + shift, for each channel. */
function normalisation(
  node: Node,
  known: ReadonlyMap<Tensor, Float32Array>,
): { readonly scale: Float32Array; readonly shift: Float32Array } | undefined {
  if (node.name !== 'BatchNormalization') return undefined;
  const [gamma, beta, mean, variance] = node.inputs.slice(1).map((tensor) => known.get(tensor));
  const epsilon = recordNode(node)?.attributes.epsilon;
  if (!gamma || !beta || !mean || !variance || typeof epsilon !== 'object' || !('float' in epsilon)) return undefined;
  const scale = gamma.map((value, channel) => value / Math.sqrt(variance[channel] + epsilon.float));
  return { scale, shift: beta.map((value, channel) => value - mean[channel] * scale[channel]) };
}

/** Who reads each tensor; a result of the network is read by nobody, twice. */
function readersOf(order: readonly Node[], outputs: readonly Tensor[]): Map<Tensor, (Node | undefined)[]> {
  const readers = new Map<Tensor, (Node | undefined)[]>();
  const add = (tensor: Tensor, reader: Node | undefined): void => {
    readers.set(tensor, [...(readers.get(tensor) ?? []), reader]);
  };
  for (const node of order) {
    for (const output of node.outputs) if (!readers.has(output)) readers.set(output, []);
    for (const tensor of node.inputs) add(tensor, node);
  }
  for (const tensor of outputs) [0, 1].map(() => add(tensor, undefined));
  return readers;
}
