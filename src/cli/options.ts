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
  readonly parse?: (text: string) => unknown;
}

export const optionTable = {
  out: { flags: '-o, --out <path>', text: 'the picture with the heat over it; with --pairs the folder of the results' },
  map: { flags: '--map <file.npy>', text: 'the heat as a NumPy array, float32 (height, width), 0..1' },
  figure: { flags: '--figure <file.png>', text: 'picture and heat side by side, with axes in pixels' },
  always: { flags: '--always', text: 'write the overlay whatever the answer' },
  pairs: { flags: '--pairs <file.jsonl>', text: 'many pairs: a line {"id","image","audio"} each' },
  top: { flags: '--top <n>', text: 'how many labels to show (default: 5)', parse: positiveInteger('--top') },
  json: { flags: '--json [file]', text: 'one JSON object on standard output, or into a file' },
  model: { flags: '--model <name|folder>', text: 'the model (default: LOOKHEAR_MODEL, else small)' },
  device: {
    flags: '--device <engine>',
    text: 'the engine: native is fast, wasm always works',
    choices: ['auto', 'native', 'wasm'],
  },
  threads: {
    flags: '--threads <n>',
    text: 'threads of the engine; with --pairs, pairs at once',
    parse: positiveInteger('--threads'),
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
  readonly top?: number;
  /** `true`: standard output. */
  readonly json?: string | true;
  readonly model?: string;
  readonly device?: 'auto' | 'native' | 'wasm';
  readonly threads?: number;
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
