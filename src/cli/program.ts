/** The parser: commander, fed from the tables of verbs and options. It never prints an error and never exits. */
import { Argument, Command, Option } from 'commander';
import { LookhearError } from '../errors.ts';
import { type OptionRow, type OptionValues, optionTable } from './options.ts';
import type { Invocation, Verb } from './verb.ts';
import { verbs } from './verbs.ts';

/** What the command line asks for. */
export type Request =
  | { readonly kind: 'verb'; readonly verb: Verb; readonly invocation: Omit<Invocation, 'signal'> }
  /** Help or the version: it was printed already. */
  | { readonly kind: 'answered' };

/**
 * @param words The words after `lookhear`.
 * Fails with USAGE.
 */
export function parse(words: readonly string[], version: string): Request {
  let request: Request = { kind: 'answered' };
  const program = new Command('lookhear')
    .description(
      'Give it a picture and a sound; it shows which pixels make the sound, or says that none do.\n' +
        '"lookhear picture sound" is "lookhear localize picture sound".',
    )
    .version(version, '--version')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  for (const verb of verbs) {
    const command = program
      .command(verb.name)
      .summary(verb.summary)
      .description(
        [
          `${verb.summary[0].toUpperCase()}${verb.summary.slice(1)}.`,
          '',
          ...verb.examples.map((line) => `  ${line}`),
        ].join('\n'),
      );
    for (const { name, text, choices } of verb.inputs) {
      const argument = new Argument(name, text);
      command.addArgument(choices ? argument.choices(choices) : argument);
    }
    for (const name of verb.options) command.addOption(optionOf(optionTable[name]));
    command.action(() => {
      const options: OptionValues = command.opts();
      request = { kind: 'verb', verb, invocation: giveBackInput(verb, words, { inputs: command.args, options }) };
    });
  }
  try {
    program.parse(withVerb(words), { from: 'user' });
  } catch (error) {
    if (!isCommanderError(error)) throw error;
    if (error.exitCode !== 0) throw usageError(error, words);
  }
  return request;
}

function optionOf(row: OptionRow): Option {
  const option = new Option(row.flags, row.text);
  if (row.choices) option.choices(row.choices);
  if (row.parse) option.argParser(row.parse);
  return option;
}

/** A lone picture and sound need no verb; two words that do not begin with one are taken for them. */
function withVerb(words: readonly string[]): readonly string[] {
  const [first, second] = words;
  const isFile = first !== undefined && !first.startsWith('-') && /[./\\]/.test(first);
  return isFile && second !== undefined && !verbs.some(({ name }) => name === first) ? ['localize', ...words] : words;
}

/**
 * `--json` may be followed by a file, so in `localize --json yard.jpg bark.mp3` the parser takes the picture for it.
 * Where an input is missing then, what `--json` took is given back to its place among the inputs.
 */
function giveBackInput(verb: Verb, words: readonly string[], parsed: Omit<Invocation, 'signal'>) {
  const { inputs, options } = parsed;
  const needsNone = verb.name === 'models' || options.pairs !== undefined || options.benchmark !== undefined;
  const wanted = needsNone ? 0 : verb.inputs.length;
  const taken = options.json;
  if (typeof taken !== 'string') return parsed;
  // `localize` takes a video alone: there an input may be missing, and what is named as JSON is the file for it.
  const takesOne = verb.name === 'localize' && wanted > 0;
  const isMissing = takesOne
    ? inputs.length < wanted && !/\.(json|jsonl|ndjson)$/i.test(taken)
    : inputs.length === wanted - 1;
  if (!isMissing) return parsed;
  if (words[words.indexOf('--json') + 1] !== taken) return parsed;
  const before = inputs.filter((input) => words.indexOf(input) < words.indexOf('--json')).length;
  return { inputs: inputs.toSpliced(before, 0, taken), options: { ...options, json: true } as const };
}

interface CommanderFailure extends Error {
  readonly code: string;
  readonly exitCode: number;
}

function isCommanderError(error: unknown): error is CommanderFailure {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}

/** commander writes "error: what (Did you mean x?)"; ours is a sentence and a hint. */
function usageError(error: CommanderFailure, words: readonly string[]): LookhearError {
  const [message, guess] = error.message.replace(/^error: /, '').split('\n');
  const verb = verbs.find(({ name }) => name === words[0]);
  const help = `"lookhear ${verb ? `${verb.name} ` : ''}--help" shows what it takes.`;
  return new LookhearError('USAGE', `${message[0].toUpperCase()}${message.slice(1).replace(/\.$/, '')}.`, {
    hint: guess ? `${guess.replace(/^\(|\)$/g, '')} ${help}` : help,
    cause: error,
  });
}
