/**
 * What a model folder says about itself in model.json: two networks with their labels, the relation between what is
 * heard and what is seen, and the calibrated numbers of the answer. Nothing in a model is executed but its two
 * networks, and everything is checked before use.
 */
import { z } from 'zod';
import { LookhearError } from '../errors.ts';

const label = z.string().min(1);
const labels = z.array(label).min(1);
const probability = z.number().min(0).max(1);
const activation = z.enum(['softmax', 'sigmoid']);
const modelName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'expected small letters, digits, dots, dashes and underscores');
/** Hertz. The upper edge of VGGish's mel bands is 7500 Hz, so the 10 kHz of some descriptions cannot be. */
const frontEndRates = { mn04: 32000, vggish: 16000, yamnet: 16000, ast: 16000, waveform: 16000 } as const;
/** A name of a file beside model.json, never a path. */
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected the name of a file in the same folder');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits');

export const pictureNetworkSchema = z.strictObject({
  file: fileName,
  sha256,
  /** The picture is stretched to this size, in pixels. */
  width: z.int().min(1).max(4096),
  height: z.int().min(1).max(4096),
  /** Input, float32 [1, 3, height, width]: planes of the three colours, as `preprocess` says. */
  input: z.string().min(1),
  /** Without it: red, green and blue, 0..255, and the network normalises them itself. */
  preprocess: z
    .strictObject({
      /** `pillow` rounds to whole grey levels after each direction, as Pillow and with it the Keras port of PSPNet do. */
      resize: z.enum(['exact', 'pillow']),
      order: z.enum(['rgb', 'bgr']),
      /** The network gets (scale value - mean) / deviation, the value 0..255; one mean and deviation for red, green, blue. */
      scale: z.number().positive(),
      mean: z.tuple([z.number(), z.number(), z.number()]),
      deviation: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
    })
    .optional(),
  /** Output, float32 [1, labels and background, rows, columns]: P(label | cell), once `activation` is applied. */
  output: z.string().min(1),
  /** Over the channels, or of each value; without it the network applies its own. */
  activation: activation.optional(),
  labels,
  /** Which output channel is the background; null where there is none. The others are `labels` in order. */
  background: z.int().min(0).nullable(),
  /** How often the network looks at a picture; without it once, at the stretched picture. Probabilities are averaged. */
  views: z
    .strictObject({
      /** Looks at the mirrored picture too. */
      mirror: z.boolean(),
      /** Looks at the picture enlarged or reduced by each of these factors; 0.5 to 1.75 in the published evaluation. */
      scales: z.array(z.number().min(0.1).max(4)).min(1).max(12),
      /** Slides over the picture in tiles of the network's size that overlap by this share, instead of stretching it. */
      tileOverlap: z.number().min(0).max(0.9).nullable(),
      /** Pictures are reduced to this many pixels along their longer side first: it bounds memory and time. */
      longSide: z.int().min(16).max(1024),
    })
    .optional(),
});

export const soundNetworkSchema = z.strictObject({
  file: fileName,
  sha256,
  /** What the network is fed: the log-mel spectrogram that it was trained on, or the samples themselves. */
  frontEnd: z.enum(['mn04', 'vggish', 'yamnet', 'ast', 'waveform']),
  /** Input, float32, one patch: [1, 1, bands, frames] for mn04, [1, 1, frames, bands] for vggish and yamnet, [1, frames, bands] for ast, [1, samples] for waveform. */
  input: z.string().min(1),
  /** Output, float32 [1, labels and other]: P(label | patch), once `activation` is applied. */
  output: z.string().min(1),
  activation: activation.optional(),
  labels,
  /** Which output is a sound of no label; null where there is none. The others are `labels` in order. */
  other: z.int().min(0).nullable(),
  patchSeconds: z.number().min(0.1).max(60),
  /** From the start of a patch to the start of the next. */
  hopSeconds: z.number().min(0.05).max(60),
  /** Hertz; only for saying so, because each front end has one rate. Sounds at other rates are resampled to it. */
  sampleRate: z.number().positive().optional(),
  /** How `ast` pictures are made, where it is not as for AudioSet: mel bands, windows, and (x - mean) / (2 deviation). */
  ast: z
    .strictObject({
      bands: z.int().min(8).max(512),
      frames: z.int().min(16).max(8192),
      mean: z.number(),
      deviation: z.number().positive(),
    })
    .optional(),
  /** Whether `waveform` brings each patch to mean 0 and variance 1 first; without it, it does. */
  normalise: z.boolean().optional(),
  /** The end of a sound that fills no whole patch from the last hop: `cover` (without it) or `drop`. See sound/patches. */
  tail: z.enum(['cover', 'drop']).optional(),
  /** Which patches make the vector of the whole sound; without it `loud`. See localize/combinePatches. */
  combine: z.enum(['loud', 'mean', 'first', 'centre', 'loudest']).optional(),
});

/** A picture or a sound network, before its other half is there; a sound network without labels gives an embedding. */
export const halfModelSchema = z.strictObject({
  schema: z.literal('lookhear/half-model@1'),
  name: modelName,
  version: z.string().min(1),
  licence: z.string().min(1),
  origin: z.array(z.string()),
  preset: z.string().optional(),
  picture: pictureNetworkSchema.optional(),
  sound: soundNetworkSchema.extend({ labels: z.array(label) }).optional(),
});

export type HalfModel = z.infer<typeof halfModelSchema>;

export const modelSchema = z
  .strictObject({
    schema: z.literal('lookhear/model@1'),
    name: modelName,
    version: z.string().min(1),
    licence: z.string().min(1),
    /** Where the weights and the training material came from, in words. */
    origin: z.array(z.string()),
    /** The preset that the networks were built from, so that their weights are found by name. */
    preset: z.string().optional(),
    picture: pictureNetworkSchema,
    sound: soundNetworkSchema,
    /** How much a cell of a picture label may make the sound of a sound label, 0..1. */
    relation: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('identity') }),
      /** Sound labels x picture labels. */
      z.strictObject({ kind: z.literal('table'), rows: z.array(z.array(probability)) }),
    ]),
    map: z.strictObject({
      /** How a sound's vector is compared with a cell's; without it `dot`. See localize/correspondence. */
      correspondence: z.enum(['dot', 'cosine', 'euclidean', 'cross-entropy']).optional(),
      /** Standard deviation of the blur, in cells of the picture network's output; 0 for none. */
      blur: z.number().min(0).max(20),
      /** Weight of "anything that is not background" under a sound of no label. */
      fallback: probability,
      /** Weight of the centre of the picture, which orders the pixels where nothing else does. */
      centre: probability,
    }),
    silence: z.strictObject({
      /** Root mean square level below which there is no sound, in decibels of full scale. */
      dbfs: z.number().max(0),
    }),
    answer: z.strictObject({
      /** The match score is the mean of this many best cells. */
      topCells: z.int().min(1),
      /** P(in the picture) = 1 / (1 + exp(-(slope ln(score) + offset))). */
      slope: z.number().positive(),
      offset: z.number(),
      /** From this probability on the answer is `here`. */
      here: probability,
      /** Below this probability the answer is `not in the picture`. */
      absent: probability,
    }),
  })
  .check(({ value: model, issues }) => {
    const refuse = (path: string[], message: string): void => {
      issues.push({ code: 'custom', input: model, path, message });
    };
    for (const side of ['picture', 'sound'] as const) {
      const list = model[side].labels;
      if (new Set(list).size < list.length) refuse([side, 'labels'], 'expected every label once');
    }
    const { frontEnd, sampleRate } = model.sound;
    const rate = frontEndRates[frontEnd];
    if (sampleRate !== undefined && sampleRate !== rate) {
      const reach = sampleRate < rate ? `; at ${sampleRate} Hz nothing above ${sampleRate / 2} Hz is left` : '';
      const reason = `the front end "${frontEnd}" hears at ${rate} Hz${reach}`;
      refuse(['sound', 'sampleRate'], `expected ${rate}, got ${sampleRate}: ${reason}`);
    }
    if ((model.picture.background ?? 0) > model.picture.labels.length) {
      refuse(['picture', 'background'], `expected an output channel, 0 to ${model.picture.labels.length}`);
    }
    if ((model.sound.other ?? 0) > model.sound.labels.length) {
      refuse(['sound', 'other'], `expected an output, 0 to ${model.sound.labels.length}`);
    }
    const [heard, seen] = [model.sound.labels, model.picture.labels];
    if (model.relation.kind === 'identity') {
      if (heard.length !== seen.length || heard.some((name, index) => name !== seen[index])) {
        refuse(['relation'], 'the identity needs the same labels for sound and picture, in the same order');
      }
    } else if (
      model.relation.rows.length !== heard.length ||
      model.relation.rows.some((row) => row.length !== seen.length)
    ) {
      refuse(['relation', 'rows'], `expected ${heard.length} rows (sound) of ${seen.length} numbers (picture)`);
    }
    if (model.answer.absent > model.answer.here) refuse(['answer', 'absent'], 'expected at most the value of here');
  });

export type Model = z.infer<typeof modelSchema>;
export type PictureNetwork = Model['picture'];
export type SoundNetwork = Model['sound'];

/**
 * @param text The contents of model.json.
 * @param name What to call it in an error, its path say.
 * Fails with MODEL_INVALID and the first thing that is wrong, or where it is half a model only.
 */
export function parseModel(text: string, name: string): Model {
  const value = parseJson(text, name);
  const half = halfModelSchema.safeParse(value);
  if (half.success) {
    const [has, lacks] = half.data.picture ? ['picture', 'sound'] : ['sound', 'picture'];
    throw new LookhearError('MODEL_INVALID', `Cannot use ${name}: it is half a model, with a ${has} network only.`, {
      hint: `Join it with a ${lacks} network: lookhear models compose --picture DIR --sound DIR --out MODEL.`,
    });
  }
  return parsed(modelSchema.safeParse(value), name);
}

/** As `parseModel`, for a folder that may hold half a model. */
export function parseModelOrHalf(text: string, name: string): Model | HalfModel {
  const value = parseJson(text, name);
  const isHalf = halfModelSchema.pick({ schema: true }).loose().safeParse(value).success;
  return isHalf ? parsed(halfModelSchema.safeParse(value), name) : parsed(modelSchema.safeParse(value), name);
}

export const isHalf = (model: Model | HalfModel): model is HalfModel => model.schema === 'lookhear/half-model@1';

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LookhearError('MODEL_INVALID', `Cannot use ${name}: it is not JSON.`, { cause });
  }
}

function parsed<Value>(result: z.ZodSafeParseResult<Value>, name: string): Value {
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue.path.length > 0 ? ` at "${issue.path.join('.')}"` : '';
  throw new LookhearError('MODEL_INVALID', `Cannot use ${name}: ${issue.message}${field}.`, {
    hint: 'Correct that field, or get the model again.',
    cause: result.error,
  });
}
