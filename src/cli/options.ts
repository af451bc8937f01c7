/**
 * Every option of the command line, once: the same name means the same in every verb. The help, the parser and the
 * types of the values come from this table.
 */
import { LookhearError } from '../errors.ts';

export interface OptionRow {
  /** As commander reads it: short and long name, and the value in angle (needed) or square brackets (may be absent). */
  readonly flags: string;
  readonly text: string;
  readonly choices?: readonly string[];
  /** Turns the text of the value into the value; fails with USAGE. */
  readonly parse?: (text: string, before: unknown) => unknown;
}

export const optionTable = {
  out: {
    flags: '-o, --out <path>',
    text: 'where the result goes: a picture, a video, or the folder of many results, a model or a run',
  },
  map: { flags: '--map <file.npy>', text: 'the heat as a NumPy array, float32 (height, width), 0..1' },
  figure: {
    flags: '--figure <file.png>',
    text: 'picture and heat side by side, with axes in pixels; of a video the timeline',
  },
  always: { flags: '--always', text: 'write the overlay whatever the answer' },
  every: {
    flags: '--every <seconds>',
    text: 'of a video: from one map to the next (default: 0.25)',
    parse: positiveSeconds('--every'),
  },
  pairs: {
    flags: '--pairs <file.jsonl>',
    text: 'many pairs: a line {"id","image","audio"} each; for score {"id","width","height","boxes"}',
  },
  maps: { flags: '--maps <folder>', text: 'the maps to score: <id>.npy with raw values, or <id>.png' },
  items: { flags: '--items <file.jsonl>', text: 'a line {"id","rule","ciou"} for each map and rule' },
  preset: {
    flags: '--preset <name>',
    text: 'a system of a known shape: report, pspnet50, vggish, vggish-linear, small',
  },
  data: { flags: '--data <folder>', text: 'the training pairs: pairs.jsonl, Flickr-SoundNet or VGG-SS' },
  config: { flags: '--config <file.json>', text: 'how to train; what is left out has its default' },
  set: {
    flags: '--set <field=value>',
    text: 'a field of the config, such as epochs=3; may be given again',
    parse: collectOverrides,
  },
  objective: {
    flags: '--objective <name>',
    text: 'what teaches: marked places, which picture goes with which sound, or both',
    choices: ['supervised', 'unsupervised', 'semi-supervised'],
  },
  balanced: { flags: '--balanced', text: 'draw every category equally often' },
  printConfig: { flags: '--print-config', text: 'print the config with every default, and stop' },
  partial: {
    flags: '--partial',
    text: 'import what fits, begin what is missing at random, leave out what is of no use',
  },
  format: {
    flags: '--format <kind>',
    text: 'onnx: to run elsewhere; safetensors: the weights by name',
    choices: ['onnx', 'safetensors'],
  },
  picture: {
    flags: '--picture <folder>',
    text: 'what sees: hub:OWNER/NAME, a folder in the layout of the hub, or a model',
  },
  sound: { flags: '--sound <folder>', text: 'what hears: the same' },
  relation: {
    flags: '--relation <file.json>',
    text: 'which sounds come from which sights: {"sound": {"sight": weight}} (default: by names)',
  },
  frontEnd: {
    flags: '--front-end <name>',
    text: 'how a sound becomes the input of a network that does not say so',
    choices: ['yamnet', 'vggish', 'mn04', 'ast', 'waveform'],
  },
  activation: {
    flags: '--activation <name>',
    text: 'what makes probabilities of the outputs of what hears (default: as its folder, labels and outputs say)',
    choices: ['softmax', 'sigmoid', 'none'],
  },
  revision: { flags: '--revision <name>', text: 'branch, tag or commit on the hub (default: main)' },
  yes: { flags: '-y, --yes', text: 'fetch without asking: you know the licence' },
  benchmark: { flags: '--benchmark <name>', text: 'a published test set; "data check" lists them' },
  media: { flags: '--media <folder>', text: 'where its pictures and sounds are' },
  annotations: { flags: '--annotations <folder>', text: 'where its lists and boxes are (default: with the media)' },
  top: { flags: '--top <n>', text: 'how many labels to show (default: 5)', parse: positiveInteger('--top') },
  rule: { flags: '--rule <name>', text: 'only this rule from map to mask, such as half_ez' },
  open: { flags: '--open', text: 'show the page in the browser' },
  host: { flags: '--host <address>', text: 'where to listen (default: 127.0.0.1); all but this machine needs a token' },
  port: { flags: '--port <n>', text: 'where to listen (default: 4114; 0: any that is free)', parse: portNumber },
  token: {
    flags: '--token <text>',
    text: 'what requests must bring (default: LOOKHEAR_TOKEN, which others cannot see)',
  },
  json: {
    flags: '--json [file]',
    text: 'one JSON object on standard output, or into a file; of a video a line for each moment',
  },
  model: { flags: '--model <name|folder>', text: 'the model (default: LOOKHEAR_MODEL, else small)' },
  device: {
    flags: '--device <engine>',
    text: 'the engine: native is fast, wasm always works',
    choices: ['auto', 'native', 'wasm'],
  },
  threads: {
    flags: '--threads <n>',
    text: 'threads of the engine; with --pairs and serve, how many at once',
    parse: positiveInteger('--threads'),
  },
  threshold: {
    flags: '--threshold <value>',
    text: 'universal threshold: a number; for evaluate also the report.json of validation data',
  },
  shard: { flags: '--shard <i/n>', text: 'only every n-th item, beginning with the i-th; --merge joins the parts' },
  merge: { flags: '--merge <folder>', text: 'join the parts that --shard wrote into that folder, and report' },
  atLeast: {
    flags: '--at-least <rule>',
    text: 'end with code 4 where it does not hold, such as half_ez.success=0.4; may be given again',
    parse: (text, before) => [...((before as readonly string[] | undefined) ?? []), text],
  },
  seed: {
    flags: '--seed <n>',
    text: 'what everything drawn depends on (default: 1)',
    parse: positiveInteger('--seed', 2 ** 31 - 1),
  },
  force: { flags: '--force', text: 'write over files that exist' },
  quiet: { flags: '-q, --quiet', text: 'print only errors, and JSON where asked for' },
  verbose: { flags: '-v, --verbose', text: 'print timings, and the stack of an error' },
} as const satisfies Record<string, OptionRow>;

export type OptionName = keyof typeof optionTable;

/** What the user gave; a missing field is an option that was left out. */
export interface OptionValues {
  readonly out?: string;
  readonly map?: string;
  readonly figure?: string;
  readonly always?: true;
  readonly pairs?: string;
  readonly maps?: string;
  readonly items?: string;
  readonly preset?: string;
  readonly data?: string;
  readonly config?: string;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly objective?: string;
  readonly balanced?: true;
  readonly printConfig?: true;
  readonly partial?: true;
  readonly format?: 'onnx' | 'safetensors';
  readonly picture?: string;
  readonly sound?: string;
  readonly relation?: string;
  readonly frontEnd?: 'yamnet' | 'vggish' | 'mn04' | 'ast' | 'waveform';
  readonly activation?: 'softmax' | 'sigmoid' | 'none';
  readonly revision?: string;
  readonly yes?: true;
  readonly benchmark?: string;
  readonly media?: string;
  readonly annotations?: string;
  readonly every?: number;
  readonly top?: number;
  readonly rule?: string;
  readonly open?: true;
  readonly host?: string;
  readonly port?: number;
  readonly token?: string;
  /** `true`: standard output. */
  readonly json?: string | true;
  readonly model?: string;
  readonly device?: 'auto' | 'native' | 'wasm';
  readonly threads?: number;
  readonly threshold?: string;
  readonly shard?: string;
  readonly merge?: string;
  readonly atLeast?: readonly string[];
  readonly seed?: number;
  readonly force?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

/** Parses a whole number from 1 to `most`. Fails with USAGE. */
export function positiveInteger(name: string, most = 1024): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
    throw new LookhearError('USAGE', `Expected a whole number from 1 to ${most} for ${name}, got "${text}".`, {
      hint: 'Leave it out to take the default.',
    });
  };
}

function portNumber(text: string): number {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value < 65_536) return value;
  throw new LookhearError('USAGE', `Expected a number from 0 to 65535 for --port, got "${text}".`, {
    hint: 'Leave it out to take 4114.',
  });
}

/** Parses a number of seconds, 0.02 (each frame at 50 a second) to an hour. Fails with USAGE. */
export function positiveSeconds(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d*\.?\d+$/.test(text) && value >= 0.02 && value <= 3600) return value;
    throw new LookhearError('USAGE', `Expected seconds from 0.02 to 3600 for ${name}, got "${text}".`, {
      hint: 'Leave it out to take the default.',
    });
  };
}

/** Reads `optimiser.learningRate=0.01`; what is not JSON is text, so that `schedule=cosine` needs no quotes. */
function collectOverrides(text: string, before: unknown): Readonly<Record<string, unknown>> {
  const [, path, value] = /^([A-Za-z][\w.]*)=(.*)$/s.exec(text) ?? [];
  if (path === undefined) {
    throw new LookhearError('USAGE', `Expected a field and its value for --set, such as epochs=3, got "${text}".`, {
      hint: '--print-config shows every field.',
    });
  }
  const others = (before ?? {}) as Readonly<Record<string, unknown>>;
  try {
    return { ...others, [path]: JSON.parse(value) };
  } catch {
    return { ...others, [path]: value };
  }
}
