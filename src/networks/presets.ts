/**
 * The systems that lookhear can build, each a row: which picture network, which sound network, how many classes they
 * share. A system may be half: `vggish` only hears.
 */
import type { Tensor } from '../graph/tensor.ts';
import type { BlockContext } from '../layers/blocks.ts';
import type { FirstNumbers, LayerRow } from './namedLayers.ts';
import { type Pspnet, type PspnetOptions, type PspnetSettings, pspnet } from './pspnet.ts';
import { soundClassifier, type VggishSettings, vggish } from './vggish.ts';

export interface Preset {
  readonly text: string;
  readonly picture?: PspnetSettings & {
    /** Of the square that a picture is stretched to, in pixels. */
    readonly side: number;
    /** The automatic names of layers begin with these numbers in the report's figure. */
    readonly firstNumbers?: FirstNumbers;
  };
  readonly sound?: VggishSettings & {
    /** Of the dense layer behind the embedding; without it the embedding is what comes out. */
    readonly classes?: number;
    /** The report's figure appends this to the names of VGGish's layers, because one model holds both networks. */
    readonly suffix?: string;
  };
}

const classes = 150;
const published = { classes, width: 64, pyramidWidth: 512, side: 473 } as const;
const original = { widths: [64, 128, 256, 512], hidden: 4096, embedding: 128, lastRelu: true } as const;

export const presets = {
  report: {
    text: 'the system of the report: PSPNet without its fourth stage, VGGish, a dense layer',
    picture: {
      ...published,
      stage4: 0,
      // Two networks had been built before it in the same session (report, figure 5).
      firstNumbers: {
        InputLayer: 3,
        Activation: 150,
        ZeroPadding2D: 44,
        MaxPooling2D: 3,
        AveragePooling2D: 9,
        Interp: 11,
        Add: 44,
        Concatenate: 3,
        Dropout: 3,
      },
    },
    sound: { ...original, classes, suffix: 'audmodel' },
  },
  pspnet50: {
    text: 'the published PSPNet-50 with its fourth stage, VGGish, a dense layer',
    picture: { ...published, stage4: 6 },
    sound: { ...original, classes },
  },
  vggish: {
    text: 'VGGish alone, ending in a ReLU as its ports to Keras and PyTorch do: 128 numbers for each patch of sound',
    sound: original,
  },
  'vggish-linear': {
    text: "VGGish alone, ending linear as TensorFlow's original does",
    sound: { ...original, lastRelu: false },
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;

export const presetNames = Object.keys(presets) as PresetName[];

/** @param picture [N, 3, side, side], blue, green and red minus `pspnetMean` */
export function pictureNetworkOf(
  preset: Preset,
  context: BlockContext,
  picture: Tensor,
  options: PspnetOptions = {},
): Pspnet | undefined {
  if (!preset.picture) return undefined;
  const { firstNumbers } = preset.picture;
  return pspnet(context, picture, preset.picture, { ...(firstNumbers && { firstNumbers }), ...options });
}

export interface SoundNetwork {
  /** [N, embedding] */
  readonly embedding: Tensor;
  /** P(class | patch), [N, classes], where the preset has a classifier. */
  readonly probabilities?: Tensor;
  readonly layers: readonly LayerRow[];
  readonly classifierLayers: readonly LayerRow[];
}

/** @param logMel [N, 1, 96, 64] */
export function soundNetworkOf(preset: Preset, context: BlockContext, logMel: Tensor): SoundNetwork | undefined {
  if (!preset.sound) return undefined;
  const { classes: soundClasses, suffix } = preset.sound;
  const { embedding, layers } = vggish(context, logMel, preset.sound, suffix);
  if (soundClasses === undefined) return { embedding, layers, classifierLayers: [] };
  const classifier = soundClassifier(context, embedding, soundClasses, suffix);
  return { embedding, layers, probabilities: classifier.probabilities, classifierLayers: classifier.layers };
}
