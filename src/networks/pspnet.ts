/**
 * PSPNet (Zhao et al. 2017) as the Keras port builds it (Vladkryvoruchko/PSPNet-Keras-tensorflow): a ResNet with a deep
 * stem and dilated last stages, pyramid pooling, a classifier for each of size / 8 cells, enlarged to the picture.
 * Names are the port's. With no fourth stage it is the network of the report's figure 5; with 6 blocks there it is the
 * published PSPNet-50, with 23 PSPNet-101.
 */
import type { Tensor } from '../graph/tensor.ts';
import type { BlockContext } from '../layers/blocks.ts';
import { type FirstNumbers, type Flow, type LayerRow, NamedLayers } from './namedLayers.ts';
import { pyramidPooling } from './pyramidPooling.ts';

export interface PspnetSettings {
  readonly classes: number;
  /** Blocks of the fourth stage: 0 in the report, 6 in PSPNet-50, 23 in PSPNet-101. */
  readonly stage4: number;
  /** Channels of the stem; every other width is a multiple of it. 64 as published. */
  readonly width: number;
  /** Channels of each level of the pyramid and of the last convolution. 512 as published. */
  readonly pyramidWidth: number;
  /**
   * Which convolution of conv3_1 halves the map: its first, as in Caffe and the Keras port, or its 3 x 3, as in PyTorch
   * (hszhao/semseg). Weights fit either and mean something in one only. Default `reduce`.
   */
  readonly strideOn?: 'reduce' | '3x3';
}

export interface Pspnet {
  /** [N, classes, ceil(H / 8), ceil(W / 8)], before they are enlarged. */
  readonly cellLogits: Tensor;
  /** [N, classes, H, W], enlarged to the picture's size; their softmax over axis 1 is P(class | pixel). */
  readonly logits: Tensor;
  /** P(class | pixel), [N, classes, H, W]. */
  readonly probabilities: Tensor;
  readonly layers: readonly LayerRow[];
}

export interface PspnetOptions {
  /** For dropout, at training only: see `pspnetNoiseShape`. */
  readonly noise?: Tensor;
  /** Share of the last features that a step leaves out, 0..1; default 0.1. */
  readonly dropout?: number;
  readonly firstNumbers?: FirstNumbers;
}

/** In the order in which the port names them; they are joined the other way round. */
const pyramidSides = [1, 2, 3, 6];
const pspnetDropout = 0.1;

/** Means of ImageNet's channels as the Caffe networks have them: red, green, blue. */
export const pspnetMean = [123.68, 116.779, 103.939] as const;

/** Shape of the noise 0..1 that dropout is fed with at training. */
export function pspnetNoiseShape(
  { pyramidWidth }: Pick<PspnetSettings, 'pyramidWidth'>,
  batch: number,
  side: number,
): number[] {
  const cells = Math.ceil(side / 8);
  return [batch, pyramidWidth, cells, cells];
}

/**
 * @param picture [N, 3, H, W]: blue, green, red minus `pspnetMean`; 473 x 473 as published, and any size whose eighth
 * is 6 cells or more
 */
export function pspnet(
  context: BlockContext,
  picture: Tensor,
  { classes, stage4, width, pyramidWidth, strideOn = 'reduce' }: PspnetSettings,
  { noise, dropout = pspnetDropout, firstNumbers }: PspnetOptions = {},
): Pspnet {
  const layers = new NamedLayers(context, firstNumbers);
  const normalised = (name: string, x: Flow): Flow => layers.batchNormalization(`${name}_bn`, x);
  const stages = [
    { stage: 2, blocks: 3, level: 1, dilation: 1, stride: 1 },
    { stage: 3, blocks: 4, level: 2, dilation: 1, stride: 2 },
    { stage: 4, blocks: stage4, level: 4, dilation: 2, stride: 1 },
    { stage: 5, blocks: 3, level: 8, dilation: 4, stride: 1 },
  ];

  function stem(name: string, x: Flow, outputs: number, stride: number): Flow {
    const options = { kernel: 3, stride, padding: 'same' } as const;
    return layers.relu(normalised(name, layers.convolution(name, x, outputs, options)));
  }

  /** The ReLU at the beginning feeds both the three convolutions and the shortcut. */
  function block(name: string, before: Flow, level: number, dilation: number, stride: number, isFirst: boolean): Flow {
    const x = layers.relu(before);
    const inner = width * level;
    const outer = 4 * inner;
    const [reduce, middle, increase, project] = ['1x1_reduce', '3x3', '1x1_increase', '1x1_proj'].map(
      (part) => `${name}_${part}`,
    );
    const [first, second] = strideOn === 'reduce' ? [stride, 1] : [1, stride];
    let y = layers.relu(normalised(reduce, layers.convolution(reduce, x, inner, { stride: first })));
    y = layers.convolution(middle, layers.zeroPadding(y, dilation), inner, { kernel: 3, dilation, stride: second });
    y = layers.relu(normalised(middle, y));
    y = normalised(increase, layers.convolution(increase, y, outer));
    if (!isFirst) return layers.add(y, x);
    return layers.add(y, normalised(project, layers.convolution(project, x, outer, { stride })));
  }

  let x = stem('conv1_1_3x3_s2', layers.input(picture), width, 2);
  x = stem('conv1_2_3x3', x, width, 1);
  x = stem('conv1_3_3x3', x, 2 * width, 1);
  x = layers.maxPooling(x, 3, 2);
  for (const { stage, blocks, level, dilation, stride } of stages) {
    for (let index = 1; index <= blocks; index++) {
      const isFirst = index === 1;
      x = block(`conv${stage}_${index}`, x, level, dilation, isFirst ? stride : 1, isFirst);
    }
  }
  x = layers.relu(x);

  const [, , rows, columns] = x.tensor.shape;
  const pyramid = pyramidPooling(x, pyramidSides, {
    pool: (map, side) => layers.averagePooling(map, side),
    reduce: (pooled, side) => {
      const name = `conv5_3_pool${side}_conv`;
      return layers.relu(normalised(name, layers.convolution(name, pooled, pyramidWidth)));
    },
    enlarge: (reduced) => layers.interp(reduced, rows, columns),
  });
  x = layers.concatenate([x, ...pyramid.reverse()]);
  x = layers.relu(
    normalised('conv5_4', layers.convolution('conv5_4', x, pyramidWidth, { kernel: 3, padding: 'same' })),
  );
  x = layers.dropout(x, dropout, noise);
  x = layers.convolution('conv6', x, classes, { bias: true });
  const cellLogits = x.tensor;
  const [, , height, breadth] = picture.shape;
  const logits = layers.interp(x, height, breadth);
  return { cellLogits, logits: logits.tensor, probabilities: layers.softmax(logits).tensor, layers: layers.rows };
}
