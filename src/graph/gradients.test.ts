/**
 * Every gradient rule against central differences: for an output y = f(x) and random weights w, the gradient of
 * sum(w y) must equal (sum(w f(x + e)) - sum(w f(x - e))) / 2e, element by element. The sums are taken in float64, so
 * that only the rounding of y itself remains.
 */

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { openGraph } from '../../test/evaluateGraph.ts';
import { separated, uniform } from '../../test/random.ts';
import { isEngine } from '../engine/chooseEngine.node.ts';
import type { Engine } from '../engine/engine.ts';
import { openNativeEngine } from '../engine/native.node.ts';
import { openWasmEngineFromDisk } from '../engine/wasm.node.ts';
import { seededRandom } from '../layers/random.ts';
import { conv, convTranspose } from './convolution.ts';
import { turnedKernel } from './convolutionGradient.ts';
import { gradients } from './differentiate.ts';
import * as elementwise from './elementwise.ts';
import { matmul } from './matmul.ts';
import { concat, gather, pad, reshape, slice, split, transpose } from './movement.ts';
import { batchNormInference, batchNormTraining } from './normalisation.ts';
import { adaptiveAveragePool, averagePool, dropout, globalAveragePool, maxPool } from './pooling.ts';
import { channelDot, channelSum, expand, max, mean, sum } from './reductions.ts';
import { convOfResized, resizeBilinear, resizeNearest, sampleBilinear, sampleNearest } from './resize.ts';
import { logSoftmax, softmax } from './softmax.ts';
import { constant, input, type Shape, sizeOf, type Tensor } from './tensor.ts';
import type { LoweringTarget } from './writeOnnx.ts';

vi.setConfig({ testTimeout: 60_000 });

/** How the values of an input are drawn: -1..1, 0.5..2, or far from kinks and ties. */
type Draw = 'signed' | 'positive' | 'separated';

interface Case {
  readonly name: string;
  readonly shapes: readonly Shape[];
  readonly draw?: Draw;
  readonly build: (...inputs: Tensor[]) => Tensor;
}

const STEP = 1e-2;
const TOLERANCE = 2e-3;
/** Of larger inputs only this many elements are checked. */
const ELEMENTS = 12;

async function checkGradient(engine: Engine, target: LoweringTarget, { shapes, draw, build }: Case, seed = 1) {
  const random = seededRandom(seed);
  const names = shapes.map((_, index) => `input${index}`);
  const inputs = shapes.map((shape, index) => input(names[index], shape));
  const y = build(...inputs);
  const weights = uniform(random, sizeOf(y.shape), -1, 1);
  const loss = sum(elementwise.multiply(y, constant(weights, y.shape)));
  const values: Record<string, Float32Array> = {};
  for (const [index, shape] of shapes.entries()) values[names[index]] = drawValues(random, sizeOf(shape), draw);

  const slopes = Object.fromEntries(gradients(loss, inputs).map((slope, index) => [`slope ${names[index]}`, slope]));
  const graph = await openGraph(engine, { y, ...slopes }, target);
  const forward = await openGraph(engine, { y }, target);
  const weightedSum = async (): Promise<number> => {
    const result = (await forward.run(values)).y;
    return result.reduce((total, value, index) => total + value * weights[index], 0);
  };
  const results = await graph.run(values);
  for (const name of names) {
    const analytic = results[`slope ${name}`];
    const scale = Math.max(1, ...analytic.map(Math.abs));
    for (const index of chosenElements(random, values[name].length)) {
      const old = values[name][index];
      values[name][index] = old + STEP;
      const width = values[name][index] - old;
      const above = await weightedSum();
      values[name][index] = old - STEP;
      const span = width + old - values[name][index];
      const below = await weightedSum();
      values[name][index] = old;
      const numeric = (above - below) / span;
      const off = Math.abs(analytic[index] - numeric) / scale;
      if (!(off <= TOLERANCE)) {
        expect.fail(`${name}[${index}]: the rule says ${analytic[index]}, differences say ${numeric}`);
      }
    }
  }
  await graph.close();
  await forward.close();
}

function drawValues(random: () => number, count: number, draw: Draw = 'signed'): Float32Array {
  if (draw === 'separated') return separated(random, count);
  return draw === 'positive' ? uniform(random, count, 0.5, 2) : uniform(random, count, -1, 1);
}

function chosenElements(random: () => number, count: number): number[] {
  if (count <= ELEMENTS) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: ELEMENTS }, () => Math.floor(random() * count));
}

const { add, subtract, multiply, divide, maximum, minimum } = elementwise;
const indices = constant(BigInt64Array.of(2n, 0n, 2n, 1n, 2n, 2n), [3, 2]);

const cases: readonly Case[] = [
  {
    name: 'add, broadcasting both ways',
    shapes: [
      [2, 1, 3],
      [4, 1],
    ],
    build: add,
  },
  { name: 'subtract, broadcasting', shapes: [[2, 3], [3]], build: subtract },
  { name: 'multiply, broadcasting a scalar', shapes: [[2, 3], []], build: multiply },
  { name: 'multiply by itself', shapes: [[5]], build: (x) => multiply(x, x) },
  {
    name: 'divide, broadcasting',
    shapes: [
      [2, 3],
      [2, 1],
    ],
    draw: 'positive',
    build: divide,
  },
  {
    name: 'maximum, broadcasting',
    shapes: [[2, 3], [3]],
    draw: 'separated',
    build: (a, b) => maximum(a, multiply(b, 1.7)),
  },
  {
    name: 'minimum',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    draw: 'separated',
    build: (a, b) => minimum(a, multiply(b, 1.7)),
  },
  { name: 'power 3', shapes: [[6]], build: (x) => elementwise.power(x, 3) },
  { name: 'power -0.5', shapes: [[6]], draw: 'positive', build: (x) => elementwise.power(x, -0.5) },
  { name: 'negate', shapes: [[6]], build: elementwise.negate },
  { name: 'exp', shapes: [[6]], build: elementwise.exp },
  { name: 'log', shapes: [[6]], draw: 'positive', build: elementwise.log },
  { name: 'sqrt', shapes: [[6]], draw: 'positive', build: elementwise.sqrt },
  { name: 'reciprocal', shapes: [[6]], draw: 'positive', build: elementwise.reciprocal },
  { name: 'abs', shapes: [[8]], draw: 'separated', build: elementwise.abs },
  { name: 'sign', shapes: [[8]], draw: 'separated', build: elementwise.sign },
  { name: 'sigmoid', shapes: [[8]], build: elementwise.sigmoid },
  { name: 'tanh', shapes: [[8]], build: elementwise.tanh },
  { name: 'softplus', shapes: [[8]], build: elementwise.softplus },
  { name: 'relu', shapes: [[30]], draw: 'separated', build: elementwise.relu },
  { name: 'leakyRelu', shapes: [[30]], draw: 'separated', build: (x) => elementwise.leakyRelu(x, 0.2) },
  { name: 'clip', shapes: [[30]], draw: 'separated', build: (x) => elementwise.clip(x, -0.5, 0.7) },
  { name: 'hardSigmoid', shapes: [[80]], draw: 'separated', build: (x) => elementwise.hardSigmoid(x) },
  { name: 'hardSigmoid 0.2', shapes: [[80]], draw: 'separated', build: (x) => elementwise.hardSigmoid(x, 0.21, 0.5) },
  { name: 'hardSwish', shapes: [[80]], draw: 'separated', build: elementwise.hardSwish },
  { name: 'swish', shapes: [[30]], draw: 'separated', build: elementwise.swish },
  {
    name: 'where, broadcasting, through its condition no gradient',
    shapes: [[2, 4], [4]],
    draw: 'separated',
    build: (a, b) => elementwise.where(elementwise.greater(a, 0.1), multiply(a, a), b),
  },
  {
    name: 'a mask of compared values',
    shapes: [[2, 4]],
    draw: 'separated',
    build: (x) => multiply(x, elementwise.cast(elementwise.greater(x, 0), 'float32')),
  },
  { name: 'reshape', shapes: [[2, 6]], build: (x) => reshape(x, [3, 1, 4]) },
  { name: 'transpose', shapes: [[2, 3, 4]], build: (x) => transpose(x, [2, 0, 1]) },
  {
    name: 'slice, two axes with steps',
    shapes: [[5, 8]],
    build: (x) =>
      slice(x, [
        { axis: 0, start: 1, end: 4, step: 2 },
        { axis: -1, start: 1, step: 3 },
      ]),
  },
  { name: 'slice, step beyond the end', shapes: [[4, 3]], build: (x) => slice(x, [{ axis: 0, start: 1, step: 7 }]) },
  { name: 'pad', shapes: [[2, 3]], build: (x) => pad(x, [1, 0], [0, 2], 5) },
  {
    name: 'concat',
    shapes: [
      [2, 1, 2],
      [2, 3, 2],
      [2, 2, 2],
    ],
    build: (...parts) => concat(parts, 1),
  },
  { name: 'split, all parts', shapes: [[2, 5]], build: (x) => concat(split(x, [3, 2], 1).toReversed(), 1) },
  { name: 'split, one part', shapes: [[2, 5, 2]], build: (x) => split(x, [1, 3, 1], 1)[1] },
  { name: 'concat of one thing twice', shapes: [[2, 2]], build: (x) => concat([x, x], -1) },
  { name: 'gather, rows repeated', shapes: [[3, 4]], build: (x) => gather(x, indices) },
  { name: 'gather, middle axis', shapes: [[2, 3, 4]], build: (x) => gather(x, indices, 1) },
  { name: 'gather, last axis', shapes: [[2, 2, 3]], build: (x) => gather(x, indices, -1) },
  { name: 'sum of everything', shapes: [[2, 3]], build: (x) => sum(x) },
  { name: 'sum over axes', shapes: [[2, 3, 4]], build: (x) => sum(x, { axes: [0, -1] }) },
  { name: 'sum over no axis', shapes: [[2, 3]], build: (x) => sum(x, { axes: [] }) },
  { name: 'mean over axes, kept', shapes: [[2, 3, 4]], build: (x) => mean(x, { axes: [1], keep: true }) },
  { name: 'mean of everything', shapes: [[2, 3]], build: (x) => mean(x) },
  { name: 'max over axes', shapes: [[2, 3, 4]], draw: 'separated', build: (x) => max(x, { axes: [1, 2] }) },
  { name: 'max, kept', shapes: [[2, 3]], draw: 'separated', build: (x) => max(x, { axes: [-1], keep: true }) },
  { name: 'expand', shapes: [[2, 1, 3]], build: (x) => expand(x, [4, 2, 5, 3]) },
  { name: 'channelSum', shapes: [[2, 3, 4, 5]], build: channelSum },
  {
    name: 'channelDot, short rows',
    shapes: [
      [2, 3, 4, 5],
      [2, 3, 4, 5],
    ],
    build: channelDot,
  },
  {
    name: 'channelDot, long rows',
    shapes: [
      [2, 3, 16, 17],
      [2, 3, 16, 17],
    ],
    build: channelDot,
  },
  { name: 'channelDot with itself, short rows', shapes: [[2, 3, 4]], build: (x) => channelDot(x, x) },
  { name: 'channelDot with itself, long rows', shapes: [[2, 3, 16, 17]], build: (x) => channelDot(x, x) },
  { name: 'softmax, last axis', shapes: [[3, 5]], build: (x) => softmax(x) },
  { name: 'softmax, axis 1 of 4', shapes: [[2, 3, 2, 2]], build: (x) => softmax(x, 1) },
  { name: 'softmax, axis 0', shapes: [[3, 4]], build: (x) => softmax(x, 0) },
  { name: 'logSoftmax, last axis', shapes: [[3, 5]], build: (x) => logSoftmax(x) },
  { name: 'logSoftmax, axis 1 of 4', shapes: [[2, 3, 2, 2]], build: (x) => logSoftmax(x, 1) },
  { name: 'globalAveragePool', shapes: [[2, 3, 4, 5]], build: globalAveragePool },
  {
    name: 'adaptiveAveragePool, overlapping windows',
    shapes: [[2, 2, 7, 5]],
    build: (x) => adaptiveAveragePool(x, 3, 2),
  },
  {
    name: 'dropout',
    shapes: [[2, 3]],
    build: (x) => dropout(x, constant([0.1, 0.9, 0.5, 0.3, 0.2, 0.7], [2, 3]), 0.4),
  },
  {
    name: 'resizeBilinear up, half pixel',
    shapes: [[1, 2, 3, 4]],
    build: (x) => resizeBilinear(x, 7, 6, 'half-pixel'),
  },
  {
    name: 'resizeBilinear down, half pixel',
    shapes: [[2, 1, 9, 8]],
    build: (x) => resizeBilinear(x, 4, 3, 'half-pixel'),
  },
  {
    name: 'resizeBilinear up, corners',
    shapes: [[1, 2, 3, 4]],
    build: (x) => resizeBilinear(x, 7, 6, 'align-corners'),
  },
  {
    name: 'resizeBilinear from one pixel, corners',
    shapes: [[2, 2, 1, 1]],
    build: (x) => resizeBilinear(x, 3, 2, 'align-corners'),
  },
  {
    name: 'convOfResized',
    shapes: [
      [2, 2, 2, 3],
      [3, 2, 3, 3],
    ],
    build: (x, weight) => convOfResized(x, weight, 5, 4, 'align-corners'),
  },
  { name: 'resizeNearest', shapes: [[1, 2, 2, 3]], build: (x) => resizeNearest(x, 4, 9) },
  {
    name: 'sampleBilinear beyond the border',
    shapes: [[1, 2, 3, 4]],
    build: (x) => sampleBilinear(x, [-1, 0.3, 2.5], [3, 1.25]),
  },
  { name: 'sampleNearest', shapes: [[1, 2, 3, 4]], build: (x) => sampleNearest(x, [2, 0, 2], [1, 1, 3]) },
  { name: 'turnedKernel', shapes: [[4, 3, 2, 3]], build: (x) => turnedKernel(x, 2) },
  {
    name: 'conv, 1 x 1, its weight larger than the maps',
    shapes: [
      [3, 5, 2, 1],
      [6, 5, 1, 1],
    ],
    build: (x, weight) => conv(x, weight),
  },
  {
    name: 'batchNormTraining, small maps',
    shapes: [[3, 2, 2, 3], [2], [2]],
    build: (x, gamma, beta) => batchNormTraining(x, gamma, beta, 1e-5).y,
  },
  {
    name: 'batchNormTraining, large maps',
    shapes: [[2, 2, 16, 17], [2], [2]],
    build: (x, gamma, beta) => batchNormTraining(x, gamma, beta, 1e-5).y,
  },
  {
    name: 'batchNormTraining, vectors',
    shapes: [[6, 3], [3], [3]],
    build: (x, gamma, beta) => batchNormTraining(x, gamma, beta, 1e-3).y,
  },
  {
    name: 'batchNormInference, all five inputs',
    shapes: [[2, 3, 2, 2], [3], [3], [3], [3]],
    draw: 'positive',
    build: (x, gamma, beta, average, variance) => batchNormInference(x, gamma, beta, average, variance, 1e-3),
  },
  {
    name: 'two paths to the same tensor',
    shapes: [[2, 3]],
    build: (x) => {
      const y = elementwise.tanh(x);
      return add(multiply(y, x), sum(y, { axes: [1], keep: true }));
    },
  },
  {
    name: 'a convolution, its normalisation, activation and pooling in a chain',
    shapes: [[2, 2, 6, 6], [3, 2, 3, 3], [3], [3]],
    build: (x, weight, gamma, beta) => {
      const y = conv(x, weight, undefined, { pads: [1, 1, 1, 1] });
      return averagePool(elementwise.swish(batchNormTraining(y, gamma, beta, 1e-2).y), { kernel: [2, 2] });
    },
  },
];

const matrices: readonly { a: Shape; b: Shape; ta: boolean; tb: boolean }[] = [
  ...[false, true].flatMap((ta) =>
    [false, true].flatMap((tb) => [
      { a: ta ? [3, 2] : [2, 3], b: tb ? [4, 3] : [3, 4], ta, tb },
      { a: [5, ...(ta ? [3, 2] : [2, 3])], b: [5, ...(tb ? [4, 3] : [3, 4])], ta, tb },
      { a: [2, 1, ...(ta ? [3, 2] : [2, 3])], b: [3, ...(tb ? [4, 3] : [3, 4])], ta, tb },
      { a: ta ? [3, 2] : [2, 3], b: [3, ...(tb ? [4, 3] : [3, 4])], ta, tb },
      { a: [3, ...(ta ? [3, 2] : [2, 3])], b: tb ? [4, 3] : [3, 4], ta, tb },
    ]),
  ),
];

const pair = (low: number, high: number) =>
  fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }));

const pads = fc.tuple(pair(0, 3), pair(0, 3)).map(([before, after]) => [...before, ...after] as const);

/** Kernels 1..5, strides and dilations 1..3, uneven padding, groups up to depthwise, rows at the end left over. */
const geometries = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    groups: fc.integer({ min: 1, max: 3 }),
    perGroup: fc.integer({ min: 1, max: 2 }),
    outputsPerGroup: fc.integer({ min: 1, max: 2 }),
    kernel: pair(1, 5),
    strides: pair(1, 3),
    dilations: pair(1, 3),
    pads,
    spare: pair(0, 4),
    positions: pair(1, 3),
    bias: fc.boolean(),
  })
  .map((drawn) => {
    const { kernel, strides, dilations, spare, positions } = drawn;
    const size = [0, 1].map((axis) => {
      const span = dilations[axis] * (kernel[axis] - 1) + 1;
      const padding = drawn.pads[axis] + drawn.pads[axis + 2];
      return Math.max(1, span + (positions[axis] - 1) * strides[axis] + spare[axis] - padding);
    });
    // Large enough that something is left when the padding is taken off.
    const transposedSize = [0, 1].map((axis) => positions[axis] + drawn.pads[axis] + drawn.pads[axis + 2]);
    const outputPads = [0, 1].map((axis) => spare[axis] % strides[axis]);
    return { ...drawn, size, transposedSize, outputPads: [outputPads[0], outputPads[1]] as const };
  });

/** Windows 1..4 that overlap or leave gaps, padding smaller than the window. */
const windows = fc
  .record({ kernel: pair(1, 4), strides: pair(1, 4), pads, spare: pair(0, 4) })
  .map(({ kernel, strides, pads, spare }) => ({
    kernel,
    strides,
    pads: pads.map((count, side) => count % kernel[side % 2]) as unknown as readonly [number, number, number, number],
    size: [0, 1].map((axis) => kernel[axis] + spare[axis]),
  }));

const native = await openNativeEngine();
const wasm = await openWasmEngineFromDisk();
const engines = { native, wasm };

describe.each([
  ['native', 'cpu', cases],
  ['native', 'onnx', cases],
  ['wasm', 'cpu', cases.slice(-5)],
  ['wasm', 'onnx', cases.slice(-5)],
] as const)('gradients in the %s engine, lowered for %s', (engineName, target, table) => {
  const engine = engines[engineName] as Engine;
  const isWhole = engineName === 'native';
  describe.skipIf(!isEngine(engines[engineName]))('equal central differences', () => {
    it.each(table)('$name', (row) => checkGradient(engine, target, row));

    it.each(matrices.slice(0, isWhole ? undefined : 3))('matmul $a ($ta) x $b ($tb)', ({ a, b, ta, tb }) =>
      checkGradient(engine, target, {
        name: 'matmul',
        shapes: [a, b],
        build: (x, y) => matmul(x, y, { transposeA: ta, transposeB: tb }),
      }),
    );

    const property = <T>(drawn: fc.Arbitrary<T>, caseOf: (value: T) => Case): Promise<void> =>
      fc.assert(
        fc.asyncProperty(drawn, (value) => checkGradient(engine, target, caseOf(value))),
        { numRuns: isWhole ? 40 : 4, seed: 1 },
      );

    it('conv', () =>
      property(geometries, (g) => ({
        name: 'conv',
        shapes: [
          [g.batch, g.groups * g.perGroup, ...g.size],
          [g.groups * g.outputsPerGroup, g.perGroup, ...g.kernel],
          ...(g.bias ? [[g.groups * g.outputsPerGroup]] : []),
        ],
        build: (x, weight, bias) => conv(x, weight, bias, g),
      })));

    it('convTranspose', () =>
      property(geometries, (g) => ({
        name: 'convTranspose',
        shapes: [
          [g.batch, g.groups * g.outputsPerGroup, ...g.transposedSize],
          [g.groups * g.outputsPerGroup, g.perGroup, ...g.kernel],
          ...(g.bias ? [[g.groups * g.perGroup]] : []),
        ],
        build: (x, weight, bias) => convTranspose(x, weight, bias, g),
      })));

    it.each([
      ['maxPool', maxPool],
      ['averagePool', averagePool],
    ])('%s', (name, pool) =>
      property(windows, (options) => ({
        name,
        shapes: [[2, 2, ...options.size]],
        draw: 'separated',
        build: (x) => pool(x, options),
      })),
    );
  });
});
