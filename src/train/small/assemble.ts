/** Joins encoders and trained heads into the two networks of the model folder, weights stored as float16. */

import { softmax } from '../../graph/softmax.ts';
import { input } from '../../graph/tensor.ts';
import { writeOnnx } from '../../graph/writeOnnx.ts';
import { Parameters } from '../../layers/parameters.ts';
import { helpWithClasses, pictureSide, soundHead } from '../../networks/small.ts';
import { readPictureEncoder, readSoundEncoder } from './encoders.ts';
import { soundFrames } from './extractEmbeddings.ts';
import type { FeatureScales } from './featureCache.ts';
import { helpedLabels } from './labels.ts';
import { pictureNetwork } from './pictureTraining.ts';
import { soundClassCount } from './soundSet.ts';

/** @param head parameters of the picture head by name; @param pretrained folder of the published networks */
export async function assemblePicture(
  pretrained: string,
  scales: FeatureScales,
  head: ReadonlyMap<string, Float32Array>,
): Promise<Uint8Array> {
  const encoder = await readPictureEncoder(pretrained, input('picture', [1, 3, pictureSide, pictureSide]));
  const probabilities = helpWithClasses(pictureNetwork(encoder.output, scales), encoder.classLogits, helpedLabels);
  return writeOnnx(
    { probabilities },
    { target: 'onnx', weights: new Map([...encoder.weights, ...head]), halfPrecision: true },
  );
}

/** @param head parameters of the sound classifier by name */
export async function assembleSound(pretrained: string, head: ReadonlyMap<string, Float32Array>): Promise<Uint8Array> {
  const encoder = await readSoundEncoder(pretrained, input('logmel', [1, 1, 128, soundFrames]));
  const context = { parameters: new Parameters(), mode: 'inference' as const };
  const probabilities = softmax(soundHead(context, encoder.output, soundClassCount));
  return writeOnnx(
    { probabilities },
    { target: 'onnx', weights: new Map([...encoder.weights, ...head]), halfPrecision: true },
  );
}
