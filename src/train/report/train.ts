/**
 * `lookhear train`: the report's training, from a folder of pairs to a model folder. Killed at any moment, the same call
 * goes on from the last checkpoint and ends with the same weights.
 */
import { setImmediate } from 'node:timers/promises';
import { batchOf, epochOrder, stepsPerEpoch } from '../../data/sampling.ts';
import type { Split } from '../../data/split.ts';
import type { TrainingPair } from '../../data/trainingPair.ts';
import type { Engine } from '../../engine/engine.ts';
import { AccumulatingRunner } from '../accumulatingRunner.ts';
import type { TrainingConfig } from '../run/config.ts';
import type { MetricsEntry, Score } from '../run/metrics.ts';
import { openRunFolder, type RunFolder } from '../run/runFolder.ts';
import { batchFeeds } from './batches.ts';
import { adoptWeights, type Initial, readInitial } from './initialWeights.ts';
import { readSplit } from './readSplit.ts';
import { startReport } from './runReport.ts';
import { cacheSounds, type SoundVectors } from './soundCache.ts';
import { scheduleOf, trainingGraph } from './system.ts';
import { scoresOf, Validator } from './validate.ts';
import { openVggish } from './vggishSession.ts';
import { writeTrainedModel } from './writeTrainedModel.ts';

export type TrainingEvent =
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'sounds'; readonly done: number; readonly total: number }
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly steps: number;
      /** The one at work, from 1. */
      readonly epoch: number;
      readonly loss: number;
      readonly picturesPerSecond: number;
      readonly secondsLeft: number;
      readonly savedStep: number | undefined;
    }
  | { readonly kind: 'validation'; readonly step: number; readonly scores: Readonly<Record<string, Score>> };

export interface TrainOptions {
  readonly config: TrainingConfig;
  readonly engine: Engine;
  /** Of lookhear, for the record. */
  readonly version: string;
  /** Stops after the step at hand, with its place saved; the call then fails with the signal's reason. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: TrainingEvent) => void;
}

export interface Trained {
  /** Of the model folder. */
  readonly model: string;
  readonly scores: Readonly<Record<string, Score>>;
}

/** Metrics between two validations are means over this many steps. */
const LOG_EVERY = 10;

export async function train(options: TrainOptions): Promise<Trained> {
  const { config, engine, version, signal, onEvent } = options;
  const note = (text: string): void => onEvent({ kind: 'note', text });
  const split = await readSplit(config, note);
  const { folder, facts, checkpoint, notes } = await openRunFolder({
    path: config.out,
    config,
    version,
    engine: engine.name,
  });
  for (const text of notes) note(text);

  const initial = await readInitial(config.initial);
  const { settings } = initial;
  const sounds = await soundsOf(options, split, initial, folder);
  const { parameters, step } = trainingGraph(config, settings);
  const random = adoptWeights(parameters, initial, config.initial);
  if (random.length > 0) {
    const some = `${random.slice(0, 4).join(', ')}${random.length > 4 ? ' ...' : ''}`;
    note(`${random.length} parameters begin at random, as ${config.initial} lacks them: ${some}.`);
  }
  // Statistics that stay as they are; with the others they make the whole network.
  const fixed = new Map(
    [...parameters].flatMap(({ name, trainable, values }) =>
      trainable || parameters.updates.has(name) ? [] : [[name, values] as const],
    ),
  );
  const names = new Set([...parameters].map(({ name }) => name));
  const threads = config.threads === null ? {} : { threads: config.threads };
  const runner = await AccumulatingRunner.create(engine, step, { frozen: fixed, ...threads });
  if (checkpoint) runner.restore(checkpoint.values, checkpoint.step);
  const current = (): Map<string, Float32Array> => new Map([...runner.current(names), ...fixed]);

  const validator = await Validator.open(engine, config, settings, sounds);
  const report = await startReport({ folder, config, facts, firstStep: runner.count + 1 });
  const { training, validation } = split;
  const perEpoch = stepsPerEpoch(training.length, config.batch);
  const steps = perEpoch * config.epochs;
  const schedule = scheduleOf(config, steps);
  const meter = new Meter(config.batch);
  // A training that was stopped behind its last epoch has been judged already.
  let scores = (await folder.metrics()).findLast((entry) => entry.validation)?.validation ?? {};
  const save = async (): Promise<void> => {
    await folder.saveCheckpoint({ values: runner.snapshot(), step: runner.count, notes: {} });
  };

  while (runner.count < steps) {
    // Lets signals in: a step of the native engine blocks this thread.
    await setImmediate();
    if (signal.aborted) {
      if (runner.count !== folder.lastStep) await save();
      signal.throwIfAborted();
    }
    const done = runner.count;
    const epoch = Math.floor(done / perEpoch);
    const order = epochOrder(training, { seed: config.seed, epoch, balanced: config.balanced });
    const pairs = batchOf(order, done % perEpoch, config.batch).map((index) => training[index]);
    const feeds = await batchFeeds(pairs, { config, settings, sounds, epoch, step: done });
    const { loss } = await runner.run(feeds, schedule(done));
    meter.add(loss);
    const isEpochEnd = runner.count % perEpoch === 0;
    if (isEpochEnd && validation.length > 0) {
      const maps = await mapsOf(validator, validation, current());
      scores = await scoresOf(maps);
      await report.epoch(runner.count / perEpoch, maps);
      onEvent({ kind: 'validation', step: runner.count, scores });
    }
    if (isEpochEnd || runner.count % LOG_EVERY === 0) {
      const entry: MetricsEntry = {
        step: runner.count,
        epoch: runner.count / perEpoch,
        loss: meter.takeMean(),
        learningRate: schedule(done),
        picturesPerSecond: meter.picturesPerSecond,
        ...(isEpochEnd && Object.keys(scores).length > 0 && { validation: scores }),
      };
      await report.log(entry);
    }
    if (isEpochEnd || runner.count % config.checkpointEvery === 0) await save();
    onEvent({
      kind: 'step',
      step: runner.count,
      steps,
      epoch: epoch + 1,
      loss,
      picturesPerSecond: meter.picturesPerSecond,
      secondsLeft: ((steps - runner.count) * config.batch) / meter.picturesPerSecond,
      savedStep: folder.lastStep,
    });
  }
  note(`Takes the fingerprints of ${training.length} pairs, for the list of what the model was trained on.`);
  const model = await writeTrainedModel({
    config,
    settings,
    facts,
    split,
    initial,
    values: current(),
    scores,
    folder: folder.path,
    signal,
  });
  await validator.close();
  await runner.close();
  return { model, scores };
}

async function soundsOf(
  { config, engine, signal, onEvent }: TrainOptions,
  { training, validation }: Split,
  initial: Initial,
  folder: RunFolder,
): Promise<Map<string, SoundVectors>> {
  const begin = performance.now();
  let computed = 0;
  const sounds = await cacheSounds({
    pairs: [...training, ...validation],
    folder,
    openVggish: config.freezeSound ? () => openVggish(engine, config, initial) : undefined,
    signal,
    onProgress: (done, total) => {
      computed++;
      onEvent({ kind: 'sounds', done, total });
    },
  });
  const seconds = (performance.now() - begin) / 1000;
  if (seconds > 1) {
    const rate = computed / seconds;
    onEvent({ kind: 'note', text: `${computed} sounds in ${seconds.toFixed(0)} s, ${rate.toFixed(1)} a second.` });
  }
  return sounds;
}

async function mapsOf(
  validator: Validator,
  pairs: readonly TrainingPair[],
  parameters: ReadonlyMap<string, Float32Array>,
) {
  const maps = [];
  for (const pair of pairs) maps.push({ pair, map: await validator.map(pair, parameters) });
  return maps;
}

/** Means of the loss, and the speed of the last minute's steps. */
class Meter {
  readonly #batch: number;
  readonly #times: number[] = [performance.now()];
  #sum = 0;
  #count = 0;

  constructor(batch: number) {
    this.#batch = batch;
  }

  add(loss: number): void {
    this.#sum += loss;
    this.#count++;
    this.#times.push(performance.now());
    if (this.#times.length > 60) this.#times.shift();
  }

  takeMean(): number {
    const mean = this.#sum / this.#count;
    [this.#sum, this.#count] = [0, 0];
    return mean;
  }

  get picturesPerSecond(): number {
    const seconds = (this.#times.at(-1)! - this.#times[0]) / 1000;
    return (this.#batch * (this.#times.length - 1)) / seconds;
  }
}
