/**
 * What a model folder of the Hugging Face hub says about its network, in the layout that transformers.js loads:
 * config.json with the labels, preprocessor_config.json with what is done to a picture or a sound before the network
 * sees it, onnx/model.onnx. The fields and their defaults are those of transformers' image processors and feature
 * extractors; what does not bear on a picture's labels (do_reduce_labels, do_pad, resample) is passed over.
 */
import { z } from 'zod';
import { LookhearError } from '../errors.ts';

/** The texts of a folder, each with what it is called in messages. */
export interface HubFolder {
  readonly config: HubText;
  readonly preprocessor: HubText;
  /** Where the network lies. */
  readonly onnxPath: string;
}

export interface HubText {
  readonly name: string;
  readonly text: string;
}

interface HubLabels {
  /** The outputs' names in order, without the background. */
  readonly labels: readonly string[];
  readonly onnxPath: string;
}

export interface HubPicture extends HubLabels {
  /** Which output channel is the background, counted among all; null where there is none. */
  readonly background: number | null;
  /** The picture is stretched to this size, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Order of the network's three input planes. */
  readonly order: 'rgb' | 'bgr';
  /** The network gets (scale value - mean) / deviation of values 0..255; mean and deviation of red, green, blue. */
  readonly scale: number;
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

export type HubSound = HubLabels & {
  /** What turns the outputs into probabilities, where the folder says so: one label at a time, or several. */
  readonly activation: 'softmax' | 'sigmoid' | undefined;
} & (
    | {
        /** Filter banks as sound/kaldiFbank.ts makes them: (x - mean) / (2 deviation), [frames, bands]. */
        readonly frontEnd: 'ast';
        /** Hertz. */
        readonly sampleRate: 16000;
        readonly bands: number;
        readonly frames: number;
        readonly mean: number;
        readonly deviation: number;
      }
    | {
        /** The samples themselves. */
        readonly frontEnd: 'waveform';
        /** Hertz. */
        readonly sampleRate: number;
        /** Whether each sound is brought to mean 0 and variance 1 first. */
        readonly normalise: boolean;
      }
    | {
        /** Another one: whoever uses the folder has to name it. */
        readonly frontEnd: undefined;
        /** Hertz, where the folder says so. */
        readonly sampleRate: number | undefined;
      }
  );

/**
 * Reads the folder of a network that labels the places of a picture.
 * Fails with MODEL_INVALID where something is missing or makes no sense; the message names the file and the field.
 */
export function parseHubPicture({ config, preprocessor, onnxPath }: HubFolder): HubPicture {
  const names = parseLabels(parse(config, configSchema), config.name);
  const background = names.findIndex((name) => /^_*background_*$/i.test(name));
  const settings = parse(preprocessor, pictureSchema);
  if (settings.sampling_rate !== undefined) {
    throw invalid(preprocessor.name, 'it describes a sound, not a picture', 'Give this folder as the sound network.');
  }
  return {
    labels: names.filter((_, place) => place !== background),
    background: background < 0 ? null : background,
    ...inputSize(settings, preprocessor.name),
    order: settings.do_flip_channel_order ? 'bgr' : 'rgb',
    scale: settings.do_rescale ? settings.rescale_factor : 1,
    ...normalisation(settings, preprocessor.name),
    onnxPath,
  };
}

/**
 * Reads the folder of a network that labels sounds.
 * Fails with MODEL_INVALID where something is missing or makes no sense; the message names the file and the field.
 */
export function parseHubSound({ config, preprocessor, onnxPath }: HubFolder): HubSound {
  const about = parse(config, configSchema);
  const labels = parseLabels(about, config.name);
  const activation = about.problem_type === undefined ? undefined : activations[about.problem_type];
  const common = { labels, onnxPath, activation };
  const kind = parse(preprocessor, soundKindSchema);
  if (kind.image_processor_type !== undefined || kind.image_mean !== undefined) {
    throw invalid(preprocessor.name, 'it describes a picture, not a sound', 'Give this folder as the picture network.');
  }
  switch (kind.feature_extractor_type) {
    case 'ASTFeatureExtractor': {
      const settings = parse(preprocessor, astSchema);
      return {
        ...common,
        frontEnd: 'ast',
        sampleRate: settings.sampling_rate,
        bands: settings.num_mel_bins,
        frames: settings.max_length,
        // With these, (x - mean) / (2 deviation) is x.
        mean: settings.do_normalize ? settings.mean : 0,
        deviation: settings.do_normalize ? settings.std : 0.5,
      };
    }
    case 'Wav2Vec2FeatureExtractor': {
      const settings = parse(preprocessor, waveformSchema);
      return {
        ...common,
        frontEnd: 'waveform',
        sampleRate: settings.sampling_rate,
        normalise: settings.do_normalize,
      };
    }
    default:
      return { ...common, frontEnd: undefined, sampleRate: kind.sampling_rate };
  }
}

const activations = { single_label_classification: 'softmax', multi_label_classification: 'sigmoid' } as const;

const configSchema = z.object({
  id2label: z.record(z.string(), z.string()).optional(),
  problem_type: z.enum(['single_label_classification', 'multi_label_classification']).optional(),
});

const pixels = z.int().min(1).max(4096);
const rectangle = z.object({ height: pixels, width: pixels });
const triple = z.array(z.number()).length(3);
const sampleRate = z.number().min(1000).max(384000);

const pictureSchema = z.object({
  size: z
    .union([pixels, rectangle, z.object({ shortest_edge: pixels })], {
      error: 'expected a number of pixels, {"height", "width"} or {"shortest_edge"}',
    })
    .optional(),
  do_center_crop: z.boolean().default(false),
  crop_size: z.union([pixels, rectangle], { error: 'expected a number of pixels or {"height", "width"}' }).optional(),
  do_rescale: z.boolean().default(true),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  do_normalize: z.boolean().optional(),
  image_mean: triple.optional(),
  image_std: triple.optional(),
  do_flip_channel_order: z.boolean().default(false),
  sampling_rate: z.unknown().optional(),
});

const soundKindSchema = z.object({
  feature_extractor_type: z.string().optional(),
  image_processor_type: z.unknown().optional(),
  image_mean: z.unknown().optional(),
  sampling_rate: sampleRate.optional(),
});

const astSchema = z.object({
  sampling_rate: z.literal(16000, { error: 'expected 16000, the only rate of these filter banks here' }).default(16000),
  num_mel_bins: z.int().min(1).max(512).default(128),
  max_length: z.int().min(1).max(100000).default(1024),
  do_normalize: z.boolean().default(true),
  mean: z.number().default(-4.2677393),
  std: z.number().positive().default(4.5689974),
});

const waveformSchema = z.object({
  sampling_rate: sampleRate.default(16000),
  do_normalize: z.boolean().default(true),
});

function parse<Schema extends z.ZodType>({ name, text }: HubText, schema: Schema): z.output<Schema> {
  let value: unknown;
  try {
    // Newer versions write every field that they know, with null for what is not set.
    value = JSON.parse(text, (_, member) => member ?? undefined);
  } catch (cause) {
    throw invalid(name, 'it is not JSON', 'The file is cut off or is another. Get the folder again.', cause);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue.path.length > 0 ? ` at "${issue.path.join('.')}"` : '';
  throw invalid(name, `${issue.message}${field}`, 'Correct that field, or get the folder again.', result.error);
}

/** The names of all outputs in order. */
function parseLabels({ id2label }: z.output<typeof configSchema>, file: string): string[] {
  const count = Object.keys(id2label ?? {}).length;
  if (id2label === undefined || count === 0) {
    throw invalid(file, 'it names no labels', 'Add "id2label": {"0": "first label", "1": "second label", ...}.');
  }
  const labels = Array.from({ length: count }, (_, place) => id2label[place]?.trim() ?? '');
  const gap = labels.indexOf('');
  if (gap >= 0) {
    throw invalid(file, `"id2label" has no name for output ${gap}`, `Name the outputs "0" to "${count - 1}".`);
  }
  const twice = labels.find((label, place) => labels.indexOf(label) < place);
  if (twice !== undefined) {
    throw invalid(file, `"id2label" has "${twice}" twice`, 'Give one of the two outputs another name.');
  }
  return labels;
}

/**
 * What the network takes in: the crop, where there is one, else what the picture is resized to. The hub scales by the
 * shorter edge and cuts the rest off; we stretch, because a sound's source may be what was cut off.
 */
function inputSize(settings: z.output<typeof pictureSchema>, file: string): { width: number; height: number } {
  const size = settings.do_center_crop ? (settings.crop_size ?? settings.size) : settings.size;
  if (size === undefined) {
    const hint = 'Add "size": {"height": H, "width": W}, the size in pixels that the network was trained on.';
    throw invalid(file, 'it gives no size of the picture', hint);
  }
  if (typeof size === 'number') return { width: size, height: size };
  if ('shortest_edge' in size) return { width: size.shortest_edge, height: size.shortest_edge };
  return { width: size.width, height: size.height };
}

function normalisation(
  { do_normalize, image_mean, image_std }: z.output<typeof pictureSchema>,
  file: string,
): Pick<HubPicture, 'mean' | 'deviation'> {
  if (!(do_normalize ?? image_mean !== undefined)) return { mean: [0, 0, 0], deviation: [1, 1, 1] };
  if (image_mean === undefined || image_std === undefined) {
    const field = image_mean === undefined ? 'image_mean' : 'image_std';
    throw invalid(
      file,
      `it normalises, but has no "${field}"`,
      `Add "${field}", three numbers for red, green and blue.`,
    );
  }
  if (image_std.some((value) => !(value > 0))) {
    throw invalid(file, 'expected numbers above 0 at "image_std"', 'Correct that field, or get the folder again.');
  }
  return {
    mean: [image_mean[0], image_mean[1], image_mean[2]],
    deviation: [image_std[0], image_std[1], image_std[2]],
  };
}

function invalid(file: string, problem: string, hint: string, cause?: unknown): LookhearError {
  return new LookhearError('MODEL_INVALID', `Cannot use ${file}: ${problem}.`, { hint, cause });
}
