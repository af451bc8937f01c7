/**
 * Networks built layer by layer under the names that Keras gives them, so that a summary can be printed as Keras prints
 * it and published weights are found by name. Layers with weights are named by the network; the others get a type and
 * a running number (`activation_12`), as in Keras.
 */
import { conv } from '../graph/convolution.ts';
import { add, relu } from '../graph/elementwise.ts';
import { concat, reshape, split, transpose } from '../graph/movement.ts';
import { adaptiveAveragePool, dropout, maxPool } from '../graph/pooling.ts';
import { convOfResized, resizeBilinear } from '../graph/resize.ts';
import { softmax } from '../graph/softmax.ts';
import { sizeOf, type Tensor } from '../graph/tensor.ts';
import { type BlockContext, batchNorm, dense } from '../layers/blocks.ts';
import { he, zeros } from '../layers/initialisers.ts';

export interface LayerRow {
  readonly name: string;
  /** Keras' class of the layer: Conv2D, BatchNormalization ... */
  readonly type: string;
  /** Without the batch, channels last: [height, width, channels] or [features]. */
  readonly shape: readonly number[];
  readonly parameters: number;
  /** Those that no gradient changes: the running statistics of batch normalisation. */
  readonly fixedParameters: number;
  /** Multiplications followed by an addition for one picture or patch: of convolutions and dense layers. */
  readonly multiplyAdds: number;
  readonly inputs: readonly string[];
  /** What leaves the layer; the ReLU of VGGish's layers, which has no row, comes behind it. */
  readonly tensor: Tensor;
}

/** A value on its way through the network. */
export interface Flow {
  readonly tensor: Tensor;
  /** Name of the layer that it comes from. */
  readonly layer: string;
  /** Rows and columns of zeros around it that a ZeroPadding2D layer adds; the convolution that follows applies them. */
  readonly padding?: number;
  /** The small map that this is an enlargement of. */
  readonly enlarged?: Tensor;
  /** What was concatenated; a convolution that follows takes every part as it is cheapest. */
  readonly parts?: readonly Flow[];
}

const prefixes = {
  InputLayer: 'input',
  Activation: 'activation',
  ZeroPadding2D: 'zero_padding2d',
  MaxPooling2D: 'max_pooling2d',
  AveragePooling2D: 'average_pooling2d',
  Interp: 'interp',
  Add: 'add',
  Concatenate: 'concatenate',
  Dropout: 'dropout',
} as const;

type NumberedType = keyof typeof prefixes;

/** The number of the first layer of each type; 1 where it is not given. */
export type FirstNumbers = Readonly<Partial<Record<NumberedType, number>>>;

export interface NamedConvolutionOptions {
  readonly kernel?: number;
  readonly stride?: number;
  readonly dilation?: number;
  /** `same`: TensorFlow's, ceil(size / stride) outputs; `valid`: only the padding of a ZeroPadding2D before it. */
  readonly padding?: 'same' | 'valid';
  readonly bias?: boolean;
}

export class NamedLayers {
  readonly rows: LayerRow[] = [];
  readonly #context: BlockContext;
  readonly #numbers: Map<string, number>;
  readonly #suffix: string;

  /** @param suffix appended to every name in the rows, not to the names of the parameters */
  constructor(context: BlockContext, firstNumbers: FirstNumbers = {}, suffix = '') {
    this.#context = context;
    this.#numbers = new Map(Object.entries(firstNumbers));
    this.#suffix = suffix;
  }

  input(tensor: Tensor, name?: string): Flow {
    return this.#row('InputLayer', tensor, [], { ...(name !== undefined && { name }) });
  }

  convolution(
    name: string,
    x: Flow,
    outputs: number,
    { kernel = 1, stride = 1, dilation = 1, padding = 'valid', bias = false }: NamedConvolutionOptions = {},
  ): Flow {
    const { parameters } = this.#context;
    const [, channels, height, width] = x.tensor.shape;
    const shape = [outputs, channels, kernel, kernel];
    const weight = parameters.create(`${name}/weight`, shape, he);
    const offset = bias ? parameters.create(`${name}/bias`, [outputs], zeros) : undefined;
    const zero = x.padding ?? 0;
    const isCentred = padding === 'same' && stride === 1 && dilation === 1 && !bias;
    const tensor =
      isCentred && x.parts?.some(({ enlarged }) => enlarged)
        ? convolutionOfParts(x.parts, weight)
        : conv(x.tensor, weight, offset, {
            strides: [stride, stride],
            dilations: [dilation, dilation],
            pads: padding === 'same' ? samePads(height, width, kernel, stride) : [zero, zero, zero, zero],
          });
    const [, , rows, columns] = tensor.shape;
    return this.#row('Conv2D', tensor, [x], {
      name,
      parameters: sizeOf(shape) + (bias ? outputs : 0),
      multiplyAdds: sizeOf(shape) * rows * columns,
    });
  }

  batchNormalization(name: string, x: Flow): Flow {
    const channels = x.tensor.shape[1];
    return this.#row('BatchNormalization', batchNorm(this.#context, name, x.tensor), [x], {
      name,
      parameters: 4 * channels,
      fixedParameters: 2 * channels,
    });
  }

  dense(name: string, x: Flow, outputs: number): Flow {
    const inputs = x.tensor.shape[1];
    return this.#row('Dense', dense(this.#context, name, x.tensor, outputs), [x], {
      name,
      parameters: inputs * outputs + outputs,
      multiplyAdds: inputs * outputs,
    });
  }

  relu(x: Flow): Flow {
    return this.#row('Activation', relu(x.tensor), [x]);
  }

  /** ReLU as part of the layer before it, which Keras shows in no row of its own. */
  withRelu(x: Flow): Flow {
    return { ...x, tensor: relu(x.tensor) };
  }

  softmax(x: Flow): Flow {
    return this.#row('Activation', softmax(x.tensor, 1), [x]);
  }

  zeroPadding(x: Flow, padding: number): Flow {
    const [batch, channels, height, width] = x.tensor.shape;
    const padded = [batch, channels, height + 2 * padding, width + 2 * padding];
    const row = this.#row('ZeroPadding2D', x.tensor, [x], { shape: padded });
    return { ...row, padding };
  }

  /** TensorFlow's SAME padding, which never wins a maximum. */
  maxPooling(x: Flow, kernel: number, stride: number, name?: string): Flow {
    const [, , height, width] = x.tensor.shape;
    const pads = samePads(height, width, kernel, stride);
    const tensor = maxPool(x.tensor, { kernel: [kernel, kernel], strides: [stride, stride], pads });
    return this.#row('MaxPooling2D', tensor, [x], { ...(name !== undefined && { name }) });
  }

  /** The mean over a grid of side x side windows; where the side divides the map's they are all alike. */
  averagePooling(x: Flow, side: number): Flow {
    return this.#row('AveragePooling2D', adaptiveAveragePool(x.tensor, side, side), [x]);
  }

  /** Bilinear, corners on corners: TensorFlow's resize_images with align_corners. */
  interp(x: Flow, height: number, width: number): Flow {
    const row = this.#row('Interp', resizeBilinear(x.tensor, height, width, interpCorners), [x]);
    return { ...row, enlarged: x.tensor };
  }

  add(x: Flow, y: Flow): Flow {
    return this.#row('Add', add(x.tensor, y.tensor), [x, y]);
  }

  concatenate(parts: readonly Flow[]): Flow {
    const tensors = parts.map(({ tensor }) => tensor);
    return { ...this.#row('Concatenate', concat(tensors, 1), parts), parts };
  }

  /** @param noise uniform 0..1, of x's shape, in training; without it nothing is dropped */
  dropout(x: Flow, rate: number, noise?: Tensor): Flow {
    return this.#row('Dropout', noise ? dropout(x.tensor, noise, rate) : x.tensor, [x]);
  }

  /** [N, C, H, W] to [N, H W C], in the order of TensorFlow, which has channels last. */
  flatten(name: string, x: Flow): Flow {
    const [batch, ...rest] = x.tensor.shape;
    const flat = reshape(transpose(x.tensor, [0, 2, 3, 1]), [batch, sizeOf(rest)]);
    return this.#row('Flatten', flat, [x], { name });
  }

  #row(
    type: string,
    tensor: Tensor,
    inputs: readonly Flow[],
    {
      name = this.#nextName(type as NumberedType),
      shape = tensor.shape,
      ...counts
    }: {
      readonly name?: string;
      readonly shape?: readonly number[];
      readonly parameters?: number;
      readonly fixedParameters?: number;
      readonly multiplyAdds?: number;
    } = {},
  ): Flow {
    const [, channels, ...place] = shape;
    this.rows.push({
      name: name + this.#suffix,
      type,
      shape: [...place, channels],
      parameters: 0,
      fixedParameters: 0,
      multiplyAdds: 0,
      ...counts,
      inputs: inputs.map(({ layer }) => layer),
      tensor,
    });
    return { tensor, layer: name + this.#suffix };
  }

  #nextName(type: NumberedType): string {
    const number = this.#numbers.get(type) ?? 1;
    this.#numbers.set(type, number + 1);
    return `${prefixes[type]}_${number}`;
  }
}

const interpCorners = 'align-corners';

/**
 * A convolution is the sum of those of its input's parts. PSPNet enlarges half of its last map's channels from at most
 * 6 x 6 cells, and a convolution of these costs next to nothing where it is done before they are enlarged.
 */
function convolutionOfParts(parts: readonly Flow[], weight: Tensor): Tensor {
  const [, , height, width] = parts[0].tensor.shape;
  const pads = samePads(height, width, weight.shape[2], 1);
  const channels = parts.map(({ tensor }) => tensor.shape[1]);
  return split(weight, channels, 1)
    .map((share, index) => {
      const { tensor, enlarged } = parts[index];
      if (enlarged === undefined) return conv(tensor, share, undefined, { pads });
      return convOfResized(enlarged, share, height, width, interpCorners);
    })
    .reduce((sum, part) => add(sum, part));
}

/** TensorFlow's SAME: ceil(size / stride) outputs; where the padding is odd the bottom and the right get more. */
function samePads(height: number, width: number, kernel: number, stride: number): [number, number, number, number] {
  const total = (size: number): number => Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size);
  const [down, across] = [total(height), total(width)];
  const [top, left] = [Math.floor(down / 2), Math.floor(across / 2)];
  return [top, left, down - top, across - left];
}
