/** 8-bit networks against hand computation, and against the float networks that they come from. */
import { describe, expect, it } from 'vitest';
import { uniform } from '../../test/random.ts';
import { isEngine } from '../engine/chooseEngine.node.ts';
import { type Engine, float32Values, type TensorData } from '../engine/engine.ts';
import { openNativeEngine } from '../engine/native.node.ts';
import { openWasmEngineFromDisk } from '../engine/wasm.node.ts';
import { conv } from '../graph/convolution.ts';
import { add, clip, multiply, relu } from '../graph/elementwise.ts';
import { concat } from '../graph/movement.ts';
import { batchNormInference } from '../graph/normalisation.ts';
import { maxPool } from '../graph/pooling.ts';
import { resizeBilinear } from '../graph/resize.ts';
import { constant, input, type Shape, sizeOf, type Tensor } from '../graph/tensor.ts';
import { writeOnnx } from '../graph/writeOnnx.ts';
import { seededRandom } from '../layers/random.ts';
import { parseOnnxFile } from '../weights/onnxFile.ts';
import { quantise } from './quantise.ts';

const engines = (await Promise.all([openNativeEngine(), openWasmEngineFromDisk()])).filter(isEngine);
const floats = (dims: Shape, data: readonly number[] | Float32Array): TensorData => ({
  type: 'float32',
  dims,
  data: Float32Array.from(data),
});

async function run(engine: Engine, model: Uint8Array, feeds: Record<string, TensorData>): Promise<Float32Array> {
  const session = await engine.createSession(model, { threads: 1 });
  const values = float32Values(await session.run(feeds), 'y');
  await session.close();
  return values;
}

const operatorsOf = (model: Uint8Array): string[] => parseOnnxFile(model).nodes.map(({ operator }) => operator);

describe.each(engines.map((engine) => [engine.name, engine] as const))('quantise, engine %s', (_, engine) => {
  it('computes what one computes by hand', async () => {
    // Bytes of 0..255 stand for -1..1.55 in steps of 0.01, weights of -63..63 for -0.63..0.63 and -6.3..6.3.
    const x = input('x', [1, 1, 1, 3]);
    const y = conv(x, input('w', [2, 1, 1, 1]), constant([0.5, -1]));
    const weights = new Map([['w', Float32Array.of(0.63, -6.3)]]);
    const feeds = { x: floats(x.shape, [-1, 0.504, 1.55]) };
    const model = await quantise({ y }, weights, { calibration: [feeds], engine, keepFloat: [] });
    expect(operatorsOf(model)).toEqual(['QuantizeLinear', 'QLinearConv', 'DequantizeLinear', 'Identity']);
    const exact = [-0.13, 0.815, 1.4765, 5.3, -4.15, -10.765];
    const step = (5.3 + 10.765) / 255;
    const expected = exact.map((value) => Math.round(value / step) * step);
    const found = await run(engine, model, feeds);
    for (const [index, value] of expected.entries()) expect(found[index]).toBeCloseTo(value, 5);
  });

  it('folds normalisation, ReLU, sums and pooling into bytes, and is within a few steps of the float network', async () => {
    const random = seededRandom(3);
    const x = input('x', [1, 8, 9, 10]);
    const weights = new Map<string, Float32Array>();
    const parameter = (name: string, shape: Shape, low = -1, high = 1): Tensor => {
      weights.set(name, uniform(random, sizeOf(shape), low, high));
      return input(name, shape);
    };
    const block = (name: string, from: Tensor, kernel: number): Tensor => {
      const pad = (kernel - 1) / 2;
      const convolved = conv(from, parameter(`${name}/weight`, [8, 8, kernel, kernel]), undefined, {
        pads: [pad, pad, pad, pad],
      });
      const [gamma, beta, mean] = ['gamma', 'beta', 'mean'].map((part) => parameter(`${name}/${part}`, [8]));
      return batchNormInference(convolved, gamma, beta, mean, parameter(`${name}/variance`, [8], 0.5, 2), 1e-5);
    };
    const first = relu(block('first', x, 3));
    const second = relu(add(block('second', first, 3), block('shortcut', first, 1)));
    const pooled = maxPool(second, { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
    const third = clip(block('third', pooled, 1), 0, 6);
    const y = multiply(concat([third, resizeBilinear(pooled, 5, 5, 'align-corners')], 1), 2);
    const feeds = () => ({ x: floats(x.shape, uniform(random, sizeOf(x.shape), -1, 1)) });
    const model = await quantise({ y }, weights, {
      calibration: Array.from({ length: 8 }, feeds),
      engine,
      keepFloat: [],
    });
    const operators = operatorsOf(model);
    expect(operators.filter((name) => name === 'QLinearConv')).toHaveLength(4);
    expect(operators).toContain('com.microsoft.QLinearAdd');
    for (const gone of ['Conv', 'BatchNormalization', 'Relu', 'Clip', 'Add']) expect(operators).not.toContain(gone);

    const asked = feeds();
    const expected = await run(engine, writeOnnx({ y }, { weights }), asked);
    const found = await run(engine, model, asked);
    const largest = Math.max(...expected.map(Math.abs));
    const error = Math.sqrt(expected.reduce((total, value, index) => total + (value - found[index]) ** 2, 0));
    expect(error / Math.sqrt(expected.length)).toBeLessThan(0.01 * largest);
  });

  it('leaves the first and the last convolution in float32 unless told otherwise, and others by name', async () => {
    const x = input('x', [1, 1, 4, 4]);
    const kernel = [1, 1, 1, 1];
    const names = ['first', 'middle', 'other', 'last'];
    const y = names.reduce((from, name) => relu(conv(from, input(`${name}/weight`, kernel))), x);
    const weights = new Map(names.map((name) => [`${name}/weight`, Float32Array.of(0.9)]));
    const calibration = [{ x: floats(x.shape, Array(16).fill(1)) }];
    const floatOnes = async (keepFloat?: RegExp[]): Promise<number> => {
      const model = await quantise({ y }, weights, { calibration, engine, ...(keepFloat && { keepFloat }) });
      return operatorsOf(model).filter((name) => name === 'Conv').length;
    };
    expect(await floatOnes()).toBe(2);
    expect(await floatOnes([])).toBe(0);
    expect(await floatOnes([/^middle/, /st\/weight$/])).toBe(3);
  });

  it('keeps the engine from rounding the weights that stay in float32', async () => {
    // One scale for both channels would leave nothing of the second.
    const x = input('x', [1, 1, 2, 2]);
    const names = ['first', 'kept', 'last'];
    const shapes = [
      [2, 1, 1, 1],
      [2, 1, 1, 1],
      [2, 2, 1, 1],
    ];
    const [first, kept, last] = names.map((name, index) => input(name, shapes[index]));
    const weights = new Map([
      ['first', Float32Array.of(1, 1)],
      ['kept', Float32Array.of(1000, 0.01)],
      ['last', Float32Array.of(0.001, 0, 0, 100)],
    ]);
    const y = relu(conv(relu(conv(relu(conv(x, first)), kept, undefined, { groups: 2 })), last));
    const feeds = { x: floats(x.shape, [1, 0.5, 0.25, 0]) };
    const model = await quantise({ y }, weights, { calibration: [feeds], engine, keepFloat: [/kept/, /last/] });
    const found = await run(engine, model, feeds);
    for (const [index, value] of [1, 0.5, 0.25, 0, 1, 0.5, 0.25, 0].entries()) {
      expect(found[index]).toBeCloseTo(value, 2);
    }
  });

  it('refuses to guess ranges without a picture', async () => {
    const y = conv(input('x', [1, 1, 1, 1]), input('w', [1, 1, 1, 1]));
    const weights = new Map([['w', Float32Array.of(1)]]);
    await expect(quantise({ y }, weights, { calibration: [], engine, keepFloat: [] })).rejects.toThrow('calibration');
  });
});
