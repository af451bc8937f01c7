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
/** A name of a file beside model.json, never a path. */
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected the name of a file in the same folder');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits');

export const pictureNetworkSchema = z.strictObject({
  file: fileName,
  sha256,
  /** The picture is stretched to this size, in pixels. */
  width: z.int().min(1).max(4096),
  height: z.int().min(1).max(4096),
  /** Input, float32 [1, 3, height, width]: red, green and blue planes, 0..255; the network normalises them. */
  input: z.string().min(1),
  /** Output, float32 [1, labels and background, rows, columns]: P(label | cell). */
  output: z.string().min(1),
  labels,
  /** Which output channel is the background; null where there is none. The others are `labels` in order. */
  background: z.int().min(0).nullable(),
});

export const soundNetworkSchema = z.strictObject({
  file: fileName,
  sha256,
  /** The log-mel spectrogram that the network was trained on. */
  frontEnd: z.enum(['mn04', 'vggish', 'yamnet']),
  /** Input, float32 [1, 1, bands, frames] of one patch. */
  input: z.string().min(1),
  /** Output, float32 [1, labels and other]: P(label | patch). */
  output: z.string().min(1),
  labels,
  /** Which output is a sound of no label; null where there is none. The others are `labels` in order. */
  other: z.int().min(0).nullable(),
  patchSeconds: z.number().min(0.1).max(60),
  /** From the start of a patch to the start of the next. */
  hopSeconds: z.number().min(0.05).max(60),
});

export const modelSchema = z
  .strictObject({
    schema: z.literal('lookhear/model@1'),
    name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'expected small letters, digits, dots, dashes and underscores'),
    version: z.string().min(1),
    licence: z.string().min(1),
    /** Where the weights and the training material came from, in words. */
    origin: z.array(z.string()),
    picture: pictureNetworkSchema,
    sound: soundNetworkSchema,
    /** How much a cell of a picture label may make the sound of a sound label, 0..1. */
    relation: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('identity') }),
      /** Sound labels x picture labels. */
      z.strictObject({ kind: z.literal('table'), rows: z.array(z.array(probability)) }),
    ]),
    map: z.strictObject({
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
 * Fails with MODEL_INVALID and the first thing that is wrong.
 */
export function parseModel(text: string, name: string): Model {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LookhearError('MODEL_INVALID', `Cannot use ${name}: it is not JSON.`, { cause });
  }
  const result = modelSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue.path.length > 0 ? ` at "${issue.path.join('.')}"` : '';
  throw new LookhearError('MODEL_INVALID', `Cannot use ${name}: ${issue.message}${field}.`, {
    hint: 'Correct that field, or get the model again.',
    cause: result.error,
  });
}
