/**
 * Every objective against the same thing written in plain TypeScript with float64: its value, and its gradients against
 * central differences of the plain one.
 */
import { describe, expect, it, vi } from 'vitest';
import { evaluateGraph } from '../../../test/evaluateGraph.ts';
import { hashValues } from '../../../test/hashValues.ts';
import { isEngine } from '../../engine/chooseEngine.node.ts';
import type { Engine } from '../../engine/engine.ts';
import { openNativeEngine } from '../../engine/native.node.ts';
import { gradients } from '../../graph/differentiate.ts';
import { input } from '../../graph/tensor.ts';
import { chooseObjective } from './chooseObjective.ts';
import { distanceRatio } from './distanceRatio.ts';
import { multipleInstance } from './multipleInstance.ts';
import type { Objective, ObjectiveInputs } from './objective.ts';
import { type PixelLoss, supervised } from './supervised.ts';

vi.setConfig({ testTimeout: 60_000 });

const batch = 4;
const channels = 3;
const [height, width] = [2, 3];
const cells = height * width;

interface Batch {
  readonly maps: Float64Array;
  readonly sounds: Float64Array;
  readonly score: Float64Array;
  readonly targets: Float64Array;
  readonly labelled: Float64Array;
}

const shapes = {
  maps: [batch, channels, height, width],
  sounds: [batch, channels],
  score: [batch, height, width],
  targets: [batch, height, width],
  labelled: [batch],
} as const;

const values = (name: string, count: number, low: number, high: number): Float64Array =>
  Float64Array.from(hashValues(`objectives/${name}`, count, low, high));

const example: Batch = {
  maps: values('maps', batch * channels * cells, -1, 1),
  sounds: values('sounds', batch * channels, -1, 1),
  score: values('score', batch * cells, 0.05, 0.95),
  targets: values('targets', batch * cells, 0, 1).map(Math.round),
  labelled: Float64Array.of(1, 0, 1, 1),
};

// --- The same in plain TypeScript ---

const total = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0);
const average = (numbers: readonly number[]): number => total(numbers) / numbers.length;
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const dot = (a: readonly number[], b: readonly number[]): number => total(a.map((value, index) => value * b[index]));
const unit = (a: readonly number[]): number[] => a.map((value) => value / Math.sqrt(dot(a, a)));
const softmax = (logits: readonly number[]): number[] => {
  const powers = logits.map((logit) => Math.exp(logit));
  return powers.map((power) => power / total(powers));
};

const soundOf = ({ sounds }: Batch, pair: number): number[] => [
  ...sounds.subarray(pair * channels, (pair + 1) * channels),
];
const cellOf = ({ maps }: Batch, pair: number, cell: number): number[] =>
  range(channels).map((channel) => maps[(pair * channels + channel) * cells + cell]);

function plainDistanceRatio(pairs: Batch): number {
  return average(
    range(batch).flatMap((pair) => {
      const sound = unit(soundOf(pairs, pair));
      const places = range(cells).map((cell) => cellOf(pairs, pair, cell));
      const weights = softmax(places.map((place) => Math.max(0, dot(unit(place), sound))));
      const seen = range(channels).map((channel) => total(weights.map((w, cell) => w * places[cell][channel])));
      const distance = (other: readonly number[]): number => Math.hypot(...seen.map((v, index) => v - other[index]));
      const [own, wrong] = softmax([distance(soundOf(pairs, pair)), distance(soundOf(pairs, (pair + 1) % batch))]);
      return [own ** 2, (1 - wrong) ** 2];
    }),
  );
}

function plainMultipleInstance(pairs: Batch): number {
  const logits = range(batch).map((picture) =>
    range(batch).map((sound) => {
      const heard = unit(soundOf(pairs, sound));
      return Math.max(...range(cells).map((cell) => dot(unit(cellOf(pairs, picture, cell)), heard))) / 0.03;
    }),
  );
  const columns = range(batch).map((sound) => logits.map((row) => row[sound]));
  const crossEntropy = (rows: readonly (readonly number[])[]): number =>
    average(rows.map((row, pair) => -Math.log(softmax(row)[pair])));
  return crossEntropy(logits) + crossEntropy(columns);
}

const plainPixelLosses: Readonly<Record<PixelLoss, (p: readonly number[], t: readonly number[]) => number>> = {
  'cross-entropy': (p, t) => average(p.map((score, cell) => -Math.log(t[cell] === 1 ? score : 1 - score))),
  focal: (p, t) =>
    average(
      p.map((score, cell) =>
        t[cell] === 1 ? -0.25 * (1 - score) ** 2 * Math.log(score) : -0.75 * score ** 2 * Math.log(1 - score),
      ),
    ),
  dice: (p, t) => 1 - (2 * dot(p, t)) / (dot(p, p) + dot(t, t)),
};

const plainSupervised =
  (pixelLoss: PixelLoss) =>
  (pairs: Batch): number => {
    const labelled = range(batch).filter((pair) => pairs.labelled[pair] === 1);
    const cellsOf = (all: Float64Array, pair: number): number[] => [...all.subarray(pair * cells, (pair + 1) * cells)];
    return average(
      labelled.map((pair) => plainPixelLosses[pixelLoss](cellsOf(pairs.score, pair), cellsOf(pairs.targets, pair))),
    );
  };

const cases: readonly {
  readonly name: string;
  readonly objective: Objective;
  readonly plain: (pairs: Batch) => number;
}[] = [
  { name: 'cross entropy', objective: supervised(), plain: plainSupervised('cross-entropy') },
  { name: 'focal', objective: supervised('focal'), plain: plainSupervised('focal') },
  { name: 'dice', objective: supervised('dice'), plain: plainSupervised('dice') },
  { name: 'distance ratio', objective: distanceRatio, plain: plainDistanceRatio },
  { name: 'multiple instance', objective: multipleInstance, plain: plainMultipleInstance },
  {
    name: 'unsupervised',
    objective: chooseObjective('unsupervised'),
    plain: (pairs) => plainDistanceRatio(pairs) + plainMultipleInstance(pairs),
  },
  {
    name: 'semi-supervised',
    objective: chooseObjective('semi-supervised', {
      pixelLoss: 'dice',
      correspondence: 'distance-ratio',
      unsupervisedWeight: 0.5,
    }),
    plain: (pairs) => plainSupervised('dice')(pairs) + 0.5 * plainDistanceRatio(pairs),
  },
];

// --- Running the graphs ---

const inputs: ObjectiveInputs = {
  maps: input('maps', shapes.maps),
  sounds: input('sounds', shapes.sounds),
  score: input('score', shapes.score),
  targets: input('targets', shapes.targets),
  labelled: input('labelled', shapes.labelled),
};
const differentiated = ['maps', 'sounds', 'score'] as const;
const slopeOf = (name: string): string => `slope of ${name}`;

const engine = await openNativeEngine();

async function run(objective: Objective, pairs: Batch, target: 'cpu' | 'onnx' = 'cpu') {
  const loss = objective(inputs);
  const leaves = differentiated.map((name) => inputs[name]);
  const slopes = gradients(loss, leaves).map((slope, index) => [slopeOf(differentiated[index]), slope] as const);
  const numbers = Object.fromEntries(Object.entries(pairs).map(([name, data]) => [name, Float32Array.from(data)]));
  return evaluateGraph(engine as Engine, { loss, ...Object.fromEntries(slopes) }, numbers, target);
}

const lossOf = async (objective: Objective, pairs: Batch): Promise<number> => (await run(objective, pairs)).loss[0];

const STEP = 1e-5;

describe.skipIf(!isEngine(engine))('objectives', () => {
  describe.each(['cpu', 'onnx'] as const)('lowered for %s', (target) => {
    it.each(cases)('$name is worth what plain TypeScript says, and so are its gradients', async (item) => {
      const results = await run(item.objective, example, target);
      expect(results.loss[0]).toBeCloseTo(item.plain(example), 4);
      for (const name of differentiated) {
        const slopes = example[name].map((_, index) => {
          const moved = (by: number): number =>
            item.plain({ ...example, [name]: example[name].with(index, example[name][index] + by) });
          return (moved(STEP) - moved(-STEP)) / (2 * STEP);
        });
        const scale = Math.max(1, ...slopes.map(Math.abs));
        for (const [index, slope] of slopes.entries()) {
          expect(Math.abs(results[slopeOf(name)][index] - slope) / scale, `${name}[${index}]`).toBeLessThan(1e-3);
        }
      }
    });
  });

  it('take no notice of the boxes of pairs that are not labelled', async () => {
    const other = {
      ...example,
      targets: example.targets.map((t, index) => (Math.floor(index / cells) === 1 ? 1 - t : t)),
    };
    for (const { objective } of cases) expect(await lossOf(objective, other)).toBe(await lossOf(objective, example));
  });

  it('are 0 for the boxes where no pair has any', async () => {
    const none = { ...example, labelled: new Float64Array(batch) };
    for (const pixelLoss of ['cross-entropy', 'focal', 'dice'] as const) {
      expect(await lossOf(supervised(pixelLoss), none)).toBe(0);
    }
    expect(await lossOf(chooseObjective('semi-supervised'), none)).toBeCloseTo(
      await lossOf(chooseObjective('unsupervised'), none),
      6,
    );
  });

  it('do not care, without boxes, where in the picture a thing is', async () => {
    const turned = {
      ...example,
      maps: example.maps.map((_, index) => example.maps[index - (index % cells) + (cells - 1 - (index % cells))]),
    };
    for (const objective of [distanceRatio, multipleInstance]) {
      expect(await lossOf(objective, turned)).toBeCloseTo(await lossOf(objective, example), 5);
    }
  });

  it('prefer, without boxes, that each picture goes with its own sound', async () => {
    // Every cell of a picture shows its own sound, or that of the pair before.
    const showing = (shift: number): Batch => ({
      ...example,
      maps: example.maps.map((_, index) => {
        const [pair, channel] = [Math.floor(index / (channels * cells)), Math.floor(index / cells) % channels];
        return example.sounds[((pair + shift) % batch) * channels + channel];
      }),
    });
    for (const objective of [distanceRatio, multipleInstance]) {
      expect(await lossOf(objective, showing(0))).toBeLessThan(await lossOf(objective, showing(batch - 1)));
    }
  });

  it('stay finite where a score is certain, a cell shows nothing, and what is seen is what is heard', async () => {
    const extreme = {
      ...example,
      maps: new Float64Array(example.maps.length),
      sounds: new Float64Array(example.sounds.length),
      score: example.score.map((_, index) => index % 2),
    };
    for (const { objective } of cases) {
      const results = await run(objective, extreme);
      expect(Object.values(results).every((numbers) => numbers.every(Number.isFinite))).toBe(true);
    }
  });
});

it('distance ratio refuses a batch without a wrong sound', () => {
  const one = { ...inputs, maps: input('maps', [1, channels, height, width]), sounds: input('sounds', [1, channels]) };
  expect(() => distanceRatio(one)).toThrow(RangeError);
});
