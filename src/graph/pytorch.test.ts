/** The same operations in PyTorch, results and gradients: scripts/fixtures/pytorch.py made them. */
import { readFileSync } from 'node:fs';
import { describe, it, vi } from 'vitest';
import { expectAsRecorded, type Recorded } from '../../test/recorded.ts';
import { isEngine } from '../engine/chooseEngine.node.ts';
import type { Engine } from '../engine/engine.ts';
import { openNativeEngine } from '../engine/native.node.ts';
import { conv, convTranspose } from './convolution.ts';
import { batchNormTraining } from './normalisation.ts';
import { adaptiveAveragePool, averagePool, maxPool } from './pooling.ts';
import { resizeBilinear } from './resize.ts';
import type { Tensor } from './tensor.ts';

vi.setConfig({ testTimeout: 60_000 });

const file = new URL('./fixtures/pytorch.golden.json', import.meta.url);
const recorded: Readonly<Record<string, Recorded>> = JSON.parse(readFileSync(file, 'utf8'));

const pool = { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] } as const;
const normalise = (x: Tensor, gamma: Tensor, beta: Tensor): Tensor => batchNormTraining(x, gamma, beta, 1e-5).y;

const builds: Readonly<Record<string, (...inputs: Tensor[]) => Tensor>> = {
  'conv, groups, strides, dilations, pads': (x, w, b) =>
    conv(x, w, b, { strides: [2, 1], pads: [1, 2, 1, 2], dilations: [1, 2], groups: 2 }),
  'conv, 3 x 3 with stride 2': (x, w) => conv(x, w, undefined, { strides: [2, 2], pads: [1, 1, 1, 1] }),
  'conv, 7 x 7 with stride 2': (x, w) => conv(x, w, undefined, { strides: [2, 2], pads: [3, 3, 3, 3] }),
  'conv, 1 x 1 with stride 2': (x, w) => conv(x, w, undefined, { strides: [2, 2] }),
  'conv, depthwise': (x, w) => conv(x, w, undefined, { pads: [1, 1, 1, 1], groups: 5 }),
  convTranspose: (x, w, b) =>
    convTranspose(x, w, b, { strides: [2, 3], pads: [1, 0, 1, 0], dilations: [2, 1], groups: 2, outputPads: [1, 2] }),
  maxPool: (x) => maxPool(x, pool),
  averagePool: (x) => averagePool(x, pool),
  adaptiveAveragePool: (x) => adaptiveAveragePool(x, 3, 4),
  'resizeBilinear, half-pixel': (x) => resizeBilinear(x, 9, 4, 'half-pixel'),
  'resizeBilinear, align-corners': (x) => resizeBilinear(x, 9, 4, 'align-corners'),
  batchNormTraining: normalise,
  'batchNormTraining, large maps': normalise,
};

const engine = await openNativeEngine();

describe.skipIf(!isEngine(engine)).each(['cpu', 'onnx'] as const)('as PyTorch, lowered for %s', (target) => {
  it.each(Object.keys(recorded))('%s', (name) =>
    expectAsRecorded(engine as Engine, target, name, recorded[name], builds[name]),
  );
});
