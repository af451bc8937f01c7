/**
 * The training graph of the picture head, on cached encoder maps. The loss asks of each cell that the probability
 * falls into the set of classes that the annotation allows (targets.ts), and of each label without a place that some
 * cells show it (multiple-instance learning).
 */
import { add, cast, detach, divide, exp, log, multiply, negate } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/movement.ts';
import { sum } from '../../graph/reductions.ts';
import { logSoftmax } from '../../graph/softmax.ts';
import { constant, input, type Tensor } from '../../graph/tensor.ts';
import { adamW } from '../../layers/optimisers.ts';
import { Parameters } from '../../layers/parameters.ts';
import { type TrainingStep, trainingStep } from '../../layers/trainingStep.ts';
import {
  type ChannelStatistics,
  gridSide,
  type Pyramid,
  pictureHead,
  pictureNoiseShape,
  standardise,
  type strides,
} from '../../networks/small.ts';
import { type ChannelScale, type FeatureScales, strideSide } from './featureCache.ts';
import { pictureClassCount } from './targets.ts';

const cells = gridSide * gridSide;

/** Share of the loss for labels without a place. */
const PLACELESS_WEIGHT = 0.7;
/** How sharply a label without a place concentrates on the cells that show it best: weight ~ p^sharpness. */
const PLACELESS_SHARPNESS = 2;
const WEIGHT_DECAY = 0.02;
const CLIP_NORM = 5;
/** Keeps the logarithm finite where float32 rounds a probability to 0. */
const TINY = 1e-7;

export function statisticsOf(scales: readonly ChannelScale[]): ChannelStatistics {
  return {
    mean: Float32Array.from(scales, ({ mean }) => mean),
    deviation: Float32Array.from(scales, ({ deviation }) => deviation),
  };
}

/** Bytes of the cache as standardised floats: (low + step * byte - mean) / deviation. */
function fromBytes(bytes: Tensor, scales: readonly ChannelScale[]): Tensor {
  const perChannel = (value: (scale: ChannelScale) => number): Tensor =>
    constant(Float32Array.from(scales, value), [1, scales.length, 1, 1]);
  const factor = perChannel(({ step, deviation }) => step / deviation);
  const offset = perChannel(({ low, mean, deviation }) => (low - mean) / deviation);
  return add(multiply(cast(bytes, 'float32'), factor), offset);
}

/** @param weights [N, cells]; @param allowed uint8 [N, classes, cells]; @param placeless [N, classes] */
export function partialLabelLoss(logits: Tensor, allowed: Tensor, weights: Tensor, placeless: Tensor): Tensor {
  const batch = logits.shape[0];
  const logProbability = logSoftmax(reshape(logits, [batch, pictureClassCount, cells]), 1);
  const probability = exp(logProbability);
  const inside = sum(multiply(probability, cast(allowed, 'float32')), { axes: [1] });
  const placed = negate(sum(multiply(log(add(inside, TINY)), weights)));

  const sharp = exp(multiply(logProbability, PLACELESS_SHARPNESS));
  const attention = detach(divide(sharp, add(sum(sharp, { axes: [2], keep: true }), TINY)));
  const missing = negate(sum(multiply(attention, logProbability), { axes: [2] }));
  const unplaced = multiply(sum(multiply(missing, placeless)), PLACELESS_WEIGHT);
  return multiply(add(placed, unplaced), 1 / batch);
}

export interface PictureTraining {
  readonly step: TrainingStep;
  /** Shapes of what is fed at each step. */
  readonly maps: Pyramid<Tensor>;
}

export function pictureTraining(scales: FeatureScales, batch: number, seed: number): PictureTraining {
  const parameters = new Parameters(seed);
  const mapInput = (stride: keyof FeatureScales): Tensor =>
    input(stride, [batch, scales[stride].length, strideSide[stride], strideSide[stride]], 'uint8');
  const maps = { stride8: mapInput('stride8'), stride16: mapInput('stride16'), stride32: mapInput('stride32') };
  const features = {
    stride8: fromBytes(maps.stride8, scales.stride8),
    stride16: fromBytes(maps.stride16, scales.stride16),
    stride32: fromBytes(maps.stride32, scales.stride32),
  };
  const noise = input('noise', pictureNoiseShape(batch));
  const logits = pictureHead({ parameters, mode: 'training' }, features, pictureClassCount, noise);
  const loss = partialLabelLoss(
    logits,
    input('allowed', [batch, pictureClassCount, cells], 'uint8'),
    input('weights', [batch, cells]),
    input('placeless', [batch, pictureClassCount]),
  );
  const step = trainingStep({
    parameters,
    loss,
    optimiser: adamW({ weightDecay: WEIGHT_DECAY }),
    clipNorm: CLIP_NORM,
  });
  return { step, maps };
}

/** The head alone in inference mode on cached maps: probabilities [N, classes, 40, 40]. For validation. */
export function pictureValidation(scales: FeatureScales, batch: number): Tensor {
  const parameters = new Parameters();
  const features = (stride: (typeof strides)[number]): Tensor =>
    fromBytes(
      input(stride, [batch, scales[stride].length, strideSide[stride], strideSide[stride]], 'uint8'),
      scales[stride],
    );
  const pyramid = { stride8: features('stride8'), stride16: features('stride16'), stride32: features('stride32') };
  const logits = pictureHead({ parameters, mode: 'inference' }, pyramid, pictureClassCount);
  return exp(logSoftmax(logits, 1));
}

/** The whole picture network: RGB planes to probabilities, with the encoders' outputs standardised. */
export function pictureNetwork(features: Pyramid<Tensor>, scales: FeatureScales): Tensor {
  const parameters = new Parameters();
  const pyramid = {
    stride8: standardise(features.stride8, statisticsOf(scales.stride8)),
    stride16: standardise(features.stride16, statisticsOf(scales.stride16)),
    stride32: standardise(features.stride32, statisticsOf(scales.stride32)),
  };
  return exp(logSoftmax(pictureHead({ parameters, mode: 'inference' }, pyramid, pictureClassCount), 1));
}
