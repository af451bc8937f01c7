import { beforeAll, describe, expect, it } from 'vitest';
import { chooseEngine } from '../engine/chooseEngine.node.ts';
import type { Engine } from '../engine/engine.ts';
import { multiply, relu, subtract } from '../graph/elementwise.ts';
import { mean } from '../graph/reductions.ts';
import { input } from '../graph/tensor.ts';
import { type BlockContext, convolution, convolutionBlock } from '../layers/blocks.ts';
import { adamW, sgd } from '../layers/optimisers.ts';
import { Parameters } from '../layers/parameters.ts';
import { seededRandom } from '../layers/random.ts';
import { accumulatingStep, type TrainingStepOptions, trainingStep } from '../layers/trainingStep.ts';
import { AccumulatingRunner } from './accumulatingRunner.ts';
import { type Feeds, StepRunner } from './stepRunner.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await chooseEngine();
}, 60_000);

const SIDE = 6;
const momentum = { optimiser: sgd({ momentum: 0.9, nesterov: true }) };

/** Two convolutions that learn to give the picture back, with or without batch normalisation between. */
function problem(pictures: number, hasNorm = false): Pick<TrainingStepOptions, 'parameters' | 'loss' | 'metrics'> {
  const parameters = new Parameters(5);
  const context: BlockContext = { parameters, mode: 'training' };
  const x = input('pictures', [pictures, 2, SIDE, SIDE]);
  const hidden = hasNorm
    ? convolutionBlock(context, 'first', x, 3, { kernel: 3 })
    : relu(convolution(context, 'first', x, 3, { kernel: 3 }));
  const error = subtract(convolution(context, 'last', hidden, 2, { kernel: 3 }), x);
  const loss = mean(multiply(error, error));
  return { parameters, loss, metrics: { twice: multiply(loss, 2) } };
}

function pictures(count: number, seed: number): Feeds {
  const data = Float32Array.from({ length: count * 2 * SIDE * SIDE }, seededRandom(seed));
  return { pictures: { type: 'float32', dims: [count, 2, SIDE, SIDE], data } };
}

/** The same pictures one by one. */
function singly({ pictures: { data, dims } }: Feeds): Feeds[] {
  const size = data.length / dims[0];
  return Array.from({ length: dims[0] }, (_, index) => ({
    pictures: {
      type: 'float32',
      dims: [1, ...dims.slice(1)],
      data: (data as Float32Array).slice(index * size, (index + 1) * size),
    },
  }));
}

const accumulating = (options: Omit<TrainingStepOptions, 'parameters' | 'loss'>, hasNorm = false, batches = 3) =>
  AccumulatingRunner.create(engine, accumulatingStep({ ...problem(1, hasNorm), ...options, batches }), { threads: 1 });

describe('accumulated micro-batches', () => {
  it.each([
    ['SGD with momentum', momentum],
    ['AdamW', { optimiser: adamW() }],
    ['clipped SGD', { ...momentum, clipNorm: 0.05 }],
  ])('move the parameters as one big batch does: %s', async (_, options) => {
    const big = await StepRunner.create(engine, trainingStep({ ...problem(3), ...options }), { threads: 1 });
    const small = await accumulating(options);
    for (let step = 0; step < 4; step++) {
      const batch = pictures(3, step + 1);
      const expected = await big.run(batch, 0.05);
      const result = await small.run(singly(batch), 0.05);
      expect(result.loss).toBeCloseTo(expected.loss, 5);
      expect(result.outputs.twice.data[0]).toBeCloseTo(2 * expected.loss, 5);
      expect(result.outputs['gradient-norm'].data[0]).toBeCloseTo(Number(expected.outputs['gradient-norm'].data[0]), 5);
    }
    const values = small.snapshot();
    expect([...values.keys()]).toEqual([...big.snapshot().keys()]);
    for (const [name, expected] of big.snapshot()) {
      for (const [index, value] of values.get(name)!.entries()) expect(value).toBeCloseTo(expected[index], 5);
    }
    await Promise.all([big.close(), small.close()]);
  });

  it('move the running means as one big batch does, and not once for each', async () => {
    const big = await StepRunner.create(engine, trainingStep({ ...problem(3, true), ...momentum }), { threads: 1 });
    const small = await accumulating(momentum, true);
    const batch = pictures(3, 9);
    await big.run(batch, 0);
    await small.run(singly(batch), 0);
    const expected = big.snapshot().get('first/norm/mean')!;
    for (const [index, value] of small.snapshot().get('first/norm/mean')!.entries()) {
      expect(value).toBeCloseTo(expected[index], 6);
      expect(Math.abs(value)).toBeGreaterThan(1e-4);
    }
    await Promise.all([big.close(), small.close()]);
  });
});

it('copies nothing between steps: two sets of buffers change places', async () => {
  const runner = await accumulating(momentum);
  const name = new Set(['first/weight']);
  const seen = [];
  for (let step = 0; step < 4; step++) {
    seen.push(runner.current(name).get('first/weight'));
    await runner.run(singly(pictures(3, step)), 0.01);
  }
  expect(seen[2]).toBe(seen[0]);
  expect(seen[3]).toBe(seen[1]);
  expect(seen[1]).not.toBe(seen[0]);
  await runner.close();
});

it('goes on from a snapshot as if it had never stopped', async () => {
  const [first, second] = [await accumulating(momentum, true), await accumulating(momentum, true)];
  await first.run(singly(pictures(3, 1)), 0.05);
  second.restore(first.snapshot(), first.count);
  for (const runner of [first, second]) await runner.run(singly(pictures(3, 2)), 0.05);
  expect(second.snapshot()).toEqual(first.snapshot());
  expect(second.count).toBe(2);
  await Promise.all([first.close(), second.close()]);
});

describe('a loss that is not a number', () => {
  it('stops with step, micro-batch and input named, and leaves the values of the last good step', async () => {
    const runner = await accumulating(momentum, true);
    await runner.run(singly(pictures(3, 1)), 0.05);
    const good = runner.snapshot();
    const bad = singly(pictures(3, 2));
    (bad[1].pictures.data as Float32Array)[7] = Number.NaN;
    await expect(runner.run(bad, 0.05)).rejects.toMatchObject({
      code: 'FAILED',
      message: 'the loss is NaN at step 2, micro-batch 2: the input pictures holds NaN at index 7',
    });
    expect(runner.snapshot()).toEqual(good);
    expect(runner.count).toBe(1);

    const fresh = await accumulating(momentum, true);
    fresh.restore(good, 1);
    for (const each of [runner, fresh]) await each.run(singly(pictures(3, 3)), 0.05);
    expect(runner.snapshot()).toEqual(fresh.snapshot());
    await Promise.all([runner.close(), fresh.close()]);
  });

  it('names what came out wrong where every input was finite', async () => {
    const runner = await accumulating(momentum);
    const huge = singly(pictures(3, 1));
    (huge[2].pictures.data as Float32Array).fill(1e30);
    await expect(runner.run(huge, 0.05)).rejects.toThrow(
      /^the loss is Infinity at step 1, micro-batch 3: all inputs are finite, and twice comes out with Infinity/,
    );
    await runner.close();
  });
});

it('stops where only the gradient is not finite, before it reaches the parameters', async () => {
  const step = trainingStep({ ...problem(1), ...momentum });
  const runner = await StepRunner.create(engine, step, { threads: 1 });
  const good = runner.snapshot();
  const huge = pictures(1, 1);
  (huge.pictures.data as Float32Array).fill(1e15);
  await expect(runner.run(huge, 0.05)).rejects.toThrow('the gradient-norm is Infinity at step 1');
  expect(runner.snapshot()).toEqual(good);
  await runner.close();
});
