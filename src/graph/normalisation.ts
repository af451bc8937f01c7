/** Batch normalisation (Ioffe and Szegedy 2015) over [N, C, ...], in training and in inference mode. */
import { add, divide, multiply, reciprocal, sqrt, subtract } from './elementwise.ts';
import { reshape } from './movement.ts';
import { channelDot, channelSum, mean } from './reductions.ts';
import { operations, sizeOf, type Tensor } from './tensor.ts';

export interface BatchStatistics {
  /** Normalised, scaled and shifted; the shape of x. */
  readonly y: Tensor;
  /** [C] */
  readonly mean: Tensor;
  /** Biased (divided by the count), [C]. */
  readonly variance: Tensor;
}

const otherAxes = (x: Tensor): number[] => x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));

/** [C] to [1, C, 1, ...], to broadcast against x. */
export function alongChannels(values: Tensor, x: Tensor): Tensor {
  return reshape(
    values,
    x.shape.map((size, axis) => (axis === 1 ? size : 1)),
  );
}

/**
 * Normalises with the statistics of the batch, and returns them. Everything is computed from x - mean: the one pass
 * E[x^2] - E[x]^2 loses the digits that count where a few values lie close together, as behind a pyramid's coarsest
 * pool. The gradient is the closed form, a dy + b (x - mean) + c for each channel.
 */
export function batchNormTraining(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number): BatchStatistics {
  const count = sizeOf(x.shape) / x.shape[1];
  const average = mean(x, { axes: otherAxes(x) });
  const centred = subtract(x, alongChannels(average, x));
  const variance = multiply(channelDot(centred, centred), 1 / count);
  const inverse = reciprocal(sqrt(add(variance, epsilon)));
  const scale = multiply(gamma, inverse);
  // The statistics are inputs of the node, but the gradient below already holds their share: none flows back to them.
  const [y] = operations({
    name: 'BatchNormTraining',
    inputs: [x, gamma, beta, centred, alongChannels(scale, x), alongChannels(beta, x)],
    outputs: [{ shape: x.shape }],
    onnx: (emit, [, , , middle, a, b]) => emit.node('Add', [emit.node('Mul', [middle, a]), b]),
    gradient: ([dy]) => {
      const gradientSum = channelSum(dy!);
      const dgamma = multiply(inverse, channelDot(dy!, centred));
      const b = multiply(multiply(scale, inverse), multiply(dgamma, -1 / count));
      const c = multiply(multiply(scale, gradientSum), -1 / count);
      const linear = add(multiply(centred, alongChannels(b, x)), alongChannels(c, x));
      const dx = add(multiply(dy!, alongChannels(scale, x)), linear);
      return [dx, dgamma, gradientSum, undefined, undefined, undefined];
    },
  });
  return { y, mean: average, variance };
}

/** Normalises with given statistics, each [C]; onnxruntime folds it into a preceding convolution. */
export function batchNormInference(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  average: Tensor,
  variance: Tensor,
  epsilon: number,
): Tensor {
  const [y] = operations({
    name: 'BatchNormalization',
    inputs: [x, gamma, beta, average, variance],
    outputs: [{ shape: x.shape }],
    onnx: (emit, inputs) => emit.node('BatchNormalization', inputs, { epsilon: { float: epsilon } }),
    gradient: ([dy]) => {
      const deviation = sqrt(add(variance, epsilon));
      const scale = divide(gamma, deviation);
      const gradientSum = channelSum(dy!);
      const centred = subtract(channelDot(dy!, x), multiply(average, gradientSum));
      const dmean = multiply(multiply(scale, gradientSum), -1);
      const dvariance = multiply(divide(multiply(scale, centred), add(variance, epsilon)), -0.5);
      return [multiply(dy!, alongChannels(scale, x)), divide(centred, deviation), gradientSum, dmean, dvariance];
    },
  });
  return y;
}
