/** The operators of ONNX files that work on maps, [N, C, H, W]: convolution, pooling, normalisation, resizing. */
import { conv, convTranspose } from '../graph/convolution.ts';
import { pad } from '../graph/movement.ts';
import { batchNormInference } from '../graph/normalisation.ts';
import { averagePool, globalAveragePool, maxPool, type PoolOptions } from '../graph/pooling.ts';
import { max } from '../graph/reductions.ts';
import { sampleBilinear, sampleNearest } from '../graph/resize.ts';
import { normalAxis, type Tensor } from '../graph/tensor.ts';
import { type Arguments, ofRank, pair } from './onnxArguments.ts';

type Pads = [top: number, left: number, bottom: number, right: number];

export const mapOperators: Readonly<Record<string, (given: Arguments) => Tensor>> = {
  AveragePool: (given) => {
    const x = given.maps(0);
    const { options, pads } = pooling(given, x);
    const isCounted = given.integer('count_include_pad', 0) !== 0 && pads.some((count) => count > 0);
    if (!isCounted) return averagePool(x, { ...options, pads });
    given.expect('ceil_mode', 0);
    return averagePool(pad(x, [0, 0, pads[0], pads[1]], [0, 0, pads[2], pads[3]]), options);
  },
  BatchNormalization: (given) => {
    given.expect('training_mode', 0);
    given.expect('spatial', 1);
    const x = given.tensor(0);
    const [gamma, beta, average, variance] = [1, 2, 3, 4].map((index) => {
      const values = given.weight(index);
      if (values.shape.length !== 1 || values.shape[0] !== x.shape[1]) {
        throw new RangeError(`input ${index} has the shape [${values.shape}] where x has [${x.shape}]`);
      }
      return values;
    });
    return batchNormInference(x, gamma, beta, average, variance, given.float('epsilon', 1e-5));
  },
  Conv: (given) => {
    const x = given.maps(0);
    const weight = kernels(given);
    const strides = pair(given.integers('strides'), [1, 1]);
    const dilations = pair(given.integers('dilations'), [1, 1]);
    const size: [number, number] = [weight.shape[2], weight.shape[3]];
    const pads = padsOf(given, x, size, strides, dilations);
    const bias = biasOf(given, weight.shape[0]);
    return conv(x, weight, bias, { strides, dilations, pads, groups: groupsOf(given) });
  },
  ConvTranspose: (given) => {
    const x = given.maps(0);
    const weight = kernels(given);
    given.expect('auto_pad', 'NOTSET');
    if (given.integers('output_shape')) throw new RangeError('output_shape is not supported');
    const outputPads = given.integers('output_padding') ?? [0, 0];
    const isPair = outputPads.length === 2 && outputPads.every((count) => count >= 0);
    if (!isPair) throw new RangeError(`output_padding [${outputPads}] is not supported`);
    return convTranspose(x, weight, biasOf(given, weight.shape[1] * groupsOf(given)), {
      strides: pair(given.integers('strides'), [1, 1]),
      dilations: pair(given.integers('dilations'), [1, 1]),
      pads: explicitPads(given),
      groups: groupsOf(given),
      outputPads: [outputPads[0], outputPads[1]],
    });
  },
  GlobalAveragePool: (given) => globalAveragePool(given.maps(0)),
  GlobalMaxPool: (given) => max(given.maps(0), { axes: [2, 3], keep: true }),
  MaxPool: (given) => {
    given.expect('storage_order', 0);
    const x = given.maps(0);
    const { options, pads } = pooling(given, x);
    return maxPool(x, { ...options, pads });
  },
  Resize: resize,
  Upsample: resize,
};

function kernels(given: Arguments): Tensor {
  return ofRank(given.weight(1), 4, 'only the two-dimensional form is supported');
}

function biasOf(given: Arguments, channels: number): Tensor | undefined {
  const bias = given.optionalWeight(2);
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== channels)) {
    throw new RangeError(`the bias has the shape [${bias.shape}] for ${channels} channels`);
  }
  return bias;
}

function groupsOf(given: Arguments): number {
  const groups = given.integer('group', 1);
  if (groups < 1) throw new RangeError(`group = ${groups} is not possible`);
  return groups;
}

function explicitPads(given: Arguments): Pads {
  const pads = given.integers('pads') ?? [0, 0, 0, 0];
  const isPossible = pads.length === 4 && pads.every((count) => Number.isInteger(count) && count >= 0);
  if (!isPossible) throw new RangeError(`the border [${pads}] is not supported`);
  return [pads[0], pads[1], pads[2], pads[3]];
}

/** SAME pads so that the output has ceil(size / stride) places; the odd pixel lies behind (UPPER) or before (LOWER). */
function padsOf(
  given: Arguments,
  x: Tensor,
  kernel: readonly [number, number],
  strides: readonly [number, number],
  dilations: readonly [number, number],
): Pads {
  const mode = given.text('auto_pad', 'NOTSET');
  if (mode === 'NOTSET') return explicitPads(given);
  if (mode === 'VALID') return [0, 0, 0, 0];
  if (mode !== 'SAME_UPPER' && mode !== 'SAME_LOWER') throw new RangeError(`auto_pad = ${mode} is not supported`);
  const total = [0, 1].map((axis) => {
    const size = x.shape[axis + 2];
    const reach = (Math.ceil(size / strides[axis]) - 1) * strides[axis] + dilations[axis] * (kernel[axis] - 1) + 1;
    return Math.max(0, reach - size);
  });
  const less = total.map((count) => Math.floor(count / 2));
  const more = total.map((count) => Math.ceil(count / 2));
  return mode === 'SAME_UPPER' ? [less[0], less[1], more[0], more[1]] : [more[0], more[1], less[0], less[1]];
}

/** Rounding the size up is the same as a border behind, since the border neither wins a maximum nor counts. */
function pooling(given: Arguments, x: Tensor): { options: PoolOptions; pads: Pads } {
  const kernel = pair(given.integers('kernel_shape'), [0, 0]);
  const strides = pair(given.integers('strides'), [1, 1]);
  if (given.integers('dilations')?.some((dilation) => dilation !== 1)) {
    throw new RangeError('dilations are not supported');
  }
  const pads = padsOf(given, x, kernel, strides, [1, 1]);
  if (given.integer('ceil_mode', 0) !== 0) {
    for (const axis of [0, 1] as const) {
      const range = x.shape[axis + 2] + pads[axis] + pads[axis + 2] - kernel[axis];
      const steps = Math.ceil(range / strides[axis]);
      // A last window that would begin behind the picture is dropped.
      const isInside = steps * strides[axis] < x.shape[axis + 2] + pads[axis];
      if (isInside) pads[axis + 2] += steps * strides[axis] - range;
    }
  }
  return { options: { kernel, strides }, pads };
}

/** From this many weights on the matrices of a resize would be absurd: about 8000 pixels from 4000. */
const MAXIMUM_MATRIX = 2 ** 25;

/** Where output pixel i of one axis lies among the inputs, by coordinate_transformation_mode. */
const coordinates: Readonly<Record<string, (i: number, scale: number, inputs: number, outputs: number) => number>> = {
  half_pixel: (i, scale) => (i + 0.5) / scale - 0.5,
  pytorch_half_pixel: (i, scale, _, outputs) => (outputs > 1 ? (i + 0.5) / scale - 0.5 : 0),
  align_corners: (i, _, inputs, outputs) => (outputs > 1 ? (i * (inputs - 1)) / (outputs - 1) : 0),
  asymmetric: (i, scale) => i / scale,
  tf_half_pixel_for_nn: (i, scale) => (i + 0.5) / scale,
};

const roundings: Readonly<Record<string, (position: number) => number>> = {
  round_prefer_floor: (position) => Math.ceil(position - 0.5),
  round_prefer_ceil: (position) => Math.floor(position + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Upsample (sets 7 and 9) and Resize of set 10 take scales only, and reckon i / scale. */
function resize(given: Arguments): Tensor {
  const x = given.maps(0);
  const isOld = given.node.operator === 'Upsample' || given.operatorSet < 11;
  const mode = given.text('mode', 'nearest');
  given.expect('antialias', 0);
  given.expect('keep_aspect_ratio_policy', 'stretch');
  const coordinateName = given.text('coordinate_transformation_mode', isOld ? 'asymmetric' : 'half_pixel');
  const roundingName = given.text('nearest_mode', isOld ? 'floor' : 'round_prefer_floor');
  const coordinate = Object.hasOwn(coordinates, coordinateName) ? coordinates[coordinateName] : undefined;
  const rounding = Object.hasOwn(roundings, roundingName) ? roundings[roundingName] : undefined;
  if (coordinate === undefined) throw new RangeError(`the coordinates "${coordinateName}" are not supported`);
  if (rounding === undefined) throw new RangeError(`nearest_mode = ${roundingName} is not supported`);
  if (mode !== 'nearest' && mode !== 'linear') throw new RangeError(`mode = ${mode} is not supported`);

  const scales = isOld ? (given.floats('scales') ?? given.optionalNumbers(1)) : given.optionalNumbers(2);
  const sizes = isOld ? undefined : given.optionalNumbers(3);
  const axes = given.integers('axes')?.map((axis) => normalAxis(axis, 4)) ?? [0, 1, 2, 3];
  const listed = sizes ?? scales;
  if (listed?.length !== axes.length) throw new RangeError('its scales or sizes do not fit the shape');
  const [batch, channels, rows, columns] = [0, 1, 2, 3].map((axis) => {
    const inputs = x.shape[axis];
    const place = axes.indexOf(axis);
    if (place < 0) return { inputs, outputs: inputs, scale: 1 };
    // In single precision, as onnxruntime reckons: 33 times 7.7878785 is 257 there.
    const outputs = sizes ? sizes[place] : Math.floor(Math.fround(inputs * listed[place]));
    return { inputs, outputs, scale: sizes ? outputs / inputs : listed[place] };
  });
  if ([batch, channels].some(({ inputs, outputs }) => inputs !== outputs)) {
    throw new RangeError(`[${x.shape}] can be resized in height and width only, and ${listed} is asked for`);
  }
  const positions = [rows, columns].map(({ inputs, outputs, scale }) => {
    if (!(outputs >= 1 && inputs >= 1 && outputs * inputs <= MAXIMUM_MATRIX)) {
      throw new RangeError(`${inputs} pixels cannot become ${outputs}`);
    }
    return Array.from({ length: outputs }, (_, i) => {
      const position = Math.fround(coordinate(i, scale, inputs, outputs));
      return mode === 'linear' ? position : Math.max(0, Math.min(rounding(position), inputs - 1));
    });
  });
  return (mode === 'linear' ? sampleBilinear : sampleNearest)(x, positions[0], positions[1]);
}
