/**
 * The one file that says how a training is done. Every field has a default, so that `{}` is a config; what `--print-config`
 * and the documentation show comes from the schema below and from nowhere else.
 */
import { z } from 'zod';
import { LookhearError } from '../../errors.ts';

const learningRate = z.number().positive().default(1e-3).describe('learning rate at its highest');

const sgdSchema = z.strictObject({
  kind: z.literal('sgd').describe('stochastic gradient descent'),
  learningRate,
  momentum: z.number().min(0).lt(1).default(0.9).describe('share of the last step that goes on'),
  nesterov: z.boolean().default(true).describe('look ahead along the momentum'),
  weightDecay: z.number().min(0).default(0).describe('pulls kernels towards zero, through the gradient'),
});

const adamWSchema = z.strictObject({
  kind: z.literal('adamW').describe('Adam with decoupled weight decay'),
  learningRate,
  beta1: z.number().min(0).lt(1).default(0.9).describe('decay of the mean of the gradient'),
  beta2: z.number().min(0).lt(1).default(0.999).describe('decay of the mean of its square'),
  epsilon: z.number().positive().default(1e-8).describe('keeps the division finite'),
  weightDecay: z.number().min(0).default(0.01).describe('pulls kernels towards zero, apart from the gradient'),
});

const optimiserSchema = z
  .preprocess(
    (value) => (isRecord(value) ? { kind: 'sgd', ...value } : value),
    z.discriminatedUnion('kind', [sgdSchema, adamWSchema]),
  )
  .prefault({});

export const trainingConfigSchema = z
  .strictObject({
    preset: z.enum(['report', 'pspnet50']).default('report').describe('the system that is trained'),
    data: z.string().min(1).default('data').describe('folder of the training pairs'),
    out: z.string().min(1).default('runs/training').describe('folder of the run; an existing run goes on'),
    initial: z
      .string()
      .min(1)
      .default('random')
      .describe('where the first weights come from: random, or the path of a model folder'),
    size: z
      .int()
      .min(41)
      .max(4097)
      .refine((size) => size % 8 === 1, 'a multiple of 8 plus 1')
      .default(473)
      .describe('side of the square that a picture is stretched to, in pixels: a multiple of 8 plus 1'),
    width: z.int().min(1).max(1024).default(64).describe('channels of the stem, which all other widths follow'),
    soundWidth: z
      .int()
      .min(1)
      .max(1024)
      .default(64)
      .describe("channels of VGGish's first convolution, which its other widths follow"),
    pyramidWidth: z.int().min(1).max(8192).default(512).describe('channels of each branch of the pyramid'),
    objective: z
      .enum(['supervised', 'unsupervised', 'semi-supervised'])
      .default('supervised')
      .describe('what teaches: marked places, which picture goes with which sound, or both'),
    loss: z
      .enum(['binary-cross-entropy', 'focal', 'dice'])
      .default('binary-cross-entropy')
      .describe('loss of a map against the marked places'),
    epochs: z.int().min(1).default(30).describe('times that every training pair is seen'),
    batch: z.int().min(1).default(15).describe('pairs of one step'),
    microBatch: z
      .int()
      .min(1)
      .default(3)
      .describe('pairs in memory at once, and in the batch statistics; batch / microBatch runs make a step'),
    optimiser: optimiserSchema,
    schedule: z
      .enum(['constant', 'cosine', 'poly'])
      .default('constant')
      .describe('course of the learning rate: constant, half a cosine, or (1 - done)^0.9'),
    warmupSteps: z.int().min(0).default(0).describe('steps in which the learning rate rises to its highest'),
    dropout: z.number().min(0).lt(1).default(0.1).describe('share of the features that a step leaves out'),
    freezeSound: z.boolean().default(true).describe('leave the sound network as it is'),
    freezeStatistics: z
      .boolean()
      .default(false)
      .describe('normalise by the running statistics instead of those of the micro-batch, and keep them'),
    mirror: z.boolean().default(true).describe('show every second picture mirrored, at random'),
    balanced: z.boolean().default(false).describe('draw every class equally often'),
    validationShare: z.number().min(0).lt(1).default(0.1).describe('share of the pairs that only validate'),
    checkpointEvery: z.int().min(1).default(50).describe('steps from one checkpoint to the next'),
    mapsPerEpoch: z.int().min(0).default(8).describe('validation pairs whose maps are painted after every epoch'),
    seed: z.int().min(0).max(0xffff_ffff).default(1).describe('of everything random'),
    threads: z.int().min(1).max(1024).nullable().default(null).describe('threads of the engine; null for all cores'),
  })
  .check(({ value: { batch, microBatch, objective }, issues }) => {
    const refuse = (message: string): void => {
      issues.push({ code: 'custom', input: microBatch, path: ['microBatch'], message });
    };
    if (batch % microBatch !== 0) refuse(`a divisor of batch, ${batch}`);
    // The wrong sounds of a pair are the other pairs of its graph run.
    else if (objective !== 'supervised' && microBatch < 2) refuse(`at least 2 where the objective is ${objective}`);
  });

export type TrainingConfig = z.infer<typeof trainingConfigSchema>;

/** Values that replace those of the file, by path: `{ 'optimiser.learningRate': 0.01 }`. */
export type ConfigOverrides = Readonly<Record<string, unknown>>;

const HINT = '--print-config shows every field with its default.';

/**
 * Reads a config and fills in defaults.
 * @param text JSON; leaving everything out is fine.
 * @param name What to call it in an error, its path say.
 * @throws LookhearError INPUT_CORRUPT where it is not a JSON object, USAGE with the first field that is wrong
 */
export function parseConfig(text: string, name: string, overrides: ConfigOverrides = {}): TrainingConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LookhearError('INPUT_CORRUPT', `Cannot use ${name}: it is not JSON.`, { hint: HINT, cause });
  }
  if (!isRecord(value)) {
    throw new LookhearError('INPUT_CORRUPT', `Cannot use ${name}: it is not a JSON object.`, { hint: HINT });
  }
  for (const [path, replacement] of Object.entries(overrides)) value = withValue(value, path.split('.'), replacement);
  const result = trainingConfigSchema.safeParse(value);
  if (result.success) return result.data;
  const problem = describeIssue(result.error.issues[0], value);
  throw new LookhearError('USAGE', `Cannot use ${name}: ${problem}.`, { hint: HINT, cause: result.error });
}

/** The config as a file: every field, defaults too. */
export function printConfig(config: TrainingConfig = parseConfig('{}', 'the defaults')): string {
  return `${JSON.stringify(config, null, 2)}\n`;
}

export interface ConfigRow {
  /** Path of the field: `optimiser.momentum`. */
  readonly field: string;
  /** As in JSON. */
  readonly value: string;
  readonly meaning: string;
  /** Allowed words, where only some are. */
  readonly choices: readonly string[];
}

/** Every field with its value (unset config: its default) and what it means. */
export function describeConfig(config: TrainingConfig = parseConfig('{}', 'the defaults')): ConfigRow[] {
  const { kind } = config.optimiser;
  const { optimiser, ...others } = trainingConfigSchema.shape;
  const rows = (fields: Readonly<Record<string, z.ZodType>>, values: object, prefix = ''): ConfigRow[] =>
    Object.entries(fields).map(([field, schema]) => ({
      field: prefix + field,
      value: JSON.stringify((values as Readonly<Record<string, unknown>>)[field]),
      meaning: schema.description ?? '',
      choices: choicesOf(schema),
    }));
  const optimiserRows = rows((kind === 'sgd' ? sgdSchema : adamWSchema).shape, config.optimiser, 'optimiser.');
  const kinds = optimiserRows.map((row) =>
    row.field === 'optimiser.kind' ? { ...row, choices: ['sgd', 'adamW'] } : row,
  );
  return [...rows(others, config), ...kinds];
}

/** The rows as a table for a terminal. */
export function configTable(rows: readonly ConfigRow[]): string {
  const cells = rows.map(({ field, value, meaning, choices }) => [
    field,
    value,
    choices.length > 0 ? `${meaning} (${choices.join(', ')})` : meaning,
  ]);
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column].length)));
  return cells
    .map(([field, value, meaning]) => `${field.padEnd(widths[0])}  ${value.padEnd(widths[1])}  ${meaning}\n`)
    .join('');
}

function choicesOf(schema: z.ZodType): string[] {
  const inner = schema instanceof z.ZodDefault ? schema.unwrap() : schema;
  return inner instanceof z.ZodEnum ? inner.options.map(String) : [];
}

/** `"batch" must be at least 1, got 0` */
function describeIssue(issue: z.core.$ZodIssue, config: unknown): string {
  const path = issue.path.map(String);
  const got = path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), config);
  if (issue.code === 'unrecognized_keys') return `there is no field "${[...path, issue.keys[0]].join('.')}"`;
  return `"${path.join('.')}" must be ${expectationOf(issue)}, got ${got === undefined ? 'nothing' : JSON.stringify(got)}`;
}

function expectationOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeTexts[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `one of ${issue.values.join(', ')}`;
    case 'invalid_union':
      return 'sgd or adamW';
    case 'too_small':
      if (issue.origin === 'string') return 'a text that is not empty';
      return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
    case 'too_big':
      return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`;
    default:
      return issue.message;
  }
}

const typeTexts: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  object: 'an object',
};

function withValue(base: unknown, [key, ...rest]: readonly string[], value: unknown): Record<string, unknown> {
  const record = isRecord(base) ? base : {};
  const old = Object.hasOwn(record, key) ? record[key] : undefined;
  return { ...record, [key]: rest.length === 0 ? value : withValue(old, rest, value) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
