/**
 * The training loop: batches, steps, schedule, averaged weights, checkpoints, a log. Killed at any moment it continues
 * from its last checkpoint with the same batches, because a batch depends on seed and step alone.
 */
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { TensorData } from '../engine/engine.ts';
import { moveAverage } from '../layers/weightAveraging.ts';
import { writeFileAtomically } from '../media/atomicWrite.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { plotCurves } from './plot.ts';
import type { StepRunner } from './stepRunner.ts';

export interface TrainingProgress {
  readonly step: number;
  readonly steps: number;
  /** Mean over the steps since the last report. */
  readonly loss: number;
  readonly secondsLeft: number;
  /** Validation figures, where there are new ones. */
  readonly validation?: Readonly<Record<string, number>>;
}

export interface LoopOptions {
  readonly runner: StepRunner;
  readonly steps: number;
  /** Folder of the checkpoint, the log and the plot. */
  readonly folder: string;
  readonly learningRate: (step: number) => number;
  readonly batch: (
    step: number,
  ) => Promise<Readonly<Record<string, TensorData>>> | Readonly<Record<string, TensorData>>;
  /** Parameters and statistics by name, whose moving average is kept and validated. */
  readonly averaged: ReadonlySet<string>;
  /** Figures of the averaged parameters. */
  readonly validate: (values: ReadonlyMap<string, Float32Array>) => Promise<Record<string, number>>;
  /** Steps between validations, and between checkpoints. */
  readonly every: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TrainingProgress) => void;
}

/** Share of the old average that stays at each step. */
const AVERAGE_DECAY = 0.998;
const AVERAGE = 'average:';
const REPORT_EVERY = 10;

/** Trains and returns the averaged parameters. Fails with the signal's reason when stopped, after saving its place. */
export async function trainingLoop(options: LoopOptions): Promise<Map<string, Float32Array>> {
  const { runner, steps, folder, every, signal } = options;
  const checkpointPath = join(folder, 'checkpoint.safetensors');
  const logPath = join(folder, 'log.jsonl');
  const averages = await resume(options, checkpointPath, logPath);
  let lossSum = 0;
  let lossCount = 0;
  const begin = performance.now();
  const firstStep = runner.count;

  const save = async (): Promise<void> => {
    const values = runner.snapshot();
    for (const [name, value] of averages) values.set(AVERAGE + name, value);
    await writeCheckpoint(checkpointPath, { values, step: runner.count, notes: {} });
  };

  while (runner.count < steps) {
    // Lets messages from the main thread in: a step blocks this one.
    await setImmediate();
    if (signal.aborted) {
      await save();
      signal.throwIfAborted();
    }
    const step = runner.count;
    const learningRate = options.learningRate(step);
    const { loss } = await runner.run(await options.batch(step), learningRate);
    moveAverage(averages, runner.current(options.averaged), AVERAGE_DECAY, runner.count);
    lossSum += loss;
    lossCount++;
    const isValidated = runner.count % every === 0 || runner.count === steps;
    if (runner.count % REPORT_EVERY !== 0 && !isValidated) continue;
    const validation = isValidated ? await options.validate(averages) : undefined;
    const meanLoss = lossSum / lossCount;
    [lossSum, lossCount] = [0, 0];
    const entry = { step: runner.count, loss: meanLoss, learningRate, ...validation };
    await appendFile(logPath, `${JSON.stringify(entry)}\n`);
    const secondsPerStep = (performance.now() - begin) / 1000 / (runner.count - firstStep);
    options.onProgress({
      step: runner.count,
      steps,
      loss: meanLoss,
      secondsLeft: secondsPerStep * (steps - runner.count),
      ...(validation && { validation }),
    });
    if (isValidated) {
      await save();
      await writeFileAtomically(join(folder, 'curves.svg'), plotCurves(await readLog(logPath)), { force: true });
    }
  }
  return averages;
}

async function resume(
  options: LoopOptions,
  checkpointPath: string,
  logPath: string,
): Promise<Map<string, Float32Array>> {
  const { runner, averaged } = options;
  const checkpoint = await readCheckpoint(checkpointPath);
  if (checkpoint === undefined) {
    await writeFile(logPath, '');
    const initial = runner.snapshot();
    return new Map([...averaged].map((name) => [name, initial.get(name)!.slice()]));
  }
  runner.restore(checkpoint.values, checkpoint.step);
  await dropLaterEntries(logPath, checkpoint.step);
  return new Map([...averaged].map((name) => [name, checkpoint.values.get(AVERAGE + name)!.slice()]));
}

/** Steps behind the checkpoint are done again, so their entries go. */
async function dropLaterEntries(logPath: string, step: number): Promise<void> {
  const entries = (await readLog(logPath)).filter((entry) => entry.step <= step);
  await writeFileAtomically(logPath, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), { force: true });
}

export interface LogEntry {
  readonly step: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly [figure: string]: number;
}

export async function readLog(path: string): Promise<LogEntry[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line.endsWith('}'));
  return lines.map((line) => JSON.parse(line) as LogEntry);
}
