/** The yardstick: one product of two square matrices, the fastest that the engine computes anything. */
import type { Engine } from '../engine/engine.ts';
import { matmul } from '../graph/matmul.ts';
import { input } from '../graph/tensor.ts';
import { writeOnnx } from '../graph/writeOnnx.ts';
import { floats, noise } from './noise.ts';

const SIDE = 2048;

export const matrixProduct = {
  name: `matrix product ${SIDE}`,
  gigaoperations: (2 * SIDE ** 3) / 1e9,
  async open(engine: Engine, threads: number) {
    const shape = [SIDE, SIDE];
    const product = matmul(input('a', shape), input('b', shape));
    const session = await engine.createSession(writeOnnx({ product }), { threads });
    const feeds = { a: noise(shape), b: noise(shape) };
    const fetches = { product: floats(shape) };
    return { run: () => session.run(feeds, fetches), close: () => session.close() };
  },
} as const;
