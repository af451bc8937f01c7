/**
 * A small model that any objective can teach: the small preset's encoders, frozen, and above them a few layers that put
 * what is seen in each cell and what is heard into one space. The score is a cosine through a sigmoid whose slope and
 * offset are learnt, as AVOL-Net has it (Arandjelovic and Zisserman 2018).
 */
import { add, cast, multiply, relu, sigmoid } from '../../graph/elementwise.ts';
import { matmul } from '../../graph/matmul.ts';
import { reshape } from '../../graph/movement.ts';
import { resizeBilinear } from '../../graph/resize.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { type BlockContext, batchNorm, convolution, dense } from '../../layers/blocks.ts';
import { constantValue } from '../../layers/initialisers.ts';
import { standardise } from '../../networks/small.ts';
import { unitLength } from '../objectives/unitLength.ts';
import { type ChannelScale, type FeatureScales, strideSide } from '../small/featureCache.ts';

/** Cells along each side of the model's maps, as in Senocak et al. */
export const mapSide = strideSide.stride16;
/** Dimensions of the common space. */
const SPACE = 64;
const WIDTH = 96;
/** Normalisation follows, which has one. */
const noBias = { bias: false };
/** Where the sigmoid begins: at a cosine of 0 few cells sound, at 0.5 most do. */
const SLOPE = 10;
const OFFSET = -3;

export interface Bytes {
  /** uint8 [N, C, 20, 20] and [N, C, 10, 10], as the feature cache holds them. */
  readonly stride16: Tensor;
  readonly stride32: Tensor;
}

function fromBytes(bytes: Tensor, scales: readonly ChannelScale[]): Tensor {
  const mean = Float32Array.from(scales, (scale) => (scale.mean - scale.low) / scale.step);
  const deviation = Float32Array.from(scales, (scale) => scale.deviation / scale.step);
  return standardise(cast(bytes, 'float32'), { mean, deviation });
}

/** @returns what each cell shows, [N, 64, 20, 20] */
export function see(context: BlockContext, bytes: Bytes, scales: FeatureScales): Tensor {
  const fine = convolution(context, 'see/stride16', fromBytes(bytes.stride16, scales.stride16), WIDTH, noBias);
  const coarse = convolution(context, 'see/stride32', fromBytes(bytes.stride32, scales.stride32), WIDTH, noBias);
  const joined = add(fine, resizeBilinear(coarse, mapSide, mapSide, 'half-pixel'));
  return convolution(context, 'see/space', relu(batchNorm(context, 'see/norm', joined)), SPACE);
}

/** @param embedding [N, 384], mn04's; @returns what is heard, [N, 64] */
export function hear(context: BlockContext, embedding: Tensor): Tensor {
  return dense(context, 'hear/space', embedding, SPACE);
}

/** Cosine of each cell of picture k with sound k, [N, H, W]. */
export function cosines(maps: Tensor, sounds: Tensor): Tensor {
  const [batch, channels, height, width] = maps.shape;
  const seen = reshape(unitLength(maps, 1), [batch, channels, height * width]);
  const heard = reshape(unitLength(sounds, 1), [batch, 1, channels]);
  return reshape(matmul(heard, seen), [batch, height, width]);
}

/** 0..1, [N, H, W]. */
export function correspondence({ parameters }: BlockContext, maps: Tensor, sounds: Tensor): Tensor {
  const slope = parameters.create('score/slope', [1], constantValue(SLOPE));
  const offset = parameters.create('score/offset', [1], constantValue(OFFSET));
  return sigmoid(add(multiply(cosines(maps, sounds), slope), offset));
}
