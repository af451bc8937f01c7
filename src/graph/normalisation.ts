/** Batch normalisation (Ioffe and Szegedy 2015) over [N, C, ...], in training and in inference mode. */
import { add, divide, maximum, multiply, reciprocal, sqrt, subtract } from './elementwise.ts';
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
 * Normalises with the statistics of the batch, and returns them. The variance is E[x^2] - E[x]^2, one pass over x; the
 * gradient is the closed form, a x' + b x + c for each channel.
 */
export function batchNormTraining(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number): BatchStatistics {
  const count = sizeOf(x.shape) / x.shape[1];
  const average = mean(x, { axes: otherAxes(x) });
  const variance = maximum(subtract(multiply(channelDot(x, x), 1 / count), multiply(average, average)), 0);
  const inverse = reciprocal(sqrt(add(variance, epsilon)));
  const scale = multiply(gamma, inverse);
  const shift = subtract(beta, multiply(average, scale));
  // The statistics are inputs of the node, but the gradient below already holds their share: none flows back to them.
  const [y] = operations({
    name: 'BatchNormTraining',
    inputs: [x, gamma, beta, alongChannels(scale, x), alongChannels(shift, x)],
    outputs: [{ shape: x.shape }],
    onnx: (emit, [name, , , a, b]) => emit.node('Add', [emit.node('Mul', [name, a]), b]),
    gradient: ([dy]) => {
      const gradientSum = channelSum(dy!);
      const dgamma = multiply(inverse, subtract(channelDot(dy!, x), multiply(average, gradientSum)));
      const b = multiply(multiply(scale, inverse), multiply(dgamma, -1 / count));
      const c = subtract(multiply(multiply(scale, gradientSum), -1 / count), multiply(b, average));
      const linear = add(multiply(x, alongChannels(b, x)), alongChannels(c, x));
      return [add(multiply(dy!, alongChannels(scale, x)), linear), dgamma, gradientSum, undefined, undefined];
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
