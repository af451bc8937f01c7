/** The building blocks of networks: an operation together with its parameters. */
import { type ConvOptions, conv } from '../graph/convolution.ts';
import { add, multiply, relu } from '../graph/elementwise.ts';
import { matmul } from '../graph/matmul.ts';
import { batchNormInference, batchNormTraining } from '../graph/normalisation.ts';
import type { Tensor } from '../graph/tensor.ts';
import { glorot, he, ones, zeros } from './initialisers.ts';
import type { Parameters } from './parameters.ts';

/** Whether batch normalisation uses the batch's statistics (and updates the running ones) or the running ones. */
export type Mode = 'training' | 'inference';

export interface BlockContext {
  readonly parameters: Parameters;
  readonly mode: Mode;
}

/** Share of the batch's statistics in the running ones at each step. */
const MOMENTUM = 0.05;
const EPSILON = 1e-5;

/** Padding that keeps the size at stride 1 for odd kernels: dilation * (kernel - 1) / 2 on each side. */
export function samePads(kernel: number, dilation = 1): [number, number, number, number] {
  const pad = (dilation * (kernel - 1)) / 2;
  return [pad, pad, pad, pad];
}

export interface ConvolutionOptions extends ConvOptions {
  /** Side of the kernel; default 1. */
  readonly kernel?: number;
  /** Default true. */
  readonly bias?: boolean;
}

/** [N, C, H, W] to [N, outputs, OH, OW]; parameters `name/weight` and `name/bias`. */
export function convolution(
  { parameters }: BlockContext,
  name: string,
  x: Tensor,
  outputs: number,
  { kernel = 1, bias = true, ...options }: ConvolutionOptions = {},
): Tensor {
  const groups = options.groups ?? 1;
  const weight = parameters.create(`${name}/weight`, [outputs, x.shape[1] / groups, kernel, kernel], he);
  return conv(x, weight, bias ? parameters.create(`${name}/bias`, [outputs], zeros) : undefined, {
    pads: samePads(kernel, options.dilations?.[0]),
    ...options,
  });
}

/** Parameters `name/gamma`, `name/beta` and the statistics `name/mean`, `name/variance`. */
export function batchNorm({ parameters, mode }: BlockContext, name: string, x: Tensor): Tensor {
  const shape = [x.shape[1]];
  const gamma = parameters.create(`${name}/gamma`, shape, ones);
  const beta = parameters.create(`${name}/beta`, shape, zeros);
  const values = (value: number): Float32Array => new Float32Array(shape[0]).fill(value);
  const mean = parameters.adopt(`${name}/mean`, shape, values(0), { trainable: false });
  const variance = parameters.adopt(`${name}/variance`, shape, values(1), { trainable: false });
  if (mode === 'inference') return batchNormInference(x, gamma, beta, mean, variance, EPSILON);
  const batch = batchNormTraining(x, gamma, beta, EPSILON);
  const blend = (old: Tensor, fresh: Tensor): Tensor => add(multiply(old, 1 - MOMENTUM), multiply(fresh, MOMENTUM));
  parameters.updates.set(`${name}/mean`, blend(mean, batch.mean));
  parameters.updates.set(`${name}/variance`, blend(variance, batch.variance));
  return batch.y;
}

/** Convolution without bias, batch normalisation, ReLU. */
export function convolutionBlock(
  context: BlockContext,
  name: string,
  x: Tensor,
  outputs: number,
  options: ConvolutionOptions = {},
): Tensor {
  return relu(batchNorm(context, `${name}/norm`, convolution(context, name, x, outputs, { ...options, bias: false })));
}

/** A depthwise 3 x 3 and a pointwise convolution, each a block (Howard et al. 2017). */
export function separableBlock(context: BlockContext, name: string, x: Tensor, outputs: number): Tensor {
  const depthwise = { kernel: 3, groups: x.shape[1] };
  const spread = convolutionBlock(context, `${name}/depthwise`, x, x.shape[1], depthwise);
  return convolutionBlock(context, `${name}/pointwise`, spread, outputs);
}

/** [N, inputs] to [N, outputs]; parameters `name/weight` [inputs, outputs] and `name/bias`. */
export function dense({ parameters }: BlockContext, name: string, x: Tensor, outputs: number): Tensor {
  const weight = parameters.create(`${name}/weight`, [x.shape[1], outputs], glorot);
  return add(matmul(x, weight), parameters.create(`${name}/bias`, [outputs], zeros));
}
