import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { chooseEngine, isEngine } from './chooseEngine.node.ts';
import { type Engine, float32Values, type Session, type TensorData } from './engine.ts';
import { handMadeOnnx } from './handMadeOnnx.fixtures.ts';
import { openNativeEngine } from './native.node.ts';
import { openWasmEngineFromDisk } from './wasm.node.ts';

// Loading the engines takes most of the time, and a busy machine several times as long.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const native = await openNativeEngine();
const wasm = await openWasmEngineFromDisk();

const sumAndProduct = handMadeOnnx(
  [
    { name: 'a', type: 'float32', dims: [2, 2] },
    { name: 'b', type: 'float32', dims: [2, 2] },
  ],
  [
    { type: 'Add', inputs: ['a', 'b'], output: 'sum' },
    { type: 'Mul', inputs: ['a', 'b'], output: 'product' },
  ],
  [
    { name: 'sum', type: 'float32', dims: [2, 2] },
    { name: 'product', type: 'float32', dims: [2, 2] },
  ],
);

const a = float32([1, 2, 3, 4], [2, 2]);
const b = float32([10, 20, 30, 40], [2, 2]);

function float32(values: readonly number[], dims: readonly number[]): TensorData {
  return { type: 'float32', dims, data: Float32Array.from(values) };
}

describe.each([
  ['native', native],
  ['wasm', wasm],
])('the %s engine', (name, opened) => {
  const present = isEngine(opened);

  describe.skipIf(!present && name === 'native')('where it is installed', () => {
    let engine: Engine;
    let session: Session;
    beforeAll(async () => {
      engine = opened as Engine;
      session = await engine.createSession(sumAndProduct);
    });
    afterAll(() => session.close());

    it('knows its name and the names of the network', () => {
      expect(engine.name).toBe(name);
      expect(session.inputNames).toEqual(['a', 'b']);
      expect(session.outputNames).toEqual(['sum', 'product']);
    });

    it('computes every output unless told which', async () => {
      const outputs = await session.run({ a, b });
      expect(outputs.sum).toEqual(float32([11, 22, 33, 44], [2, 2]));
      expect(outputs.product).toEqual(float32([10, 40, 90, 160], [2, 2]));
      expect(Object.keys(await session.run({ a, b }, ['sum']))).toEqual(['sum']);
    });

    it('writes into tensors that it is given', async () => {
      const sum = float32([0, 0, 0, 0], [2, 2]);
      const outputs = await session.run({ a, b }, { sum });
      expect(outputs.sum.data).toBe(sum.data);
      expect([...sum.data]).toEqual([11, 22, 33, 44]);
      await session.run({ a: b, b }, { sum });
      expect([...sum.data]).toEqual([20, 40, 60, 80]);
    });

    it('convolves', async () => {
      const convolution = await engine.createSession(
        handMadeOnnx(
          [
            { name: 'x', type: 'float32', dims: [1, 1, 3, 3] },
            { name: 'w', type: 'float32', dims: [1, 1, 2, 2] },
          ],
          [{ type: 'Conv', inputs: ['x', 'w'], output: 'y', attributes: { kernel_shape: [2, 2], group: 1 } }],
          [{ name: 'y', type: 'float32', dims: [1, 1, 2, 2] }],
        ),
        { purpose: 'training', threads: 1 },
      );
      const outputs = await convolution.run({
        x: float32([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3]),
        w: float32([1, 0, 0, -1], [1, 1, 2, 2]),
      });
      expect([...float32Values(outputs, 'y')]).toEqual([-4, -4, -4, -4]);
      expect(() => float32Values(outputs, 'z')).toThrow('Expected a float32 output "z", got none.');
      await convolution.close();
    });

    it('carries integers, bytes and truth values', async () => {
      const types = ['int64', 'int32', 'uint8', 'bool'] as const;
      const identity = await engine.createSession(
        handMadeOnnx(
          types.map((type) => ({ name: type, type, dims: [3] })),
          types.map((type) => ({ type: 'Identity', inputs: [type], output: `${type}_out` })),
          types.map((type) => ({ name: `${type}_out`, type, dims: [3] })),
        ),
      );
      const feeds: Record<(typeof types)[number], TensorData> = {
        int64: { type: 'int64', dims: [3], data: BigInt64Array.of(-1n, 0n, 9007199254740993n) },
        int32: { type: 'int32', dims: [3], data: Int32Array.of(-1, 0, 7) },
        uint8: { type: 'uint8', dims: [3], data: Uint8Array.of(0, 128, 255) },
        bool: { type: 'bool', dims: [3], data: Uint8Array.of(0, 1, 1) },
      };
      const outputs = await identity.run(feeds);
      for (const type of types) expect(outputs[`${type}_out`]).toEqual(feeds[type]);
      await identity.close();
    });

    it('says in one sentence that bytes are no network', async () => {
      await expect(engine.createSession(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({
        code: 'MODEL_INVALID',
        message: expect.stringMatching(/^The engine cannot load the network: .+\.$/),
      });
    });

    it('fails cleanly on a missing input, a wrong shape and a closed network', async () => {
      await expect(session.run({ a })).rejects.toMatchObject({ code: 'FAILED' });
      await expect(session.run({ a, b: float32([1], [1]) })).rejects.toMatchObject({ code: 'FAILED' });
      const closed = await engine.createSession(sumAndProduct);
      await closed.close();
      await closed.close();
      await expect(closed.run({ a, b })).rejects.toMatchObject({ code: 'FAILED' });
    });
  });
});

describe('the choice of an engine', () => {
  const absent = (name: 'native' | 'wasm') => async () => ({ name, absent: new Error('no such package\nstack') });
  const present = (name: 'native' | 'wasm') => async () => ({ name, createSession: () => Promise.reject(new Error()) });

  it('prefers the native engine and falls back to wasm', async () => {
    expect((await chooseEngine('auto', { native: present('native'), wasm: absent('wasm') })).name).toBe('native');
    expect((await chooseEngine('auto', { native: absent('native'), wasm: present('wasm') })).name).toBe('wasm');
    expect((await chooseEngine('wasm', { native: present('native'), wasm: present('wasm') })).name).toBe('wasm');
  });

  it('never falls back from an engine that was asked for', async () => {
    await expect(chooseEngine('native', { native: absent('native'), wasm: present('wasm') })).rejects.toMatchObject({
      code: 'ENGINE_MISSING',
      message: 'The native engine cannot be loaded: no such package',
    });
    await expect(chooseEngine('auto', { native: absent('native'), wasm: absent('wasm') })).rejects.toMatchObject({
      code: 'ENGINE_MISSING',
    });
  });

  it('does not let the native library report usage', () => {
    expect(process.env.ORT_DISABLE_TELEMETRY).toBe('1');
  });
});
