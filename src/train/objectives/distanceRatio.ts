/**
 * Unsupervised, by attention: Senocak, Oh, Kim, Yang and Kweon, "Learning to Localize Sound Source in Visual Scenes"
 * (CVPR 2018). Cells that fit the sound are attended to; what is seen there must lie nearer to the picture's own sound
 * than to another one. The paper sends what is seen there through two more dense layers and measures distances in the
 * space of a fixed sound network; here maps and sounds share one space.
 */
import { add, multiply, relu, sigmoid, sqrt, subtract } from '../../graph/elementwise.ts';
import { matmul } from '../../graph/matmul.ts';
import { concat, reshape, slice } from '../../graph/movement.ts';
import { mean, sum } from '../../graph/reductions.ts';
import { softmax } from '../../graph/softmax.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Objective } from './objective.ts';
import { unitLength } from './unitLength.ts';

/** Keeps the gradient of a distance of 0 finite. */
const TINY = 1e-12;

/** attention = softmax over the cells of ReLU(cosine): [N, C, H, W] and [N, C] to [N, H W]. */
export function attention(maps: Tensor, sounds: Tensor): Tensor {
  const [batch, channels, height, width] = maps.shape;
  const cells = height * width;
  const seen = reshape(unitLength(maps, 1), [batch, channels, cells]);
  const heard = reshape(unitLength(sounds, 1), [batch, 1, channels]);
  return softmax(relu(reshape(matmul(heard, seen), [batch, cells])));
}

/**
 * Softmax over the distances (d+, d-) to the own sound and to the next pair's, squared error to (0, 1), mean. As there
 * are two of them, both errors are sigmoid(d+ - d-)^2. Fails with RangeError where a batch has no second pair.
 */
export const distanceRatio: Objective = ({ maps, sounds }) => {
  const [batch, channels, height, width] = maps.shape;
  if (batch < 2) throw new RangeError('distanceRatio: a batch of one pair has no wrong sound');
  const cells = height * width;
  const weights = reshape(attention(maps, sounds), [batch, cells, 1]);
  const attended = reshape(matmul(reshape(maps, [batch, channels, cells]), weights), [batch, channels]);
  const wrong = concat([slice(sounds, [{ axis: 0, start: 1 }]), slice(sounds, [{ axis: 0, end: 1 }])], 0);
  const distance = (others: Tensor): Tensor => {
    const difference = subtract(attended, others);
    return sqrt(add(sum(multiply(difference, difference), { axes: [1] }), TINY));
  };
  const error = sigmoid(subtract(distance(sounds), distance(wrong)));
  return mean(multiply(error, error));
};
