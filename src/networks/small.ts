/**
 * The small model. Eyes: two published encoders side by side, MobileNet EdgeTPU (ImageNet: instruments, animals) and
 * YOLOX-nano (COCO: people, vehicles), and above them pyramid pooling in PSPNet's manner (Zhao et al. 2017), which
 * gives every cell of a 40 x 40 grid a probability for each label and the background. Ears: EfficientAT's mn04 and a
 * small classifier.
 */

import { add, divide, hardSwish, multiply, subtract } from '../graph/elementwise.ts';
import { matmul } from '../graph/matmul.ts';
import { concat, reshape, slice } from '../graph/movement.ts';
import { adaptiveAveragePool, dropout } from '../graph/pooling.ts';
import { sum } from '../graph/reductions.ts';
import { resizeBilinear } from '../graph/resize.ts';
import { softmax } from '../graph/softmax.ts';
import { constant, type Tensor } from '../graph/tensor.ts';
import { type BlockContext, convolution, convolutionBlock, dense, separableBlock } from '../layers/blocks.ts';
import { pyramidPooling } from './pyramidPooling.ts';

/** Side of the square that a picture is stretched to, in pixels. */
export const pictureSide = 320;
/** Side of the grid of cells that the network answers for. */
export const gridSide = 40;

/** Maps at strides 8, 16 and 32 of the picture, each [N, C, H, W]. */
export interface Pyramid<Value> {
  readonly stride8: Value;
  readonly stride16: Value;
  readonly stride32: Value;
}

export const strides = ['stride8', 'stride16', 'stride32'] as const;

/** Names in the published files of the values where the encoders are cut. */
export const encoderCuts = {
  mobilenet: { stride8: ['add23_51'], stride16: ['conv32_94', 'add53_121'], stride32: ['conv56_164', 'add68_156'] },
  yolox: { stride8: ['956'], stride16: ['990'], stride32: ['1024'] },
} as const satisfies Record<string, Pyramid<readonly string[]>>;

/** RGB planes 0..255 as MobileNet EdgeTPU wants them: (x - 128) / 127. */
export function mobilenetInput(picture: Tensor): Tensor {
  return multiply(subtract(picture, 128), 1 / 127);
}

/** RGB planes 0..255 as YOLOX wants them: the same numbers in the order blue, green, red. */
export function yoloxInput(picture: Tensor): Tensor {
  const plane = (index: number): Tensor => slice(picture, [{ axis: 1, start: index, end: index + 1 }]);
  return concat([plane(2), plane(1), plane(0)], 1);
}

/** Mean and deviation of each channel over the training pictures, by which the head's input is standardised. */
export interface ChannelStatistics {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

export function standardise(x: Tensor, { mean, deviation }: ChannelStatistics): Tensor {
  const perChannel = (values: Float32Array): Tensor => constant(values, [1, values.length, 1, 1]);
  return divide(subtract(x, perChannel(mean)), perChannel(deviation));
}

const WIDTH_8 = 48;
const WIDTH_16 = 112;
const WIDTH_32 = 128;
const WIDTH_POOL = 32;
const WIDTH_FINE = 96;
const POOLED_SIDES = [1, 2, 5];
const DROPOUT = 0.1;

/** Uniform numbers 0..1 that the picture head's dropout is fed at training: [N, 96, 1, 1]. */
export const pictureNoiseShape = (batch: number): number[] => [batch, WIDTH_FINE, 1, 1];

/**
 * @param features standardised encoder maps
 * @param noise fed at training only
 * @returns logits [N, classes, 40, 40]
 */
export function pictureHead(context: BlockContext, features: Pyramid<Tensor>, classes: number, noise?: Tensor): Tensor {
  const fine = convolutionBlock(context, 'head/stride8', features.stride8, WIDTH_8);
  const middle = convolutionBlock(context, 'head/stride16', features.stride16, WIDTH_16);
  const coarse = convolutionBlock(context, 'head/stride32', features.stride32, WIDTH_32);
  const [, , coarseSide] = coarse.shape;
  const [, , middleSide] = middle.shape;
  const pooled = pyramidPooling(coarse, POOLED_SIDES, {
    pool: (map, side) => adaptiveAveragePool(map, side, side),
    reduce: (mean, side) => convolutionBlock(context, `head/pool${side}`, mean, WIDTH_POOL),
    enlarge: (reduced) => resizeBilinear(reduced, coarseSide, coarseSide, 'half-pixel'),
  });
  const context32 = resizeBilinear(concat([coarse, ...pooled], 1), middleSide, middleSide, 'half-pixel');
  let x = convolutionBlock(context, 'head/join16', concat([context32, middle], 1), WIDTH_16);
  x = separableBlock(context, 'head/refine16a', x, WIDTH_16);
  x = separableBlock(context, 'head/refine16b', x, WIDTH_16);
  x = concat([resizeBilinear(x, gridSide, gridSide, 'half-pixel'), fine], 1);
  x = separableBlock(context, 'head/refine8a', x, WIDTH_FINE);
  x = separableBlock(context, 'head/refine8b', x, WIDTH_FINE);
  if (noise) x = dropout(x, noise, DROPOUT);
  return convolution(context, 'head/classify', x, classes);
}

/** Width of the sound classifier's hidden layer. */
const WIDTH_SOUND = 256;
const SOUND_DROPOUT = 0.4;

/** Uniform numbers 0..1 that the sound head's dropout is fed at training. */
export const soundNoiseShape = (batch: number): number[] => [batch, WIDTH_SOUND];

/**
 * @param embedding [N, 384], mn04's
 * @returns logits [N, classes]
 */
export function soundHead(context: BlockContext, embedding: Tensor, classes: number, noise?: Tensor): Tensor {
  let hidden = hardSwish(dense(context, 'head/hidden', embedding, WIDTH_SOUND));
  if (noise) hidden = dropout(hidden, noise, SOUND_DROPOUT);
  return dense(context, 'head/classify', hidden, classes);
}

/**
 * Gives labels that too few pictures show what ImageNet's classes know about them: of each cell's background, the share
 * that MobileNet's classifier takes for one of the label's classes goes to the label.
 *
 * @param probabilities [N, labels + 1, 40, 40], the background last
 * @param classLogits [N, 1001, 10, 10], the classifier applied to each cell
 * @param helped for each label that is helped: its index (from `labels` up for a label that the head does not have, in
 * order) and the indices of its classes
 * @returns [N, labels + added labels + 1, 40, 40], the background last
 */
export function helpWithClasses(
  probabilities: Tensor,
  classLogits: Tensor,
  helped: readonly { readonly label: number; readonly classes: readonly number[] }[],
): Tensor {
  const [batch, channels, rows, columns] = probabilities.shape;
  const [, classes, classRows, classColumns] = classLogits.shape;
  const known = channels - 1;
  const all = Math.max(known, ...helped.map(({ label }) => label + 1));
  const membership = new Float32Array(all * classes);
  for (const { label, classes: members } of helped)
    for (const member of members) membership[label * classes + member] = 1;
  const cells = reshape(softmax(classLogits, 1), [batch, classes, classRows * classColumns]);
  const coarse = reshape(matmul(constant(membership, [all, classes]), cells), [batch, all, classRows, classColumns]);
  const share = resizeBilinear(coarse, rows, columns, 'half-pixel');
  const channel = (start: number, end: number): Tensor => slice(probabilities, [{ axis: 1, start, end }]);
  const background = channel(known, channels);
  const seen = concat(
    [
      channel(0, known),
      constant(new Float32Array(batch * (all - known) * rows * columns), [batch, all - known, rows, columns]),
    ],
    1,
  );
  const rest = subtract(1, sum(share, { axes: [1], keep: true }));
  return concat([add(seen, multiply(share, background)), multiply(background, rest)], 1);
}

/** Joins what the two encoders see at each stride. */
export function joinPyramids(parts: readonly Pyramid<readonly Tensor[]>[]): Pyramid<Tensor> {
  const at = (stride: (typeof strides)[number]): Tensor =>
    concat(
      parts.flatMap((part) => [...part[stride]]),
      1,
    );
  return { stride8: at('stride8'), stride16: at('stride16'), stride32: at('stride32') };
}
