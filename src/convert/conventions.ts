/**
 * How others name the arrays of PSPNet and VGGish, a row each: from a name in a file to our parameter and to how the
 * values lie in the file. Ours are `<layer>/weight`, `/bias`, `/gamma`, `/beta`, `/mean`, `/variance`, the layers named
 * as in the Keras ports.
 */
import { pspnetMean } from '../networks/pspnet.ts';
import type { PictureNetwork } from '../weights/model.ts';
import type { Layout } from './layouts.ts';

export type Side = 'picture' | 'sound';

export interface Recognised {
  readonly parameter: string;
  readonly layout: Layout;
  /** Where the name itself says it. */
  readonly side?: Side;
}

/** What a network is built with and fed, beyond its preset, because its weights were trained so. */
export interface NetworkSettings {
  /** See `PspnetSettings.strideOn`. */
  readonly strideOn: 'reduce' | '3x3';
  readonly preprocess: NonNullable<PictureNetwork['preprocess']>;
}

export interface Convention {
  readonly name: string;
  /** @param known names of the parameters that are looked for; whatever is none of them is not recognised */
  readonly recognise: (name: string, known: ReadonlySet<string>) => Recognised | undefined;
  /** Names of what belongs to such files and to none of our networks. */
  readonly leavesOut?: RegExp;
  readonly settings?: NetworkSettings;
}

/** The port's: blue, green, red minus the means of Caffe's networks, resized by Pillow. */
export const portSettings: NetworkSettings = {
  strideOn: 'reduce',
  preprocess: { resize: 'pillow', order: 'bgr', scale: 1, mean: [...pspnetMean], deviation: [1, 1, 1] },
};

/** torchvision's means and deviations of ImageNet, times 255. */
const semsegSettings: NetworkSettings = {
  strideOn: '3x3',
  preprocess: {
    resize: 'exact',
    order: 'rgb',
    scale: 1,
    mean: [123.675, 116.28, 103.53],
    deviation: [58.395, 57.12, 57.375],
  },
};

/** Endings of names, the longer before the shorter that they end in, and what stands behind our layer's name. */
type Endings = readonly (readonly [ending: string, kind: string])[];

const kerasEndings: Endings = [
  ['kernel', 'weight'],
  ['bias', 'bias'],
  ['gamma', 'gamma'],
  ['beta', 'beta'],
  ['moving_mean', 'mean'],
  ['moving_variance', 'variance'],
];

/** Of the port's .npy, which took them over from Caffe's converter, and of TF-Slim. */
const caffeEndings: Endings = [
  ['weights', 'weight'],
  ['biases', 'bias'],
  ['scale', 'gamma'],
  ['offset', 'beta'],
  ['mean', 'mean'],
  ['variance', 'variance'],
];

/** A frozen graph, as TensorFlow.js' converter leaves it, names the operation that reads a value. */
const graphEndings: Endings = [
  ['Conv2D/ReadVariableOp', 'weight'],
  ['MatMul/ReadVariableOp', 'weight'],
  ['BiasAdd/ReadVariableOp', 'bias'],
  ['FusedBatchNormV3/ReadVariableOp', 'mean'],
  ['FusedBatchNormV3/ReadVariableOp_1', 'variance'],
  ['ReadVariableOp', 'gamma'],
  ['ReadVariableOp_1', 'beta'],
  ...kerasEndings,
];

const slimLayers: Readonly<Record<string, string>> = {
  'fc1/fc1_1': 'vggish_fc1/fc1_1',
  'fc1/fc1_2': 'vggish_fc1/fc1_2',
  fc2: 'vggish_fc2',
};

/** The numbers of torch.nn.Sequential in torchvggish. */
const torchvggishLayers: Readonly<Record<string, string>> = {
  'features.0': 'conv1',
  'features.3': 'conv2',
  'features.6': 'conv3/conv3_1',
  'features.8': 'conv3/conv3_2',
  'features.11': 'conv4/conv4_1',
  'features.13': 'conv4/conv4_2',
  'embeddings.0': 'vggish_fc1/fc1_1',
  'embeddings.2': 'vggish_fc1/fc1_2',
  'embeddings.4': 'vggish_fc2',
};

const semsegStem: Readonly<Record<string, string>> = {
  '0': 'conv1_1_3x3_s2',
  '1': 'conv1_1_3x3_s2_bn',
  '3': 'conv1_2_3x3',
  '4': 'conv1_2_3x3_bn',
  '6': 'conv1_3_3x3',
  '7': 'conv1_3_3x3_bn',
};

const semsegParts: Readonly<Record<string, string>> = {
  conv1: '1x1_reduce',
  bn1: '1x1_reduce_bn',
  conv2: '3x3',
  bn2: '3x3_bn',
  conv3: '1x1_increase',
  bn3: '1x1_increase_bn',
  'downsample.0': '1x1_proj',
  'downsample.1': '1x1_proj_bn',
};

const semsegHead: Readonly<Record<string, string>> = { '0': 'conv5_4', '1': 'conv5_4_bn', '4': 'conv6' };
const semsegBins = [1, 2, 3, 6];

const torchNormKinds: Readonly<Record<string, string>> = {
  weight: 'gamma',
  bias: 'beta',
  running_mean: 'mean',
  running_var: 'variance',
};

export const conventions: readonly Convention[] = [
  { name: 'lookhear', recognise: recogniseOurs, leavesOut: /^(picture\/|sound\/)?constant_\d+$/ },
  { name: 'Keras', recognise: (name, known) => recogniseTensorFlow(name, known, kerasEndings) },
  { name: 'the Keras port', recognise: (name, known) => recogniseTensorFlow(name, known, caffeEndings) },
  {
    name: 'TF-Slim',
    recognise: (name, known) => recogniseTensorFlow(name, known, caffeEndings, slimLayers),
    leavesOut: /(^|\/)(global_step|beta[12]_power|Adam(_1)?|Momentum)(:\d+)?$/,
  },
  { name: 'a TensorFlow graph', recognise: (name, known) => recogniseTensorFlow(name, known, graphEndings) },
  { name: 'torchvggish', recognise: recogniseTorchvggish, leavesOut: /(^|\.)pproc\.|^pca_(eigen_vectors|means)$/ },
  {
    name: 'hszhao/semseg',
    recognise: recogniseSemseg,
    leavesOut: /(^|\.)(aux\.|num_batches_tracked$)/,
    settings: semsegSettings,
  },
];

/** Our own files; those of both networks have the side in front, ONNX files stored in half precision a number behind. */
function recogniseOurs(name: string, known: ReadonlySet<string>): Recognised | undefined {
  const plain = name.replace(/_float16_\d+$/, '');
  const [, side, rest] = /^(picture|sound)\/(.*)$/s.exec(plain) ?? [];
  if (side !== undefined && known.has(rest)) return { parameter: rest, layout: 'ours', side: side as Side };
  return known.has(plain) ? { parameter: plain, layout: 'ours' } : undefined;
}

/**
 * TensorFlow's and Keras' names are paths in which the layer's name may stand twice, behind a model's name, with a
 * counter, or with the suffix of the report's joint model: `conv1audmodel/conv1_1/kernel:0`.
 */
function recogniseTensorFlow(
  name: string,
  known: ReadonlySet<string>,
  endings: Endings,
  layerNames: Readonly<Record<string, string>> = {},
): Recognised | undefined {
  const path = name.replace(/:\d+$/, '');
  const [ending, kind] = endings.find(([end]) => path.endsWith(`/${end}`)) ?? keras3Ending(path);
  if (ending === undefined) return undefined;
  const segments = path
    .slice(0, -ending.length - 1)
    .split('/')
    .map((segment) => segment.replace(/audmodel$/, ''));
  const layerAt = (run: string): string => (Object.hasOwn(layerNames, run) ? layerNames[run] : run);
  const find = (parts: readonly string[]): string | undefined => {
    for (let length = parts.length; length > 0; length--) {
      for (let start = parts.length - length; start >= 0; start--) {
        const layer = layerAt(parts.slice(start, start + length).join('/'));
        const parameter = `${layer}/${kind ?? keras3Kind(layer, path, known)}`;
        if (known.has(parameter)) return parameter;
      }
    }
    return undefined;
  };
  const parameter = find(segments) ?? find(segments.map((segment) => segment.replace(/_\d+$/, '')));
  return parameter === undefined ? undefined : { parameter, layout: 'tensorflow' };
}

/** Keras 3 numbers the arrays of a layer: `layers/conv1/vars/0`. */
function keras3Ending(path: string): [ending: string | undefined, kind: undefined] {
  return [/vars\/\d$/.exec(path)?.[0], undefined];
}

function keras3Kind(layer: string, path: string, known: ReadonlySet<string>): string {
  const kinds = known.has(`${layer}/gamma`) ? ['gamma', 'beta', 'mean', 'variance'] : ['weight', 'bias'];
  return kinds[Number(path.at(-1))] ?? '';
}

function recogniseTorchvggish(name: string, known: ReadonlySet<string>): Recognised | undefined {
  const [, layer, kind] = /(?:^|\.)((?:features|embeddings)\.\d+)\.(weight|bias)$/.exec(name) ?? [];
  if (layer === undefined || !Object.hasOwn(torchvggishLayers, layer)) return undefined;
  const parameter = `${torchvggishLayers[layer]}/${kind}`;
  return known.has(parameter) ? { parameter, layout: 'pytorch' } : undefined;
}

function recogniseSemseg(name: string, known: ReadonlySet<string>): Recognised | undefined {
  const end = name.lastIndexOf('.');
  const layer = semsegLayer(name.slice(0, end));
  if (layer === undefined) return undefined;
  const ending = name.slice(end + 1);
  const kind = layer.endsWith('_bn') ? torchNormKinds[ending] : ending;
  const parameter = `${layer}/${kind}`;
  if (!known.has(parameter)) return undefined;
  return { parameter, layout: parameter === 'conv5_4/weight' ? 'semseg pyramid' : 'pytorch' };
}

function semsegLayer(path: string): string | undefined {
  const [, stem] = /(?:^|\.)layer0\.(\d)$/.exec(path) ?? [];
  if (stem !== undefined) return semsegStem[stem];
  const [, stage, block, part] = /(?:^|\.)layer([1-4])\.(\d+)\.((?:conv|bn)[123]|downsample\.[01])$/.exec(path) ?? [];
  if (stage !== undefined) return `conv${Number(stage) + 1}_${Number(block) + 1}_${semsegParts[part]}`;
  const [, bin, step] = /(?:^|\.)ppm\.features\.([0-3])\.([12])$/.exec(path) ?? [];
  if (bin !== undefined) return `conv5_3_pool${semsegBins[Number(bin)]}_conv${step === '2' ? '_bn' : ''}`;
  const [, head] = /(?:^|\.)cls\.(\d)$/.exec(path) ?? [];
  return head === undefined ? undefined : semsegHead[head];
}
