/** A model's networks as one file for others: ONNX to run, safetensors to read the weights from. */
import { sigmoid } from '../graph/elementwise.ts';
import { matmul } from '../graph/matmul.ts';
import { reshape } from '../graph/movement.ts';
import { softmax } from '../graph/softmax.ts';
import { input, type Tensor } from '../graph/tensor.ts';
import { writeOnnx } from '../graph/writeOnnx.ts';
import { presets } from '../networks/presets.ts';
import { type HalfModel, isHalf, type Model, type PictureNetwork, type SoundNetwork } from '../weights/model.ts';
import { parseOnnxFile } from '../weights/onnxFile.ts';
import { readOnnx } from '../weights/readOnnx.ts';
import { writeSafetensors } from '../weights/safetensors.ts';
import { parametersOf, presetMetadata } from './systems.ts';

/** What a model folder holds. */
export interface ModelFiles {
  readonly model: Model | HalfModel;
  readonly picture: Uint8Array | undefined;
  readonly sound: Uint8Array | undefined;
}

interface ReadNetwork {
  readonly output: Tensor;
  readonly weights: ReadonlyMap<string, Float32Array>;
}

/**
 * Every parameter as float32 under our name with `picture/` or `sound/` in front.
 * Fails with MODEL_INVALID where a network uses operators that lookhear cannot read.
 */
export function exportSafetensors({ model, picture, sound }: ModelFiles): Uint8Array {
  const tensors = [
    ...(picture && model.picture ? tensorsOf(picture, model.picture, 'picture') : []),
    ...(sound && model.sound ? tensorsOf(sound, model.sound, 'sound') : []),
  ];
  // What a preset computes with beside its parameters, grids for enlarging say, it makes itself.
  const isBuilt = model.preset !== undefined && Object.hasOwn(presets, model.preset);
  const kept = isBuilt ? tensors.filter(([name]) => !/^(picture|sound)\/constant_\d+$/.test(name)) : tensors;
  return writeSafetensors({ tensors: new Map(kept), metadata: metadataOf({ model, picture, sound }) });
}

function tensorsOf(bytes: Uint8Array, network: Pick<PictureNetwork, 'output' | 'file'>, side: string) {
  const graph = readOnnx(bytes, { name: network.file, prefix: `${side}/` });
  return [...parametersOf(graph.outputs[network.output], graph.weights)].map(
    ({ name, tensor, values }) => [name, { shape: tensor.shape, values }] as const,
  );
}

/**
 * Half a model as its network; a whole one as a single network with the inputs `picture` and `logmel` (`waveform` where
 * the sound network hears samples) and the outputs `picture_probabilities` and `sound_probabilities`, and, where both
 * networks have the same classes and nothing else, `map`: their dot product, [1, rows, columns].
 * Fails with MODEL_INVALID where a network uses operators that lookhear cannot read.
 */
export function exportOnnx(files: ModelFiles): Uint8Array {
  const { model } = files;
  const half = files.picture === undefined || files.sound === undefined;
  if (half || isHalf(model)) return (files.picture ?? files.sound) as Uint8Array;
  const soundInput = model.sound.frontEnd === 'waveform' ? 'waveform' : 'logmel';
  const picture = readNetwork(files.picture, model.picture, 'picture', 'picture');
  const sound = readNetwork(files.sound, model.sound, 'sound', soundInput);
  const seen = activated(picture.output, model.picture.activation);
  const heard = activated(sound.output, model.sound.activation);
  const outputs = { picture_probabilities: seen, sound_probabilities: heard };
  return writeOnnx(
    { ...outputs, ...(isPlain(model) && { map: dotProduct(seen, heard) }) },
    { target: 'onnx', weights: new Map([...picture.weights, ...sound.weights]), metadata: metadataOf(files) },
  );
}

function readNetwork(
  bytes: Uint8Array,
  network: PictureNetwork | SoundNetwork,
  side: string,
  inputName: string,
): ReadNetwork {
  const { inputs } = readOnnx(bytes, { name: network.file });
  const own = input(inputName, inputs[network.input].shape);
  const graph = readOnnx(bytes, { name: network.file, prefix: `${side}/`, inputs: { [network.input]: own } });
  return { output: graph.outputs[network.output], weights: graph.weights };
}

function activated(output: Tensor, activation: PictureNetwork['activation']): Tensor {
  if (activation === undefined) return output;
  return activation === 'softmax' ? softmax(output, 1) : sigmoid(output);
}

/** Whether the score of a pixel is nothing but the dot product of the two outputs. */
function isPlain({ picture, sound, relation }: Model): boolean {
  return relation.kind === 'identity' && picture.background === null && sound.other === null;
}

/** @param seen [1, classes, rows, columns]; @param heard [1, classes] */
function dotProduct(seen: Tensor, heard: Tensor): Tensor {
  const [, classes, rows, columns] = seen.shape;
  return reshape(matmul(heard, reshape(seen, [classes, rows * columns])), [1, rows, columns]);
}

/** What the networks' files say about themselves, so that the export is imported as it was built. */
function metadataOf({ model, picture, sound }: ModelFiles): Record<string, string> {
  const own = (bytes: Uint8Array | undefined) => (bytes ? parseOnnxFile(bytes).metadata : {});
  const preset = model.preset ?? (model.name === 'small' ? 'small' : undefined);
  return { ...(preset !== undefined && presetMetadata(preset)), ...own(sound), ...own(picture) };
}
