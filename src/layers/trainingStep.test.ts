import { beforeAll, describe, expect, it } from 'vitest';
import { evaluateGraph } from '../../test/evaluateGraph.ts';
import { chooseEngine } from '../engine/chooseEngine.node.ts';
import type { Engine } from '../engine/engine.ts';
import { multiply, subtract } from '../graph/elementwise.ts';
import { matmul } from '../graph/matmul.ts';
import { mean, sum } from '../graph/reductions.ts';
import { input, type Tensor } from '../graph/tensor.ts';
import { adamW, type Optimiser, sgd } from './optimisers.ts';
import { Parameters } from './parameters.ts';
import { accumulatingStep, type TrainingStepOptions, trainingStep } from './trainingStep.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await chooseEngine();
}, 60_000);

/** One weight matrix [2, 1] that starts at (1, -2) and a bias [1] at 0.5; loss = mean of squared errors of x W + b - t. */
function problem(batch: number): { parameters: Parameters; loss: Tensor } {
  const parameters = new Parameters();
  const weight = parameters.adopt('w', [2, 1], Float32Array.of(1, -2));
  const bias = parameters.adopt('b', [1], Float32Array.of(0.5));
  const product = matmul(input('x', [batch, 2]), weight);
  const error = subtract(subtract(product, multiply(bias, -1)), input('t', [batch, 1]));
  return { parameters, loss: mean(multiply(error, error)) };
}

const x = [1, 2, -1, 0.5];
const t = [3, -1];
/** By hand: errors of the two rows are 1 - 4 + 0.5 - 3 = -5.5 and -1 - 1 + 0.5 + 1 = -0.5; gradient 2 / 2 sum(error * input). */
const gradient = { w: [-5.5 * 1 - 0.5 * -1, -5.5 * 2 - 0.5 * 0.5], b: [-6] };

async function run(
  options: Omit<TrainingStepOptions, 'parameters' | 'loss'>,
  state: Record<string, number[]> = {},
  step = 1,
): Promise<Record<string, Float32Array>> {
  const { parameters, loss } = problem(2);
  const built = trainingStep({ parameters, loss, ...options });
  const initial = Object.fromEntries(built.slots.map((slot) => [slot.input, slot.initial]));
  return evaluateGraph(engine, built.outputs, { ...initial, x, t, 'learning-rate': [0.1], step: [step], ...state });
}

const close = (values: Float32Array, expected: readonly number[]): void => {
  expect(values.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) expect(values[index]).toBeCloseTo(value, 4);
};

describe('a step of SGD', () => {
  it('goes against the gradient', async () => {
    const next = await run({ optimiser: sgd() });
    close(next['w:next'], [1 - 0.1 * gradient.w[0], -2 - 0.1 * gradient.w[1]]);
    close(next['b:next'], [0.5 - 0.1 * gradient.b[0]]);
    close(next['gradient-norm'], [Math.hypot(...gradient.w, ...gradient.b)]);
  });

  it('looks ahead along its momentum as Nesterov does', async () => {
    const next = await run({ optimiser: sgd({ momentum: 0.9, nesterov: true }) }, { 'b:0': [2] });
    const velocity = 0.9 * 2 + gradient.b[0];
    close(next['b:0:next'], [velocity]);
    close(next['b:next'], [0.5 - 0.1 * (gradient.b[0] + 0.9 * velocity)]);
  });

  it('decays kernels and not biases', async () => {
    const next = await run({ optimiser: sgd({ weightDecay: 0.5 }) });
    close(next['w:next'], [1 - 0.1 * (gradient.w[0] + 0.5), -2 - 0.1 * (gradient.w[1] - 1)]);
    close(next['b:next'], [0.5 - 0.1 * gradient.b[0]]);
  });

  it('is shortened to the norm at which gradients are clipped', async () => {
    const next = await run({ optimiser: sgd(), clipNorm: 1 });
    const norm = Math.hypot(...gradient.w, ...gradient.b);
    close(next['b:next'], [0.5 - (0.1 * gradient.b[0]) / norm]);
  });

  it('is slower by a factor for the parameters that ask for it', async () => {
    const next = await run({ optimiser: sgd(), rateFactors: [{ prefix: 'w', factor: 0.1 }] });
    close(next['w:next'], [1 - 0.01 * gradient.w[0], -2 - 0.01 * gradient.w[1]]);
  });

  it('leaves frozen parameters alone', () => {
    const { parameters, loss } = problem(2);
    parameters.freeze('w');
    const { slots } = trainingStep({ parameters, loss, optimiser: sgd() });
    expect(slots.map((slot) => slot.input)).toEqual(['b']);
  });
});

it('follows the formula of AdamW over two steps', async () => {
  const optimiser: Optimiser = adamW({ weightDecay: 0.1 });
  const reference = (p: number, g: number, m: number, v: number, step: number, decay: number) => {
    const first = 0.9 * m + 0.1 * g;
    const second = 0.999 * v + 0.001 * g * g;
    const update = first / (1 - 0.9 ** step) / (Math.sqrt(second / (1 - 0.999 ** step)) + 1e-8);
    return { p: p - 0.1 * update - 0.1 * decay * p, first, second };
  };
  const next = await run({ optimiser });
  const w = gradient.w.map((g, index) => reference([1, -2][index], g, 0, 0, 1, 0.1));
  close(
    next['w:next'],
    w.map(({ p }) => p),
  );
  const state = { 'w:0': w.map(({ first }) => first), 'w:1': w.map(({ second }) => second) };
  const later = await run({ optimiser }, state, 2);
  close(
    later['w:next'],
    gradient.w.map((g, i) => reference([1, -2][i], g, w[i].first, w[i].second, 2, 0.1).p),
  );
});

it('moves after two accumulated batches as after one batch of both', async () => {
  const whole = await run({ optimiser: sgd() });
  const { parameters, loss } = problem(1);
  const { accumulate, update } = accumulatingStep({ parameters, loss, optimiser: sgd(), batches: 2 });
  const initial = { w: [1, -2], b: [0.5], 'learning-rate': [0.1], step: [1] };
  const zeros = { 'w:gradient': [0, 0], 'b:gradient': [0] };
  const first = await evaluateGraph(engine, accumulate.outputs, { ...initial, ...zeros, x: x.slice(0, 2), t: [t[0]] });
  const kept = { 'w:gradient': first['w:gradient:next'], 'b:gradient': first['b:gradient:next'] };
  const second = await evaluateGraph(engine, accumulate.outputs, { ...initial, ...kept, x: x.slice(2), t: [t[1]] });
  const sums = { 'w:gradient': second['w:gradient:next'], 'b:gradient': second['b:gradient:next'] };
  const next = await evaluateGraph(engine, update.outputs, { ...initial, ...sums });
  close(next['w:next'], [...whole['w:next']]);
  close(next['b:next'], [...whole['b:next']]);
  close(next['gradient-norm'], [...whole['gradient-norm']]);
});

it('adds up to zero gradient for a parameter that the loss does not know', async () => {
  const parameters = new Parameters();
  parameters.adopt('unused', [2], Float32Array.of(1, 2));
  const used = parameters.adopt('used', [1], Float32Array.of(3));
  const step = trainingStep({ parameters, loss: sum(multiply(used, used)), optimiser: sgd() });
  const values = { unused: [1, 2], used: [3], 'learning-rate': [0.1], step: [1] };
  close((await evaluateGraph(engine, step.outputs, values))['unused:next'], [1, 2]);
});
