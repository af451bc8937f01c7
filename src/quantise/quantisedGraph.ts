/**
 * The graph in 8 bits: activations are uint8, value = scale (byte - zero), weights int8 with a scale for each output
 * channel. What has no form in bytes gets float32 and gives float32.
 */
import { cast, multiply, subtract } from '../graph/elementwise.ts';
import type { Emitter } from '../graph/emitter.ts';
import { constant, type Node, operation, operations, type Shape, type Tensor } from '../graph/tensor.ts';
import { topologicalOrder } from '../graph/topology.ts';
import type { Range } from './calibrate.ts';
import type { Plan, Step } from './plan.ts';

/**
 * Weights use 7 of their 8 bits: without VNNI the engine adds two products of a uint8 and an int8 in 16 bits, where
 * 255 * 65 * 2 and more is cut off. Its depthwise kernels add in 32 bits.
 */
const LARGEST_WEIGHT = 63;
const LARGEST_DEPTHWISE_WEIGHT = 127;

/**
 * Operators with weights: between DequantizeLinear and QuantizeLinear the engine (1.30) takes them for quantised and
 * rounds their weights to int8 with one scale for all channels, which ruins depthwise convolutions.
 */
const weighted: ReadonlySet<string> = new Set(['Conv', 'ConvTranspose', 'MatMul']);

/** A bias, an int32 in units of input scale times weight scale, stays below this. */
const LARGEST_BIAS = 2 ** 30;

type Convolution = Extract<Step, { kind: 'convolution' }>;

interface Quantised {
  readonly tensor: Tensor;
  readonly scale: number;
  readonly zero: number;
}

/** Tensors whose range must be known before the graph can be built. */
export function calibratedTensors(plan: Plan): Tensor[] {
  const tensors = new Set<Tensor>();
  for (const [node, step] of plan) {
    if (step.kind === 'convolution') tensors.add(node.inputs[0]).add(step.end);
    if (step.kind === 'sum') tensors.add(step.end);
  }
  return [...tensors];
}

export function quantisedGraph(
  outputs: Readonly<Record<string, Tensor>>,
  plan: Plan,
  ranges: ReadonlyMap<Tensor, Range>,
): Record<string, Tensor> {
  const inFloat = new Map<Tensor, Tensor>();
  const inBytes = new Map<Tensor, Quantised>();

  function floatOf(tensor: Tensor): Tensor {
    if (tensor.source.kind !== 'node') return tensor;
    const known = inFloat.get(tensor) ?? dequantised(inBytes.get(tensor)!);
    inFloat.set(tensor, known);
    return known;
  }

  function plainFloatOf(tensor: Tensor): Tensor {
    const bytes = inBytes.get(tensor);
    return bytes ? plainlyDequantised(bytes) : floatOf(tensor);
  }

  function bytesOf(tensor: Tensor): Quantised {
    const known = inBytes.get(tensor) ?? quantised(floatOf(tensor), ranges.get(tensor)!);
    inBytes.set(tensor, known);
    return known;
  }

  function add(node: Node, step: Step): void {
    if (step.kind === 'convolution') {
      inBytes.set(step.end, convolution(node, step, bytesOf(node.inputs[0]), ranges.get(step.end)!));
    } else if (step.kind === 'sum') {
      inBytes.set(step.end, sum(step, node.inputs.map(bytesOf), ranges.get(step.end)!));
    } else if (step.kind === 'move') {
      const { tensor, ...scaling } = bytesOf(node.inputs[0]);
      inBytes.set(node.outputs[0], { tensor: rebuilt(node, [tensor], 'uint8')[0], ...scaling });
    } else if (step.kind === 'float') {
      const results = rebuilt(node, node.inputs.map(weighted.has(node.name) ? plainFloatOf : floatOf));
      for (const [index, output] of node.outputs.entries()) inFloat.set(output, results[index]);
    }
  }

  for (const node of topologicalOrder(Object.values(outputs))) add(node, plan.get(node)!);
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, floatOf(tensor)]));
}

function rebuilt({ name, outputs, onnx, cpu }: Node, inputs: readonly Tensor[], type?: 'uint8'): readonly Tensor[] {
  return operations({
    name,
    inputs,
    outputs: outputs.map((output) => ({ shape: output.shape, type: type ?? output.type })),
    onnx,
    ...(cpu && { cpu }),
  });
}

/** The names of scale and zero point in the file. */
function scaling(emit: Emitter, { scale, zero }: Pick<Quantised, 'scale' | 'zero'>): [string, string] {
  return [emit.constant(Float32Array.of(scale), []), emit.constant(Uint8Array.of(zero), [])];
}

function scalingOf({ low, high }: Range): Pick<Quantised, 'scale' | 'zero'> {
  const scale = Math.fround(Math.max((high - low) / 255, 1e-20));
  return { scale, zero: Math.round(-low / scale) };
}

function quantised(x: Tensor, range: Range): Quantised {
  const target = scalingOf(range);
  const tensor = operation({
    name: 'QuantizeLinear',
    inputs: [x],
    shape: x.shape,
    type: 'uint8',
    onnx: (emit, [name]) => emit.node('QuantizeLinear', [name, ...scaling(emit, target)]),
  });
  return { tensor, ...target };
}

function dequantised({ tensor, ...source }: Quantised): Tensor {
  return operation({
    name: 'DequantizeLinear',
    inputs: [tensor],
    shape: tensor.shape,
    onnx: (emit, [name]) => emit.node('DequantizeLinear', [name, ...scaling(emit, source)]),
  });
}

/** What stands here instead is plain arithmetic, in which the engine sees no wish to quantise. */
function plainlyDequantised({ tensor, scale, zero }: Quantised): Tensor {
  const values = cast(tensor, 'float32');
  return multiply(zero === 0 ? values : subtract(values, zero), scale);
}

/** The range behind ReLU or clipping: the ends of the bytes do the cutting. */
function cut({ low, high }: Range, { isRectified, limit }: { isRectified: boolean; limit: number }): Range {
  return { low: isRectified ? 0 : low, high: Math.min(high, limit) };
}

function convolution(node: Node, step: Convolution, x: Quantised, range: Range): Quantised {
  const target = scalingOf(cut(range, step));
  const { shape } = node.inputs[1];
  const { values, scales } = quantisedWeight(step, shape, x.scale);
  const bias = Int32Array.from(step.bias, (value, channel) => Math.round(value / (x.scale * scales[channel])));
  const tensor = operation({
    name: 'QLinearConv',
    inputs: [x.tensor, constant(values, shape), constant(bias)],
    shape: step.end.shape,
    type: 'uint8',
    onnx: (emit, [picture, weight, offset]) =>
      emit.node(
        'QLinearConv',
        [
          picture,
          ...scaling(emit, x),
          weight,
          emit.constant(scales, [scales.length]),
          emit.constant(new Int8Array(scales.length), [scales.length]),
          ...scaling(emit, target),
          offset,
        ],
        step.attributes,
      ),
  });
  return { tensor, ...target };
}

/** The scale of an output channel is set by its largest weight, or by a bias that would not fit otherwise. */
function quantisedWeight(
  { weight, bias, attributes }: Convolution,
  shape: Shape,
  inputScale: number,
): { readonly values: Int8Array; readonly scales: Float32Array } {
  const perOutput = weight.length / bias.length;
  const isDepthwise = shape[0] > 1 && attributes.group === shape[0];
  const limit = isDepthwise ? LARGEST_DEPTHWISE_WEIGHT : LARGEST_WEIGHT;
  const scales = bias.map((offset, channel) => {
    let largest = 0;
    for (const value of weight.subarray(channel * perOutput, (channel + 1) * perOutput)) {
      largest = Math.max(largest, Math.abs(value));
    }
    return Math.max(largest / limit, Math.abs(offset) / (inputScale * LARGEST_BIAS), 1e-20);
  });
  const rounded = (value: number, index: number): number => Math.round(value / scales[Math.floor(index / perOutput)]);
  return { values: Int8Array.from(weight, rounded), scales };
}

function sum(step: Extract<Step, { kind: 'sum' }>, [a, b]: readonly Quantised[], range: Range): Quantised {
  const target = scalingOf(cut(range, step));
  const tensor = operation({
    name: 'QLinearAdd',
    inputs: [a.tensor, b.tensor],
    shape: step.end.shape,
    type: 'uint8',
    onnx: (emit, [left, right]) =>
      emit.node(
        'QLinearAdd',
        [left, ...scaling(emit, a), right, ...scaling(emit, b), ...scaling(emit, target)],
        {},
        { domain: 'com.microsoft' },
      ),
  });
  return { tensor, ...target };
}
