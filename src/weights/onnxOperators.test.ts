/**
 * Every operator that is read: onnxruntime must compute the same from the file as from the network that was read from
 * it and written again, in both lowerings.
 */
import { describe, expect, it } from 'vitest';
import { uniform } from '../../test/random.ts';
import { chooseEngine } from '../engine/chooseEngine.node.ts';
import { sizeOf } from '../graph/tensor.ts';
import { type LoweringTarget, writeOnnx } from '../graph/writeOnnx.ts';
import { seededRandom } from '../layers/random.ts';
import {
  floats,
  type HandMadeAttribute,
  type HandMadeTensor,
  handMadeNetwork,
  integers,
  wave,
} from './handMadeNetwork.fixtures.ts';
import { readOnnx } from './readOnnx.ts';

interface Case {
  readonly operator: string;
  readonly title?: string;
  readonly x?: readonly number[];
  /** The node's inputs; an empty name leaves one out. Default `x` and whatever is stored. */
  readonly inputs?: readonly string[];
  readonly stored?: Readonly<Record<string, HandMadeTensor>>;
  readonly attributes?: Readonly<Record<string, HandMadeAttribute>>;
  readonly outputs?: number;
  readonly operatorSet?: number;
  readonly domain?: string;
  /** x is drawn from 0.5..2 instead of -1..1. */
  readonly positive?: boolean;
}

const maps = [2, 3, 7, 6];
const bounds = { low: floats([], [-0.25]), high: floats([], [0.5]) };
const resizeTo = (height: number, width: number) => ({ sizes: integers(2, 3, height, width) });
const scaleBy = (height: number, width: number) => ({ scales: floats([4], [1, 1, height, width]) });

const cases: readonly Case[] = [
  ...['Abs', 'Exp', 'HardSwish', 'Identity', 'Neg', 'Relu', 'Sigmoid', 'Sign', 'Softplus', 'Tanh', 'Dropout'].map(
    (operator): Case => ({ operator }),
  ),
  ...['Log', 'Reciprocal', 'Sqrt'].map((operator): Case => ({ operator, positive: true })),
  ...['Add', 'Div', 'Mul', 'Sub', 'Max', 'Min', 'Sum'].map(
    (operator): Case => ({ operator, positive: true, stored: { b: wave([3, 1, 1]) } }),
  ),
  { operator: 'Max', title: 'of three', stored: { b: wave([3, 1, 1]), c: wave([6]) } },
  { operator: 'Mul', title: 'by one number', stored: { b: floats([], [3]) } },
  { operator: 'Pow', positive: true, stored: { exponent: floats([], [1.5]) } },
  { operator: 'HardSigmoid', attributes: { alpha: { float: 0.3 } } },
  { operator: 'LeakyRelu' },
  { operator: 'PRelu', stored: { slope: wave([3, 1, 1]) } },
  { operator: 'Clip', stored: bounds },
  { operator: 'Clip', title: 'from below', stored: { low: bounds.low } },
  { operator: 'Clip', title: 'from above', stored: { high: bounds.high }, inputs: ['x', '', 'high'] },
  {
    operator: 'Clip',
    title: 'of set 7',
    operatorSet: 7,
    attributes: { min: { float: -0.25 }, max: { float: 0.5 } },
  },

  { operator: 'Concat', inputs: ['x', 'b', 'x'], stored: { b: wave([2, 1, 7, 6]) }, attributes: { axis: -3 } },
  { operator: 'Expand', x: [3, 1], stored: { shape: integers(2, 1, 4) } },
  { operator: 'Flatten' },
  { operator: 'Flatten', title: 'at the end', attributes: { axis: -1 } },
  { operator: 'Flatten', title: 'whole', attributes: { axis: 0 } },
  {
    operator: 'Gather',
    stored: { indices: { type: 'int64', shape: [2, 2], values: [0, -1, 3, 3] } },
    attributes: { axis: 2 },
  },
  { operator: 'Pad', stored: { pads: integers(0, 0, 1, 2, 0, 1, 0, 3), value: floats([], [0.5]) } },
  { operator: 'Pad', title: 'of set 7', operatorSet: 7, attributes: { pads: [0, 0, 1, 2, 0, 1, 0, 3] } },
  { operator: 'Reshape', stored: { shape: integers(0, -1, 2) } },
  { operator: 'Slice', stored: { starts: integers(-5, 1), ends: integers(-1, 2 ** 53), axes: integers(2, -1) } },
  {
    operator: 'Slice',
    title: 'with steps',
    stored: { starts: integers(1), ends: integers(6), axes: integers(2), steps: integers(3) },
  },
  { operator: 'Slice', title: 'of set 9', operatorSet: 9, attributes: { starts: [1, 2], ends: [3, 9], axes: [1, 3] } },
  { operator: 'Split', stored: { sizes: integers(2, 4, 1) }, attributes: { axis: 2 }, outputs: 3 },
  { operator: 'Split', title: 'into equal parts', attributes: { axis: 3 }, outputs: 2 },
  { operator: 'Split', title: 'of set 11', operatorSet: 11, attributes: { axis: 2, split: [3, 4] }, outputs: 2 },
  { operator: 'Split', title: 'of set 18', operatorSet: 18, attributes: { axis: 2, num_outputs: 3 }, outputs: 3 },
  { operator: 'Squeeze', x: [1, 3, 1, 2], stored: { axes: integers(-2) } },
  { operator: 'Squeeze', title: 'all', x: [1, 3, 1, 2] },
  { operator: 'Squeeze', title: 'of set 11', operatorSet: 11, x: [1, 3, 1, 2], attributes: { axes: [0] } },
  { operator: 'Transpose' },
  { operator: 'Transpose', title: 'in a given order', attributes: { perm: [0, 2, 3, 1] } },
  { operator: 'Unsqueeze', x: [3, 2], stored: { axes: integers(0, -1) } },

  ...['ReduceMax', 'ReduceMean', 'ReduceSum'].flatMap((operator): Case[] => [
    { operator, title: 'of set 11', operatorSet: 11, attributes: { axes: [-1, 2], keepdims: 0 } },
    { operator, title: 'over everything' },
    { operator, title: 'of set 18', operatorSet: 18, stored: { axes: integers(1) } },
  ]),
  ...['Softmax', 'LogSoftmax'].flatMap((operator): Case[] => [
    { operator },
    { operator, title: 'over the channels', attributes: { axis: 1 } },
    { operator, title: 'of set 11', operatorSet: 11, attributes: { axis: 2 } },
  ]),
  { operator: 'MatMul', x: [2, 4, 3], stored: { weight: wave([3, 5]) } },
  { operator: 'Gemm', x: [4, 3], stored: { weight: wave([3, 5]) } },
  {
    operator: 'Gemm',
    title: 'with everything',
    x: [3, 4],
    stored: { weight: wave([5, 3]), bias: wave([5]) },
    attributes: { transA: 1, transB: 1, alpha: { float: 0.5 }, beta: { float: 2 } },
  },
  {
    operator: 'FusedMatMul',
    domain: 'com.microsoft',
    x: [3, 4],
    stored: { weight: wave([5, 3]) },
    attributes: { transA: 1, transB: 1, alpha: { float: 0.5 } },
  },

  { operator: 'Conv', stored: { weight: wave([4, 3, 3, 3]), bias: wave([4]) }, attributes: { pads: [0, 1, 1, 0] } },
  {
    operator: 'Conv',
    title: 'depthwise, with strides',
    stored: { weight: wave([6, 1, 3, 3]) },
    attributes: { group: 3, strides: [2, 1], dilations: [1, 2] },
  },
  ...['SAME_UPPER', 'SAME_LOWER', 'VALID'].map(
    (mode): Case => ({
      operator: 'Conv',
      title: mode,
      stored: { weight: wave([4, 3, 3, 2]) },
      attributes: { auto_pad: mode, strides: [2, 2] },
    }),
  ),
  {
    operator: 'ConvTranspose',
    stored: { weight: wave([3, 2, 3, 3]), bias: wave([2]) },
    attributes: { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] },
  },
  {
    operator: 'BatchNormalization',
    stored: {
      gamma: wave([3]),
      beta: wave([3]),
      mean: wave([3]),
      variance: floats([3], [0.5, 1, 2]),
    },
    attributes: { epsilon: { float: 0.001 } },
  },
  { operator: 'GlobalAveragePool' },
  { operator: 'GlobalMaxPool' },
  ...['MaxPool', 'AveragePool'].flatMap((operator): Case[] => [
    { operator, attributes: { kernel_shape: [3, 2] } },
    { operator, title: 'with a border', attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 0, 1] } },
    { operator, title: 'rounded up', attributes: { kernel_shape: [3, 3], strides: [3, 3], ceil_mode: 1 } },
    { operator, title: 'same size', attributes: { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' } },
  ]),
  {
    operator: 'AveragePool',
    title: 'counting the border',
    attributes: { kernel_shape: [3, 3], pads: [1, 1, 0, 1], count_include_pad: 1 },
  },

  ...['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric'].flatMap((mode): Case[] => [
    {
      operator: 'Resize',
      title: `linear, ${mode}`,
      inputs: ['x', '', '', 'sizes'],
      stored: resizeTo(12, 4),
      attributes: { mode: 'linear', coordinate_transformation_mode: mode },
    },
    {
      operator: 'Resize',
      title: `linear by scales, ${mode}`,
      inputs: ['x', '', 'scales'],
      stored: scaleBy(2.6, 1.3),
      attributes: { mode: 'linear', coordinate_transformation_mode: mode },
    },
    {
      operator: 'Resize',
      title: `to one pixel, ${mode}`,
      inputs: ['x', '', '', 'sizes'],
      stored: resizeTo(1, 1),
      attributes: { mode: 'linear', coordinate_transformation_mode: mode },
    },
    ...['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'].map(
      (rounding): Case => ({
        operator: 'Resize',
        title: `nearest, ${mode}, ${rounding}`,
        inputs: ['x', '', '', 'sizes'],
        stored: resizeTo(12, 4),
        attributes: { mode: 'nearest', coordinate_transformation_mode: mode, nearest_mode: rounding },
      }),
    ),
  ]),
  {
    operator: 'Resize',
    title: 'of set 18, along named axes',
    operatorSet: 18,
    inputs: ['x', '', '', 'sizes'],
    stored: { sizes: integers(5, 14) },
    attributes: { mode: 'linear', axes: [3, 2] },
  },
  { operator: 'Resize', title: 'of set 10', operatorSet: 10, stored: scaleBy(2, 3), attributes: { mode: 'nearest' } },
  { operator: 'Upsample', title: 'of set 9', operatorSet: 9, stored: scaleBy(2, 3), attributes: { mode: 'linear' } },
  {
    operator: 'Upsample',
    title: 'of set 7',
    operatorSet: 7,
    attributes: { mode: 'nearest', scales: { floats: [1, 1, 2, 2] } },
  },
];

const engine = await chooseEngine();

describe('a network that is read and written again computes the same', () => {
  for (const [index, test] of cases.entries()) {
    it(`${test.operator} ${test.title ?? ''}`, async () => {
      const { x = maps, stored = {}, attributes = {}, outputs = 1, operatorSet = 17 } = test;
      const names = Array.from({ length: outputs }, (_, output) => `y${output}`);
      const inputs = test.inputs ?? ['x', ...Object.keys(stored)];
      const node = { operator: test.operator, inputs, outputs: names, attributes };
      const bytes = handMadeNetwork({
        operatorSet,
        inputs: { x },
        stored,
        nodes: [test.domain ? { ...node, domain: test.domain } : node],
        outputs: names,
      });
      const random = seededRandom(index + 1);
      const data = uniform(random, sizeOf(x), test.positive ? 0.5 : -1, test.positive ? 2 : 1);
      const feeds = { x: { type: 'float32', dims: x, data } } as const;
      const run = async (model: Uint8Array) => {
        const session = await engine.createSession(model, { threads: 1 });
        const results = await session.run(feeds);
        await session.close();
        return results;
      };
      const expected = await run(bytes);
      const { outputs: read, weights } = readOnnx(bytes);
      for (const target of ['cpu', 'onnx'] satisfies LoweringTarget[]) {
        const found = await run(writeOnnx(read, { target, weights }));
        for (const name of names) {
          expect(read[name].shape).toEqual([...expected[name].dims]);
          expect(found[name].dims).toEqual(expected[name].dims);
          const far = (expected[name].data as Float32Array).findIndex(
            (value, place) => !(Math.abs(value - Number(found[name].data[place])) <= 2e-6),
          );
          expect(far, `${name}[${far}]: ${expected[name].data[far]} is ${found[name].data[far]}`).toBe(-1);
        }
      }
    }, 60_000);
  }
});
