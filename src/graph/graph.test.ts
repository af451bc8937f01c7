/** Forward values against literals worked out by hand, and the mistakes that shape rules catch. */
import { describe, expect, it, vi } from 'vitest';
import { evaluateGraph } from '../../test/evaluateGraph.ts';
import { uniform } from '../../test/random.ts';
import { isEngine } from '../engine/chooseEngine.node.ts';
import type { Engine } from '../engine/engine.ts';
import { openNativeEngine } from '../engine/native.node.ts';
import { openWasmEngineFromDisk } from '../engine/wasm.node.ts';
import { seededRandom } from '../layers/random.ts';
import { conv, convTranspose } from './convolution.ts';
import { gradients } from './differentiate.ts';
import {
  abs,
  add,
  clip,
  detach,
  divide,
  equal,
  greater,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  maximum,
  minimum,
  multiply,
  power,
  relu,
  softplus,
  subtract,
  where,
} from './elementwise.ts';
import { matmul } from './matmul.ts';
import { concat, gather, pad, reshape, slice, split, transpose } from './movement.ts';
import { batchNormInference, batchNormTraining } from './normalisation.ts';
import { adaptiveAveragePool, averagePool, dropout, maxPool } from './pooling.ts';
import { channelDot, channelSum, expand, max, mean, sum } from './reductions.ts';
import { convOfResized, resizeBilinear, resizeNearest } from './resize.ts';
import { logSoftmax, softmax } from './softmax.ts';
import { constant, input, sizeOf, type Tensor } from './tensor.ts';
import { writeOnnx } from './writeOnnx.ts';

vi.setConfig({ testTimeout: 60_000 });

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const x23 = constant([1, 2, 3, 4, 5, 6], [2, 3]);
const x33 = constant([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3]);
const signs = constant([-2, -0.5, 0, 0.5, 2]);
const rows = constant(BigInt64Array.of(1n, 0n, 1n));
const third = 1 / 3;

/** What is computed, and its values in row-major order. */
const table: readonly (readonly [string, Tensor, readonly number[]])[] = [
  ['add broadcasts', add(x23, constant([10, 20], [2, 1])), [11, 12, 13, 24, 25, 26]],
  ['subtract from a number', subtract(1, x23), [0, -1, -2, -3, -4, -5]],
  ['divide', divide(x23, 2), [0.5, 1, 1.5, 2, 2.5, 3]],
  ['maximum and minimum', minimum(maximum(x23, 2), 5), [2, 2, 3, 4, 5, 5]],
  ['power', power(signs, 2), [4, 0.25, 0, 0.25, 4]],
  ['relu', relu(signs), [0, 0, 0, 0.5, 2]],
  ['leakyRelu', leakyRelu(signs, 0.1), [-0.2, -0.05, 0, 0.5, 2]],
  ['abs', abs(signs), [2, 0.5, 0, 0.5, 2]],
  ['clip', clip(signs, -1, 0.25), [-1, -0.5, 0, 0.25, 0.25]],
  ['hardSigmoid', hardSigmoid(signs), [0.5 - third, 0.5 - 0.5 / 6, 0.5, 0.5 + 0.5 / 6, 0.5 + third]],
  ['hardSwish', hardSwish(constant([-4, 0, 1.5, 4])), [0, 0, 1.125, 4]],
  ['softplus of large numbers', softplus(constant([-100, 0, 100])), [0, Math.LN2, 100]],
  ['where', where(greater(signs, 0), signs, 7), [7, 7, 7, 0.5, 2]],
  ['equal', where(equal(signs, 0.5), 1, 0), [0, 0, 0, 1, 0]],
  ['transpose', transpose(x23, [1, 0]), [1, 4, 2, 5, 3, 6]],
  ['slice with a step', slice(x23, [{ axis: 1, step: 2 }]), [1, 3, 4, 6]],
  ['slice beyond the end', slice(x23, [{ axis: 1, start: 2, end: 99 }]), [3, 6]],
  ['pad', pad(constant([1, 2], [1, 2]), [1, 0], [0, 1], 9), [9, 9, 9, 1, 2, 9]],
  ['split', split(x23, [2, 1], 1)[0], [1, 2, 4, 5]],
  ['concat', concat([x23, constant([7, 8], [2, 1])], -1), [1, 2, 3, 7, 4, 5, 6, 8]],
  ['gather rows', gather(x23, rows), [4, 5, 6, 1, 2, 3, 4, 5, 6]],
  ['gather columns', gather(x23, rows, 1), [2, 1, 2, 5, 4, 5]],
  ['expand', expand(constant([1, 2], [2, 1]), [2, 2]), [1, 1, 2, 2]],
  ['sum', sum(x23, { axes: [0] }), [5, 7, 9]],
  ['mean', mean(x23, { axes: [-1] }), [2, 5]],
  ['max', max(x23, { axes: [0] }), [4, 5, 6]],
  ['channelSum', channelSum(constant(range(8), [2, 2, 2])), [0 + 1 + 4 + 5, 2 + 3 + 6 + 7]],
  ['channelDot', channelDot(constant(range(8), [2, 2, 2]), constant(range(8), [2, 2, 2])), [42, 98]],
  ['matmul', matmul(x23, x23, { transposeB: true }), [14, 32, 32, 77]],
  ['matmul, left transposed', matmul(x23, x23, { transposeA: true }), [17, 22, 27, 22, 29, 36, 27, 36, 45]],
  ['softmax', softmax(constant([0, Math.log(3), 1000, 1000], [2, 2])), [0.25, 0.75, 0.5, 0.5]],
  ['softmax, first axis', softmax(constant([0, 1, Math.log(3), 1], [2, 2]), 0), [0.25, 0.5, 0.75, 0.5]],
  ['logSoftmax', logSoftmax(constant([0, 0, 0, 0], [1, 4])), Array(4).fill(-Math.log(4))],
  // Cross-correlation: the kernel is not turned. 1 - 5, 2 - 6, 4 - 8, 5 - 9.
  ['conv', conv(x33, constant([1, 0, 0, -1], [1, 1, 2, 2])), [-4, -4, -4, -4]],
  [
    'conv, padded and strided',
    conv(x33, constant([1], [1, 1, 1, 1]), undefined, { strides: [2, 2], pads: [1, 1, 1, 1] }),
    [0, 0, 0, 0, 5, 0, 0, 0, 0],
  ],
  [
    'conv, dilated',
    conv(x33, constant([1, 2, 3, 4], [1, 1, 2, 2]), constant([0.5]), { dilations: [2, 2] }),
    [1 + 6 + 21 + 36 + 0.5],
  ],
  [
    'conv, depthwise',
    conv(constant([1, 2, 3, 4], [1, 2, 1, 2]), constant([10, 100], [2, 1, 1, 1]), undefined, { groups: 2 }),
    [10, 20, 300, 400],
  ],
  [
    'convTranspose',
    convTranspose(constant([1, 2], [1, 1, 1, 2]), constant([1, 10], [1, 1, 1, 2]), undefined, { strides: [1, 2] }),
    [1, 10, 2, 20],
  ],
  [
    'convTranspose, output padding',
    convTranspose(constant([3], [1, 1, 1, 1]), constant([2], [1, 1, 1, 1]), undefined, {
      strides: [2, 2],
      outputPads: [1, 1],
    }),
    [6, 0, 0, 0],
  ],
  ['maxPool', maxPool(x33, { kernel: [2, 2], strides: [1, 1] }), [5, 6, 8, 9]],
  ['maxPool, padding never wins', maxPool(multiply(x33, -1), { kernel: [2, 2], pads: [1, 1, 0, 0] }), [-1, -2, -4, -5]],
  ['averagePool, padding is not counted', averagePool(x33, { kernel: [2, 2], pads: [1, 1, 0, 0] }), [1, 2.5, 5.5, 7]],
  ['adaptiveAveragePool', adaptiveAveragePool(x33, 2, 2), [3, 4, 6, 7]],
  ['dropout', dropout(constant([1, 2, 3, 4]), constant([0.1, 0.5, 0.6, 0.4]), 0.5), [0, 4, 6, 0]],
  ['resizeBilinear, half pixel', resizeBilinear(constant([0, 4], [1, 1, 1, 2]), 1, 4, 'half-pixel'), [0, 1, 3, 4]],
  ['resizeBilinear, corners', resizeBilinear(constant([0, 3], [1, 1, 1, 2]), 1, 4, 'align-corners'), [0, 1, 2, 3]],
  ['resizeNearest', resizeNearest(constant([1, 2], [1, 1, 1, 2]), 2, 4), [1, 1, 2, 2, 1, 1, 2, 2]],
  [
    'batchNormInference',
    batchNormInference(
      constant([1, 3], [1, 2]),
      constant([2, 3]),
      constant([10, 20]),
      constant([0, 1]),
      constant([1, 4]),
      0,
    ),
    [12, 23],
  ],
  ['batchNormTraining', batchNormTraining(constant([1, 3], [2, 1]), constant([2]), constant([5]), 0).y, [3, 7]],
  [
    'batch statistics',
    concat(
      [
        batchNormTraining(x23, constant([1, 1, 1]), constant([0, 0, 0]), 0).mean,
        batchNormTraining(x23, constant([1, 1, 1]), constant([0, 0, 0]), 0).variance,
      ],
      0,
    ),
    [2.5, 3.5, 4.5, 2.25, 2.25, 2.25],
  ],
];

const native = await openNativeEngine();
const wasm = await openWasmEngineFromDisk();

describe.each([
  ['native', 'cpu'],
  ['native', 'onnx'],
  ['wasm', 'cpu'],
] as const)('operations in the %s engine, lowered for %s', (name, target) => {
  const engine = { native, wasm }[name];

  // One graph for the whole table: opening a hundred sessions would take longer than all of the rest.
  it.skipIf(!isEngine(engine))('compute what one computes by hand', async () => {
    const outputs = Object.fromEntries(table.map(([row, tensor]) => [row, tensor]));
    const results = await evaluateGraph(engine as Engine, outputs, {}, target);
    for (const [row, , values] of table) {
      expect([row, ...results[row]]).toEqual([row, ...values.map((value) => expect.closeTo(value, 5))]);
    }
  });

  it.skipIf(!isEngine(engine))('take inputs, and give them back as outputs', async () => {
    const x = input('x', [2]);
    const results = await evaluateGraph(
      engine as Engine,
      { x2: multiply(x, 2), same: x, one: constant(1) },
      { x: [3, 4] },
    );
    expect([...results.x2, ...results.same, ...results.one]).toEqual([6, 8, 3, 4, 1]);
  });

  // The engine may add the rows on several threads; each must still be counted.
  it.skipIf(!isEngine(engine))('count every row of a gather in its gradient', async () => {
    const x = input('x', [3, 64]);
    const indices = constant(BigInt64Array.from({ length: 30_000 }, (_, index) => BigInt(index % 3)));
    const [slope] = gradients(sum(gather(x, indices)), [x]);
    const results = await evaluateGraph(engine as Engine, { slope }, { x: new Float32Array(192) }, target, 2);
    expect(new Set(results.slope)).toEqual(new Set([10_000]));
  });
});

describe('differentiation', () => {
  it('gives zero where the loss does not depend on a tensor', async () => {
    const [slope] = gradients(sum(input('x', [2])), [input('y', [3])]);
    expect(slope.shape).toEqual([3]);
    expect(slope.source).toMatchObject({ kind: 'constant', values: new Float32Array(3) });
  });

  it('takes inputs of one name as one tensor', async () => {
    const loss = add(sum(input('x', [2])), sum(multiply(input('x', [2]), 2)));
    const [slope] = gradients(loss, [input('x', [2])]);
    if (!isEngine(native)) return;
    expect([...(await evaluateGraph(native, { slope }, {})).slope]).toEqual([3, 3]);
  });

  it('does not pass through detach', () => {
    const x = input('x', [2]);
    const [slope] = gradients(sum(detach(multiply(x, x))), [x]);
    expect(slope.source).toMatchObject({ kind: 'constant', values: new Float32Array(2) });
  });

  it('wants a loss of one number', () => {
    const x = input('x', [2]);
    expect(() => gradients(x, [x])).toThrow('gradients: the loss must be one number, not [2]');
  });
});

describe('convOfResized', () => {
  it.each([
    { cells: [1, 1], size: [5, 7], kernel: 3, convention: 'align-corners' },
    { cells: [6, 3], size: [11, 12], kernel: 3, convention: 'align-corners' },
    { cells: [2, 3], size: [9, 4], kernel: 5, convention: 'half-pixel' },
  ] as const)('is the convolution of the enlarged map: $cells to $size by $kernel, $convention', async (test) => {
    const [height, width] = test.size;
    const x = input('x', [2, 3, ...test.cells]);
    const weight = input('weight', [4, 3, test.kernel, test.kernel]);
    const reach = (test.kernel - 1) / 2;
    const direct = conv(resizeBilinear(x, height, width, test.convention), weight, undefined, {
      pads: [reach, reach, reach, reach],
    });
    const frugal = convOfResized(x, weight, height, width, test.convention);
    const random = seededRandom(1);
    const values = { x: uniform(random, sizeOf(x.shape), -1, 1), weight: uniform(random, sizeOf(weight.shape), -1, 1) };
    if (!isEngine(native)) return;
    const found = await evaluateGraph(native, { direct, frugal }, values);
    expect(Math.max(...found.direct.map((value, index) => Math.abs(value - found.frugal[index])))).toBeLessThan(1e-5);
  });
});

describe('shape rules', () => {
  const picture = input('picture', [1, 3, 8, 8]);
  it.each<[string, () => unknown, string]>([
    ['broadcasting', () => add(input('a', [2, 3]), input('b', [4])), 'Add: shapes [2,3] and [4] do not broadcast'],
    ['matmul', () => matmul(input('a', [2, 3]), input('b', [2, 3])), 'MatMul: [2,3] x [2,3]'],
    ['matmul of a vector', () => matmul(input('a', [3]), input('b', [3, 1])), 'MatMul: [3] is not a matrix'],
    [
      'conv, channels',
      () => conv(picture, input('w', [4, 2, 3, 3])),
      'Conv: [1,3,8,8] with weight [4,2,3,3] and 1 groups',
    ],
    [
      'conv, kernel beyond the picture',
      () => conv(picture, input('w', [4, 3, 9, 10])),
      'Conv: [1, 4, 0, -1] is not a shape',
    ],
    [
      'convTranspose',
      () => convTranspose(picture, input('w', [4, 2, 3, 3])),
      'ConvTranspose: [1,3,8,8] with weight [4,2,3,3]',
    ],
    [
      'output padding',
      () => convTranspose(picture, input('w', [3, 2, 3, 3]), undefined, { outputPads: [1, 0] }),
      'output padding [1,0] is not below the stride [1,1]',
    ],
    ['reshape', () => reshape(picture, [1, 3, 65]), 'Reshape: [1,3,8,8] does not fill [1,3,65]'],
    [
      'concat',
      () => concat([picture, input('a', [1, 3, 8, 9])], 1),
      'Concat: [1,3,8,9] does not continue [1,3,8,8] on axis 1',
    ],
    [
      'slice from the end',
      () => slice(picture, [{ axis: 2, start: -2 }]),
      'Slice: counts from the front and forwards only, not -2 to undefined by 1',
    ],
    ['axis', () => softmax(picture, 4), 'axis 4 does not exist in 4 dimensions'],
    ['constant', () => constant([1, 2, 3], [2, 2]), 'constant: 3 values do not fill [2, 2]'],
    [
      'one input, two shapes',
      () => writeOnnx({ y: add(input('a', [1]), input('a', [2])) }),
      'input a is used with two shapes',
    ],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
