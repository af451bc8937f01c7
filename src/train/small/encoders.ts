/** The published encoders, read into graphs and cut where the small model takes over. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LookhearError } from '../../errors.ts';
import { conv } from '../../graph/convolution.ts';
import { input, type Tensor } from '../../graph/tensor.ts';
import {
  encoderCuts,
  joinPyramids,
  mobilenetInput,
  type Pyramid,
  type strides,
  yoloxInput,
} from '../../networks/small.ts';
import { type OnnxGraph, readOnnx } from '../../weights/readOnnx.ts';

export interface Encoder<Output> {
  readonly output: Output;
  readonly weights: ReadonlyMap<string, Float32Array>;
}

/** Where each published network lies below the folder of pretrained networks. */
const files = {
  mobilenet: 'mobilenet_edgetpu_imagenet/mobilenet_edgetpu.onnx',
  yolox: 'yolox_nano_coco80/yolox_nano.onnx',
  mn04: 'mn04_as/mn04_as.onnx',
} as const;

async function readNetwork(folder: string, name: keyof typeof files): Promise<Uint8Array> {
  const path = join(folder, files[name]);
  try {
    return await readFile(path);
  } catch (cause) {
    throw new LookhearError('INPUT_MISSING', `cannot read the published network ${path}`, {
      hint: 'give the folder of pretrained networks with --pretrained; docs/training.md says where each comes from',
      cause,
    });
  }
}

export interface PictureEncoder extends Encoder<Pyramid<Tensor>> {
  /** MobileNet's classifier applied to each cell: logits [N, 1001, 10, 10]. */
  readonly classLogits: Tensor;
}

/** @param picture RGB planes 0..255, [N, 3, 320, 320] */
export async function readPictureEncoder(folder: string, picture: Tensor): Promise<PictureEncoder> {
  const mobilenet = readOnnx(await readNetwork(folder, 'mobilenet'), {
    inputs: { image: mobilenetInput(picture) },
    prefix: 'mobilenet/',
  });
  const yolox = readOnnx(await readNetwork(folder, 'yolox'), {
    inputs: { images: yoloxInput(picture) },
    prefix: 'yolox/',
  });
  const cut = (network: OnnxGraph, cuts: Pyramid<readonly string[]>): Pyramid<readonly Tensor[]> => {
    const at = (stride: (typeof strides)[number]): Tensor[] => cuts[stride].map((name) => network.value(name));
    return { stride8: at('stride8'), stride16: at('stride16'), stride32: at('stride32') };
  };
  return {
    output: joinPyramids([cut(mobilenet, encoderCuts.mobilenet), cut(yolox, encoderCuts.yolox)]),
    classLogits: conv(
      mobilenet.value('features'),
      input('mobilenet/conv58.weight.dq', [1001, 1280, 1, 1]),
      input('mobilenet/conv58.bias', [1001]),
    ),
    weights: new Map([...mobilenet.weights, ...yolox.weights]),
  };
}

/** @param logMel [N, 1, 128, frames] of the front end `mn04`; the output is the embedding [N, 384] */
export async function readSoundEncoder(folder: string, logMel: Tensor): Promise<Encoder<Tensor>> {
  const network = readOnnx(await readNetwork(folder, 'mn04'), { inputs: { logmel: logMel }, prefix: 'mn04/' });
  return { output: network.value('embedding'), weights: network.weights };
}
