import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseEngine } from '../engine/chooseEngine.node.ts';
import { multiply, subtract } from '../graph/elementwise.ts';
import { mean } from '../graph/reductions.ts';
import { input } from '../graph/tensor.ts';
import { dense } from '../layers/blocks.ts';
import { adamW } from '../layers/optimisers.ts';
import { Parameters } from '../layers/parameters.ts';
import { seededRandom } from '../layers/random.ts';
import { cosineSchedule } from '../layers/schedules.ts';
import { trainingStep } from '../layers/trainingStep.ts';
import { readLog, trainingLoop } from './loop.ts';
import { StepRunner } from './stepRunner.ts';

const STEPS = 40;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-loop-'));
});
afterEach(async () => rm(folder, { recursive: true }));

/** Learns to double its input; stops after `stopAt` steps where that is given. */
async function train(stopAt?: number): Promise<Map<string, Float32Array>> {
  const parameters = new Parameters(3);
  const x = input('x', [8, 4]);
  const error = subtract(dense({ parameters, mode: 'training' }, 'double', x, 4), multiply(x, 2));
  const step = trainingStep({ parameters, loss: mean(multiply(error, error)), optimiser: adamW(), clipNorm: 1 });
  const runner = await StepRunner.create(await chooseEngine(), step, { threads: 1 });
  const stopper = new AbortController();
  try {
    return await trainingLoop({
      runner,
      steps: STEPS,
      folder,
      learningRate: cosineSchedule({ peak: 0.05, steps: STEPS }),
      averaged: new Set(['double/weight', 'double/bias']),
      every: 10,
      signal: stopper.signal,
      onProgress: () => undefined,
      validate: async () => ({ figure: 1 }),
      batch: (index) => {
        if (index === stopAt) stopper.abort(new Error('stopped'));
        const data = Float32Array.from({ length: 32 }, seededRandom(index));
        return { x: { type: 'float32', dims: [8, 4], data } };
      },
    });
  } finally {
    await runner.close();
  }
}

describe('the training loop', () => {
  it('ends with the same weights to the bit, whether it was stopped on the way or not', async () => {
    const uninterrupted = await train();
    await rm(folder, { recursive: true });
    folder = await mkdtemp(join(tmpdir(), 'lookhear-loop-'));
    await expect(train(23)).rejects.toThrow('stopped');
    expect(await train()).toEqual(uninterrupted);
  });

  it('continues behind a log that a crash left ahead of the checkpoint', async () => {
    await train();
    const steps = (await readLog(join(folder, 'log.jsonl'))).map(({ step }) => step);
    expect(steps).toEqual([10, 20, 30, 40]);
    await train();
    expect((await readLog(join(folder, 'log.jsonl'))).map(({ step }) => step)).toEqual(steps);
  });

  it('learns', async () => {
    await train();
    const log = await readLog(join(folder, 'log.jsonl'));
    expect(log[3].loss).toBeLessThan(log[0].loss / 2);
  });
});

it('stops where the loss is not a number, and names the step', async () => {
  const parameters = new Parameters(1);
  const x = input('x', [1, 2]);
  const step = trainingStep({
    parameters,
    loss: mean(dense({ parameters, mode: 'training' }, 'd', x, 2)),
    optimiser: adamW(),
  });
  const runner = await StepRunner.create(await chooseEngine(), step, { threads: 1 });
  const feed = (value: number) => ({
    x: { type: 'float32' as const, dims: [1, 2], data: new Float32Array(2).fill(value) },
  });
  await runner.run(feed(1), 0.01);
  await expect(runner.run(feed(Number.NaN), 0.01)).rejects.toThrow('the loss is NaN at step 2');
  await runner.close();
});
