/**
 * What networks are trained to make small. Every loss is a graph that ends in one number, the mean over whatever it
 * judges; logits go in rather than probabilities wherever a logarithm would follow, because log(softmax) and
 * log(sigmoid) of large logits are exact only when taken together.
 */
import {
  add,
  divide,
  exp,
  maximum,
  multiply,
  negate,
  relu,
  sigmoid,
  softplus,
  subtract,
} from '../graph/elementwise.ts';
import { matmul } from '../graph/matmul.ts';
import { reshape, transpose } from '../graph/movement.ts';
import { max, mean, sum } from '../graph/reductions.ts';
import { logSoftmax } from '../graph/softmax.ts';
import { constant, type Tensor } from '../graph/tensor.ts';

/** Below this total weight nothing counts, and the loss is 0 rather than 0 / 0. */
const LEAST_TOTAL_WEIGHT = 1e-6;

/** Mean of the values, each counted `weights` times. */
function weightedMean(values: Tensor, weights: Tensor | undefined): Tensor {
  if (weights === undefined) return mean(values);
  return divide(sum(multiply(values, weights)), maximum(sum(weights), LEAST_TOTAL_WEIGHT));
}

/**
 * Cross entropy, -sum_c t_c log softmax(x)_c, averaged over the rows.
 * @param logits [M, classes]; pixels are rows: transpose [N, classes, H, W] to [N H W, classes] first
 * @param targets [M, classes], probabilities: one-hot, smoothed, or a teacher's
 * @param weights [M], 0 for a row that is not judged; default all 1
 */
export function softmaxCrossEntropy(logits: Tensor, targets: Tensor, weights?: Tensor): Tensor {
  return weightedMean(negate(sum(multiply(targets, logSoftmax(logits)), { axes: [-1] })), weights);
}

/**
 * Cross entropy of independent yes-or-no questions, -t log s(x) - (1 - t) log(1 - s(x)) = softplus(x) - t x.
 * @param logits any shape
 * @param targets the same shape, 0..1
 * @param weights the same shape, 0 for what is not judged; default all 1
 */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor, weights?: Tensor): Tensor {
  return weightedMean(subtract(softplus(logits), multiply(targets, logits)), weights);
}

export interface FocalOptions {
  /** How strongly well judged elements are passed over, from 0 up; default 2. */
  readonly gamma?: number;
  /** Weight of the targets that are 1, 0..1; those that are 0 get 1 - alpha. Default 0.25. */
  readonly alpha?: number;
}

/**
 * Focal loss, -a_t (1 - p_t)^gamma log p_t with p_t the probability given to the truth (Lin et al. 2017), averaged over
 * all elements; the paper divides by the number of positive ones instead.
 * @param logits any shape
 * @param targets the same shape, 0 or 1
 */
export function focal(logits: Tensor, targets: Tensor, { gamma = 2, alpha = 0.25 }: FocalOptions = {}): Tensor {
  // With z the logit of the truth, log p_t = -softplus(-z) and log(1 - p_t) = -softplus(z): no power of 0 anywhere.
  const truth = multiply(logits, subtract(multiply(targets, 2), 1));
  const balance = add(multiply(targets, 2 * alpha - 1), 1 - alpha);
  return mean(multiply(balance, multiply(exp(multiply(softplus(truth), -gamma)), softplus(negate(truth)))));
}

/**
 * 1 - Dice coefficient, 1 - 2 sum(p t) / (sum(p^2) + sum(t^2)) for each sample (Milletari et al. 2016, V-Net), averaged
 * over the batch. An empty mask that is predicted empty costs nothing.
 * @param logits [N, ...]; p is their sigmoid
 * @param targets the same shape, 0..1
 */
export function dice(logits: Tensor, targets: Tensor): Tensor {
  const axes = logits.shape.map((_, axis) => axis).slice(1);
  const total = (x: Tensor): Tensor => add(sum(x, { axes }), LEAST_TOTAL_WEIGHT / 2);
  const p = sigmoid(logits);
  const overlap = multiply(total(multiply(p, targets)), 2);
  return subtract(1, mean(divide(overlap, add(total(multiply(p, p)), total(multiply(targets, targets))))));
}

/**
 * Similarity of every picture with every sound: the best over the picture's places, because a sound needs only one
 * place to come from (multiple-instance learning, EZ-VSL, Mo and Morgado 2022).
 * @param maps [N, C, H, W], of unit length along C for cosines
 * @param sounds [M, C], likewise
 * @returns [N, M]
 */
export function bestPlaceSimilarity(maps: Tensor, sounds: Tensor): Tensor {
  const [batch, channels, height, width] = maps.shape;
  return max(matmul(sounds, reshape(maps, [batch, channels, height * width])), { axes: [-1] });
}

/**
 * Contrastive loss, InfoNCE both ways (van den Oord et al. 2018; as EZ-VSL): each picture must find its sound among the
 * batch's sounds and each sound its picture; the sum of both cross entropies.
 * @param similarities [N, N], pairs on the diagonal
 * @param temperature above 0; EZ-VSL takes 0.03
 */
export function contrastive(similarities: Tensor, temperature = 0.03): Tensor {
  const count = similarities.shape[0];
  const pairs = constant(
    Float32Array.from({ length: count * count }, (_, index) => (index % (count + 1) === 0 ? 1 : 0)),
    [count, count],
  );
  const logits = multiply(similarities, 1 / temperature);
  return add(softmaxCrossEntropy(logits, pairs), softmaxCrossEntropy(transpose(logits, [1, 0]), pairs));
}

/**
 * Triplet loss, max(0, |a - p|^2 - |a - n|^2 + margin), averaged over the batch (Schroff et al. 2015, FaceNet).
 * @param anchor [N, C], @param positive [N, C], @param negative [N, C], of unit length in the paper
 * @param margin default 0.2
 */
export function triplet(anchor: Tensor, positive: Tensor, negative: Tensor, margin = 0.2): Tensor {
  const squaredDistance = (other: Tensor): Tensor => {
    const difference = subtract(anchor, other);
    return sum(multiply(difference, difference), { axes: [-1] });
  };
  return mean(relu(add(subtract(squaredDistance(positive), squaredDistance(negative)), margin)));
}
