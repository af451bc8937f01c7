import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { evaluateGraph } from '../../test/evaluateGraph.ts';
import { hashValues } from '../../test/hashValues.ts';
import { expectAsRecorded, type Recorded } from '../../test/recorded.ts';
import { isEngine } from '../engine/chooseEngine.node.ts';
import type { Engine } from '../engine/engine.ts';
import { openNativeEngine } from '../engine/native.node.ts';
import { gradients } from '../graph/differentiate.ts';
import { multiply } from '../graph/elementwise.ts';
import { constant, input, type Tensor } from '../graph/tensor.ts';
import {
  bestPlaceSimilarity,
  binaryCrossEntropy,
  contrastive,
  dice,
  focal,
  softmaxCrossEntropy,
  triplet,
} from './losses.ts';

vi.setConfig({ testTimeout: 60_000 });

const file = new URL('./fixtures/pytorch.golden.json', import.meta.url);
const recorded: Readonly<Record<string, Recorded>> = JSON.parse(readFileSync(file, 'utf8'));

const raw = hashValues('softmaxCrossEntropy/targets', 30, 0, 1);
const rowSum = (row: number): number => raw.subarray(row * 5, row * 5 + 5).reduce((total, value) => total + value, 0);
const soft = constant(
  raw.map((value, index) => value / rowSum(Math.floor(index / 5))),
  [6, 5],
);
const rowWeights = constant(hashValues('softmaxCrossEntropy/weights of rows', 6, 0, 1));
const targetValues = hashValues('targets', 60, 0, 1);
const targets = constant(targetValues, [3, 4, 5]);
const binary = constant(
  targetValues.map((value) => (value > 0.5 ? 1 : 0)),
  [3, 4, 5],
);
// The fixtures' inputs are within -1..1; logits are wider.
const logits = (x: Tensor): Tensor => multiply(x, 8);

const builds: Readonly<Record<string, (...inputs: Tensor[]) => Tensor>> = {
  softmaxCrossEntropy: (x) => softmaxCrossEntropy(logits(x), soft),
  'softmaxCrossEntropy, weighted': (x) => softmaxCrossEntropy(logits(x), soft, rowWeights),
  binaryCrossEntropy: (x) => binaryCrossEntropy(logits(x), targets),
  focal: (x) => focal(logits(x), binary),
  dice: (x) => dice(logits(x), targets),
  contrastive: (maps, sounds) => contrastive(bestPlaceSimilarity(maps, sounds), 0.1),
  triplet: (anchor, positive, negative) => triplet(anchor, positive, negative),
};

const engine = await openNativeEngine();

describe.skipIf(!isEngine(engine))('losses', () => {
  describe.each(['cpu', 'onnx'] as const)('with their gradients as in PyTorch, lowered for %s', (target) => {
    it.each(Object.keys(recorded))('%s', (name) =>
      expectAsRecorded(engine as Engine, target, name, recorded[name], builds[name]),
    );
  });

  const lossAndSlope = async (build: (x: Tensor) => Tensor, values: readonly number[], shape: readonly number[]) => {
    const x = input('x', shape);
    const loss = build(x);
    const [slope] = gradients(loss, [x]);
    const results = await evaluateGraph(engine as Engine, { loss, slope }, { x: values });
    return [...results.loss, ...results.slope];
  };

  it('are worth what one computes by hand', async () => {
    const fair = await lossAndSlope((x) => softmaxCrossEntropy(x, constant([1, 0], [1, 2])), [0, 0], [1, 2]);
    expect(fair).toEqual([Math.LN2, -0.5, 0.5].map((value) => expect.closeTo(value, 5)));
    const unsure = await lossAndSlope((x) => binaryCrossEntropy(x, constant([1])), [0], [1]);
    expect(unsure).toEqual([Math.LN2, -0.5].map((value) => expect.closeTo(value, 5)));
    const same = await lossAndSlope((x) => triplet(x, x, constant([3, 4], [1, 2])), [0, 0], [1, 2]);
    expect(same).toEqual([0, 0, 0]);
  });

  it('stay finite at the largest logits', async () => {
    const sure = [-200, 200];
    for (const build of [
      (x: Tensor) => softmaxCrossEntropy(x, constant([1, 0], [1, 2])),
      (x: Tensor) => binaryCrossEntropy(x, constant([1, 0], [1, 2])),
      (x: Tensor) => focal(x, constant([1, 0], [1, 2])),
      (x: Tensor) => focal(x, constant([0, 1], [1, 2]), { gamma: 0 }),
      (x: Tensor) => dice(x, constant([0, 0], [1, 2])),
    ]) {
      expect((await lossAndSlope(build, sure, [1, 2])).every(Number.isFinite)).toBe(true);
    }
  });

  it('are 0 where nothing is judged, or nothing is there and nothing was seen', async () => {
    const none = constant([0, 0]);
    const [ignored] = await lossAndSlope(
      (x) => softmaxCrossEntropy(x, constant([1, 0, 0, 1], [2, 2]), none),
      [1, 2, 3, 4],
      [2, 2],
    );
    expect(ignored).toBe(0);
    const [empty] = await lossAndSlope((x) => dice(x, constant([0, 0], [1, 2])), [-200, -200], [1, 2]);
    expect(empty).toBeCloseTo(0, 5);
  });
});
