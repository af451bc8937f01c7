/**
 * The systems that weights are put into: a preset's networks, still without weights, or the model `small` with its own.
 * Each network comes with its parameters by name and with what model.json says about it.
 */
import { z } from 'zod';
import { input, type Tensor } from '../graph/tensor.ts';
import { topologicalOrder } from '../graph/topology.ts';
import { ade20kLabels } from '../labels/ade20k.ts';
import { Parameters } from '../layers/parameters.ts';
import { type Preset, pictureNetworkOf, presetNames, soundNetworkOf } from '../networks/presets.ts';
import { vggishPatch, vggishTiming } from '../networks/vggish.ts';
import { type Model, type PictureNetwork, pictureNetworkSchema, type SoundNetwork } from '../weights/model.ts';
import { readOnnx } from '../weights/readOnnx.ts';
import { type NetworkSettings, portSettings, type Side } from './conventions.ts';
import type { Wanted } from './matchWeights.ts';

export interface NetworkHalf<Description> {
  readonly output: Tensor;
  readonly parameters: Parameters;
  readonly description: Omit<Description, 'file' | 'sha256'>;
}

export interface System {
  /** Name of the preset. */
  readonly preset: string;
  readonly picture?: NetworkHalf<PictureNetwork>;
  readonly sound?: NetworkHalf<SoundNetwork>;
  /** What model.json says about the two together. */
  readonly joint: Pick<Model, 'relation' | 'map' | 'silence' | 'answer'>;
  /** Whether the parameters have values that mean something; otherwise they are those that a training begins with. */
  readonly isTrained: boolean;
  /** Of what it is made before any file comes. */
  readonly made: Pick<Model, 'licence' | 'origin'>;
  /** What files with these weights say about themselves, so that they are read as they were meant. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What `--preset` takes. */
export const systemNames: readonly string[] = [...presetNames, 'small'];

/** Keys of the metadata of our files. */
const presetKey = 'lookhear.preset';
const settingsKey = 'lookhear.settings';

const settingsSchema = z.object({
  strideOn: z.enum(['reduce', '3x3']),
  preprocess: pictureNetworkSchema.shape.preprocess.unwrap(),
  /** Of VGGish; only for saying so, because the preset decides. */
  lastRelu: z.boolean().optional(),
});

/** @param metadata of a file of anybody's; undefined where it says nothing that can be used */
export function settingsIn(metadata: Readonly<Record<string, string>>): NetworkSettings | undefined {
  try {
    return settingsSchema.parse(JSON.parse(metadata[settingsKey] ?? ''));
  } catch {
    return undefined;
  }
}

export const presetMetadata = (preset: string): Record<string, string> => ({ [presetKey]: preset });

export function presetIn(metadata: Readonly<Record<string, string>>): string | undefined {
  return typeof metadata[presetKey] === 'string' ? metadata[presetKey] : undefined;
}

/**
 * Nobody has measured how well these networks answer: a score of 0.1 is even odds, 0.15 and 0.067 are the limits. The
 * score is the mean over 8 x 8 pixels, one cell of PSPNet before it is enlarged.
 */
const uncalibrated: System['joint'] = {
  relation: { kind: 'identity' },
  map: { blur: 0, fallback: 0, centre: 0 },
  silence: { dbfs: -60 },
  answer: { topCells: 64, slope: 1, offset: Math.log(10), here: 0.6, absent: 0.4 },
};

/** @param seed of the values of parameters that no file brings */
export function presetSystem(
  name: string,
  preset: Preset,
  settings: NetworkSettings = portSettings,
  seed?: number,
): System {
  const { strideOn, preprocess } = settings;
  const built: Preset = preset.picture ? { ...preset, picture: { ...preset.picture, strideOn } } : preset;
  const picture = presetPicture(built, preprocess, new Parameters(seed));
  const sound = presetSound(built, new Parameters(seed));
  const lastRelu = preset.sound && { lastRelu: preset.sound.lastRelu };
  return {
    preset: name,
    ...(picture && { picture }),
    ...(sound && { sound }),
    joint: uncalibrated,
    isTrained: false,
    made: { licence: 'that of the imported weights, which lookhear does not know', origin: [] },
    metadata: {
      ...presetMetadata(name),
      [settingsKey]: JSON.stringify({ strideOn, preprocess, ...lastRelu }),
    },
  };
}

function presetPicture(
  preset: Preset,
  preprocess: NetworkSettings['preprocess'],
  parameters: Parameters,
): System['picture'] {
  if (!preset.picture) return undefined;
  const { side, classes } = preset.picture;
  const network = pictureNetworkOf(preset, { parameters, mode: 'inference' }, input('picture', [1, 3, side, side]));
  return (
    network && {
      output: network.probabilities,
      parameters,
      description: {
        width: side,
        height: side,
        input: 'picture',
        preprocess,
        output: 'probabilities',
        labels: ade20kLabels.slice(0, classes),
        background: null,
      },
    }
  );
}

function presetSound(preset: Preset, parameters: Parameters): System['sound'] {
  const network = soundNetworkOf(preset, { parameters, mode: 'inference' }, input('logmel', [1, 1, ...vggishPatch]));
  return (
    network && {
      output: network.probabilities ?? network.embedding,
      parameters,
      description: {
        frontEnd: 'vggish',
        input: 'logmel',
        output: network.probabilities ? 'probabilities' : 'embedding',
        labels: ade20kLabels.slice(0, preset.sound?.classes ?? 0),
        other: null,
        ...vggishTiming,
        tail: 'drop',
        combine: 'mean',
      },
    }
  );
}

/** The model `small`, or one that was made of it. @param networks its two ONNX files */
export function smallSystem(
  { picture, sound, relation, map, silence, answer, licence, origin }: Model,
  networks: { readonly picture: Uint8Array; readonly sound: Uint8Array },
): System {
  return {
    preset: 'small',
    picture: { ...readHalf(networks.picture, picture.output), description: withoutFile(picture) },
    sound: { ...readHalf(networks.sound, sound.output), description: withoutFile(sound) },
    joint: { relation, map, silence, answer },
    isTrained: true,
    made: { licence: `${licence}, and that of the imported weights`, origin },
    metadata: presetMetadata('small'),
  };
}

function withoutFile<Network extends PictureNetwork | SoundNetwork>({
  file: _file,
  sha256: _sha256,
  ...description
}: Network): Omit<Network, 'file' | 'sha256'> {
  return description;
}

function readHalf(bytes: Uint8Array, name: string): { output: Tensor; parameters: Parameters } {
  const graph = readOnnx(bytes);
  const output = graph.outputs[name];
  return { output, parameters: parametersOf(output, graph.weights) };
}

/** The parameters that a network depends on, by the names and with the shapes of its inputs. */
export function parametersOf(output: Tensor, weights: ReadonlyMap<string, Float32Array>): Parameters {
  const parameters = new Parameters();
  const seen = new Set<string>();
  for (const { source, shape } of topologicalOrder([output]).flatMap((node) => node.inputs)) {
    if (source.kind !== 'input' || seen.has(source.name)) continue;
    const values = weights.get(source.name);
    if (values === undefined) continue;
    seen.add(source.name);
    parameters.adopt(source.name, shape, values);
  }
  return parameters;
}

/** Every parameter of the system, in the networks' order. */
export function wantedOf(system: System): Wanted[] {
  return (['picture', 'sound'] as const).flatMap((side: Side) =>
    [...(system[side]?.parameters ?? [])].map(({ name, tensor }) => ({ side, name, shape: tensor.shape })),
  );
}
