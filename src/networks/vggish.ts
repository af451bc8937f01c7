/**
 * VGGish (Hershey et al. 2017) as the Keras port builds it (DTaoo/VGGish): VGG's configuration A without its last group,
 * on a patch of 96 frames of 64 mel bands, to 128 numbers. The report's names are the port's with a suffix.
 */
import { softmax } from '../graph/softmax.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { BlockContext } from '../layers/blocks.ts';
import { type Flow, type LayerRow, NamedLayers } from './namedLayers.ts';

export interface VggishSettings {
  /** Channels of the four groups of convolutions; 64, 128, 256, 512 as published. */
  readonly widths: readonly [number, number, number, number];
  /** Of the two hidden dense layers; 4096 as published. */
  readonly hidden: number;
  /** Numbers that come out; 128 as published. */
  readonly embedding: number;
  /** Whether the last layer ends in a ReLU, as in the ports to Keras and PyTorch; TensorFlow's original ends linear. */
  readonly lastRelu: boolean;
}

export interface Vggish {
  /** [N, embedding] */
  readonly embedding: Tensor;
  readonly layers: readonly LayerRow[];
}

/** Frames and mel bands of a patch: the shape of the input is [N, 1, 96, 64]. */
export const vggishPatch = [96, 64] as const;

/** Those 96 frames of 25 ms every 10 ms, and the next 96 behind them. */
export const vggishTiming = { patchSeconds: 0.975, hopSeconds: 0.96 } as const;

/** @param logMel [N, 1, 96, 64], log(mel + 0.01) of 0.96 s at 16 kHz */
export function vggish(
  context: BlockContext,
  logMel: Tensor,
  { widths, hidden, embedding, lastRelu }: VggishSettings,
  suffix = '',
): Vggish {
  const layers = new NamedLayers(context, {}, suffix);
  const convolution = (name: string, x: Flow, outputs: number): Flow =>
    layers.withRelu(layers.convolution(name, x, outputs, { kernel: 3, padding: 'same', bias: true }));
  let x = layers.input(logMel, 'input_1');
  x = layers.maxPooling(convolution('conv1', x, widths[0]), 2, 2, 'pool1');
  x = layers.maxPooling(convolution('conv2', x, widths[1]), 2, 2, 'pool2');
  x = convolution('conv3/conv3_1', x, widths[2]);
  x = layers.maxPooling(convolution('conv3/conv3_2', x, widths[2]), 2, 2, 'pool3');
  x = convolution('conv4/conv4_1', x, widths[3]);
  x = layers.maxPooling(convolution('conv4/conv4_2', x, widths[3]), 2, 2, 'pool4');
  x = layers.flatten('flatten_', x);
  x = layers.withRelu(layers.dense('vggish_fc1/fc1_1', x, hidden));
  x = layers.withRelu(layers.dense('vggish_fc1/fc1_2', x, hidden));
  x = layers.dense('vggish_fc2', x, embedding);
  if (lastRelu) x = layers.withRelu(x);
  return { embedding: x.tensor, layers: layers.rows };
}

/** The report's layer behind VGGish: from its numbers to a probability for each of the picture's classes. */
export function soundClassifier(
  context: BlockContext,
  embedding: Tensor,
  classes: number,
  suffix = '',
): { readonly probabilities: Tensor; readonly layers: readonly LayerRow[] } {
  const layers = new NamedLayers(context);
  const before = { tensor: embedding, layer: `vggish_fc2${suffix}` };
  const { tensor } = layers.dense('audio_dense', before, classes);
  return { probabilities: softmax(tensor, 1), layers: layers.rows };
}
