/**
 * `lookhear train`: the report's training. The same command goes on where a stopped one was; Ctrl-C stops after the step
 * at hand, with its place saved.
 */
import { readFile } from 'node:fs/promises';
import { chooseEngine } from '../engine/chooseEngine.node.ts';
import { LookhearError } from '../errors.ts';
import { type TrainingEvent, train } from '../train/report/train.ts';
import {
  type ConfigOverrides,
  configTable,
  describeConfig,
  parseConfig,
  printConfig,
  type TrainingConfig,
} from '../train/run/config.ts';
import { noteOnEngine } from './openFromOptions.ts';
import type { OptionValues } from './options.ts';
import { packageVersion } from './packageVersion.ts';
import { startProgress } from './progress.ts';
import { startTrainView, type TrainViewState } from './trainView.ts';
import type { Invocation } from './verb.ts';

export async function run({ options, signal }: Invocation): Promise<0> {
  const config = await configOf(options);
  if (options.printConfig) {
    const isTable = process.stdout.isTTY && options.json === undefined;
    process.stdout.write(isTable ? configTable(describeConfig(config)) : printConfig(config));
    return 0;
  }
  const engine = await chooseEngine(options.device);
  noteOnEngine(engine.name, options);
  const listener = options.quiet ? () => {} : options.json ? printEvent : startViews(config);
  const { model, scores } = await train({
    config,
    engine,
    version: packageVersion(),
    signal: asStop(signal),
    onEvent: listener,
  });
  if (options.json) console.log(JSON.stringify({ kind: 'finished', model, scores }));
  else if (!options.quiet) {
    for (const [name, { value, baseline }] of Object.entries(scores)) {
      const beside = baseline ? `  (${baseline.name} ${(100 * baseline.value).toFixed(1)})` : '';
      console.log(`  ${name.padEnd(12)} ${(100 * value).toFixed(1)}${beside}`);
    }
    console.log(`  wrote ${model}; the course of the training is in ${config.out}/index.html`);
  }
  return 0;
}

/** The file of `--config`, then what the options say. */
async function configOf(options: OptionValues): Promise<TrainingConfig> {
  const { config: path, preset, data, out, objective, balanced, threads, set = {} } = options;
  const given: ConfigOverrides = {
    ...(preset !== undefined && { preset }),
    ...(data !== undefined && { data }),
    ...(out !== undefined && { out }),
    ...(objective !== undefined && { objective }),
    ...(balanced !== undefined && { balanced }),
    ...(threads !== undefined && { threads }),
    ...set,
  };
  if (path === undefined) return parseConfig('{}', 'the options', given);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new LookhearError('INPUT_MISSING', `Cannot read ${path}: it is not there or may not be read.`, {
      hint: '--print-config > train.json makes one.',
      cause,
    });
  }
  return parseConfig(text, path, given);
}

/** One JSON object a line. */
function printEvent(event: TrainingEvent): void {
  console.log(JSON.stringify(event));
}

function startViews(config: TrainingConfig): (event: TrainingEvent) => void {
  const view = startTrainView();
  const losses: number[] = [];
  let validation: TrainViewState['validation'];
  let sounds: ReturnType<typeof startProgress> | undefined;
  return (event) => {
    switch (event.kind) {
      case 'note':
        return view.note(`note   ${event.text}`);
      case 'sounds':
        sounds ??= startProgress({ what: 'sounds', unit: 'sounds', total: event.total });
        sounds.advance();
        if (event.done === event.total) sounds.end();
        return;
      case 'validation':
        if (event.scores.auc) validation = { name: 'AUC', ...event.scores.auc };
        return;
      case 'step': {
        losses.push(event.loss);
        view.update({
          step: event.step,
          steps: event.steps,
          epoch: event.epoch,
          epochs: config.epochs,
          losses,
          picturesPerSecond: event.picturesPerSecond,
          secondsLeft: event.secondsLeft,
          folder: config.out,
          ...(validation && { validation }),
          ...(event.savedStep !== undefined && { savedStep: event.savedStep }),
        });
        if (event.step === event.steps) view.end();
      }
    }
  };
}

/** Ctrl-C ends the training with its place saved, and with the code that a stopped command has. */
function asStop(signal: AbortSignal): AbortSignal {
  const stop = new AbortController();
  const abort = (): void =>
    stop.abort(new LookhearError('ABORTED', 'Stopped after the step at hand.', { hint: 'The same command goes on.' }));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  return stop.signal;
}
