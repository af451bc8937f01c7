/**
 * PSPNet against the same network in PyTorch (scripts/fixtures/pspnet.py), float64, at small widths: what it sees, and loss
 * and gradients of a step with batch statistics. Runs everywhere; pspnet.test.ts has the report's own sizes.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { hashValues } from '../../test/hashValues.ts';
import { fromBase64 } from '../../test/seededWeights.ts';
import { isEngine } from '../engine/chooseEngine.node.ts';
import type { TensorData } from '../engine/engine.ts';
import { openNativeEngine } from '../engine/native.node.ts';
import { add, log, multiply, negate, subtract } from '../graph/elementwise.ts';
import { reshape } from '../graph/movement.ts';
import { mean, sum } from '../graph/reductions.ts';
import { constant, input, sizeOf } from '../graph/tensor.ts';
import type { Mode } from '../layers/blocks.ts';
import { sgd } from '../layers/optimisers.ts';
import { Parameters } from '../layers/parameters.ts';
import { trainingStep } from '../layers/trainingStep.ts';
import { StepRunner } from '../train/stepRunner.ts';
import { pspnet } from './pspnet.ts';

vi.setConfig({ testTimeout: 60_000 });

const engine = await openNativeEngine();
const recorded: Readonly<Record<string, { seen: string; loss: number; gradients: Readonly<Record<string, number>> }>> =
  JSON.parse(readFileSync(new URL('./fixtures/pspnet.golden.json', import.meta.url), 'utf8'));

const [batch, side, classes] = [2, 65, 6];
const pictures: TensorData = {
  type: 'float32',
  dims: [batch, 3, side, side],
  data: hashValues('pictures', batch * 3 * side * side),
};

/** As the fixture has them. */
function rangeOf(kind: string, limit: number): readonly [low: number, high: number] {
  if (kind === 'gamma') return [0.5, 1.5];
  if (kind === 'mean') return [-0.2, 0.2];
  return kind === 'variance' ? [2, 6] : [-limit, limit];
}

/** A step with a rate of 1 takes the gradient off; the loss is that of the fixture. */
async function step(stage4: number, mode: Mode) {
  if (!isEngine(engine)) throw new Error('no native engine');
  const parameters = new Parameters();
  const x = input('pictures', pictures.dims);
  const { probabilities } = pspnet({ parameters, mode }, x, { classes, stage4, width: 4, pyramidWidth: 16 });
  for (const parameter of parameters) {
    const { shape } = parameter.tensor;
    const limit = shape.length > 1 ? Math.sqrt(6 / sizeOf(shape.slice(1))) : 0.1;
    const [low, high] = rangeOf(parameter.name.split('/').at(-1)!, limit);
    parameter.values = hashValues(parameter.name, sizeOf(shape), low, high);
  }
  const logits = hashValues('heard', batch * classes, -2, 2);
  const heard = Float32Array.from(logits, (value, index) => {
    const row = logits.subarray(index - (index % classes), index - (index % classes) + classes);
    return Math.exp(value) / row.reduce((total, other) => total + Math.exp(other), 0);
  });
  const score = sum(multiply(probabilities, reshape(constant(heard), [batch, classes, 1, 1])), { axes: [1] });
  const target = constant(
    hashValues('target', batch * side * side).map((value) => (value > 0 ? 1 : 0)),
    [batch, side, side],
  );
  const hit = multiply(target, log(score));
  const loss = negate(mean(add(hit, multiply(subtract(1, target), log(subtract(1, score))))));
  const fixed = [...parameters]
    .filter(({ trainable }) => !trainable)
    .map(({ name, values }) => [name, values] as const);
  const options = { threads: 1, ...(mode === 'inference' && { frozen: new Map(fixed) }) };
  const graph = trainingStep({ parameters, loss, optimiser: sgd(), metrics: { probabilities } });
  const runner = await StepRunner.create(engine, graph, options);
  const before = runner.snapshot();
  const result = await runner.run({ pictures }, 1);
  const after = runner.snapshot();
  await runner.close();
  return { before, after, loss: result.loss, seen: result.outputs.probabilities.data as Float32Array };
}

describe.skipIf(!isEngine(engine))('PSPNet beside PyTorch', () => {
  it.each([0, 2])('sees the same with %i blocks in its fourth stage', async (stage4) => {
    const { seen } = await step(stage4, 'inference');
    const places = Array.from({ length: 9 }, (_, index) => 8 * index);
    const sampled = Array.from({ length: batch * classes }).flatMap((_, plane) =>
      places.flatMap((y) => places.map((x) => seen[(plane * side + y) * side + x])),
    );
    for (const [index, value] of fromBase64(recorded[`stage4=${stage4}`].seen).entries()) {
      expect(Math.abs(sampled[index] - value)).toBeLessThan(1e-5);
    }
  });

  it.each([0, 2])('has the same loss and gradients with %i blocks in its fourth stage', async (stage4) => {
    const expected = recorded[`stage4=${stage4}`];
    const { before, after, loss } = await step(stage4, 'training');
    expect(loss).toBeCloseTo(expected.loss, 5);
    for (const [name, norm] of Object.entries(expected.gradients)) {
      const [old, next] = [before.get(name)!, after.get(name)!];
      const squares = old.reduce((total, value, index) => total + (value - next[index]) ** 2, 0);
      // What is left of a small gradient after it was taken off a weight near 1.
      const rounding = 6e-8 * Math.sqrt(old.length);
      expect(Math.abs(Math.sqrt(squares) - norm), name).toBeLessThan(2e-3 * norm + rounding);
    }
    expect(Object.keys(expected.gradients).length).toBe(
      [...before.keys()].filter((name) => !/mean|variance/.test(name)).length,
    );
  });
});
