/**
 * Weights under the names of others, put into our networks: the values must lie right, which is checked by computing.
 * PyTorch's networks were run by PyTorch (scripts/fixtures/pytorch_ports.py), the Keras ports by the shared reference.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { hashValues } from '../../test/hashValues.ts';
import { type ParameterRow, seededPatch } from '../../test/seededWeights.ts';
import { isEngine } from '../engine/chooseEngine.node.ts';
import type { TensorData } from '../engine/engine.ts';
import { openNativeEngine } from '../engine/native.node.ts';
import { sizeOf } from '../graph/tensor.ts';
import { type Preset, presets } from '../networks/presets.ts';
import type { StoredWeights, WeightFile } from '../weights/files/weightFile.ts';
import { buildNetwork, putWeights } from './buildModel.ts';
import type { NetworkSettings } from './conventions.ts';
import { type ImportPlan, matchingJson, mismatchLines, planImport } from './importWeights.ts';
import { presetSystem, type System, wantedOf } from './systems.ts';

vi.setConfig({ testTimeout: 240_000 });

const engine = await openNativeEngine();
const shared = process.env.LOOKHEAR_SHARED;

const tiny: Preset = {
  text: '',
  picture: { classes: 4, stage4: 1, width: 2, pyramidWidth: 16, side: 89 },
  sound: { widths: [2, 4, 4, 8], hidden: 16, embedding: 8, lastRelu: true },
};
const tinySystem = (settings: NetworkSettings): System => presetSystem('tiny', tiny, settings);

function fileOf(arrays: Iterable<readonly [name: string, array: StoredWeights]>, format: WeightFile['format']) {
  return { name: `weights of ${format}`, weights: { format, tensors: new Map(arrays), metadata: {} } };
}

/** Seeded by the array's own name, in the layout of its file. */
const array = (name: string, shape: readonly number[], lo = -1, hi = 1): [string, StoredWeights] => [
  name,
  { shape, read: () => hashValues(name, sizeOf(shape), lo, hi) },
];

function filled(plan: ImportPlan): System {
  expect(mismatchLines(plan)).toEqual([]);
  expect(plan.problem).toBeUndefined();
  for (const _ of putWeights(plan.system, plan.matching.fits));
  return plan.system;
}

async function run(network: Uint8Array, feeds: Record<string, TensorData>): Promise<Float32Array> {
  if (!isEngine(engine)) throw new Error('no native engine');
  const session = await engine.createSession(network, { threads: 2 });
  const [output] = Object.values(await session.run(feeds));
  await session.close();
  return output.data as Float32Array;
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let index = 0; index < a.length; index++) largest = Math.max(largest, Math.abs(a[index] - b[index]));
  return largest;
}

type Row = [name: string, shape: number[], lo: number, hi: number];

describe.runIf(isEngine(engine))('networks of PyTorch', () => {
  const golden = JSON.parse(readFileSync(new URL('fixtures/pytorchPorts.golden.json', import.meta.url), 'utf8'));
  const file = (network: 'pspnet' | 'vggish') =>
    fileOf(
      golden[network].arrays.map((row: Row) => array(...row)),
      'pytorch',
    );

  it("compute what hszhao/semseg's PSPNet does, stride, pyramid's order and all", async () => {
    const plan = planImport(tinySystem, [file('pspnet')], { partial: false });
    expect(plan.matching.conventions.get('weights of pytorch')).toBe('hszhao/semseg');
    expect(plan.absent).toEqual(['sound']);
    expect(plan.matching.leftOut.every(({ tensor }) => /^aux\.|num_batches_tracked$/.test(tensor))).toBe(true);
    const system = filled(plan);
    expect(system.picture?.description.preprocess).toMatchObject({ order: 'rgb', deviation: [58.395, 57.12, 57.375] });
    const data = hashValues('picture', 3 * 89 * 89, -2, 2);
    const probabilities = await run(buildNetwork(system, 'picture'), {
      picture: { type: 'float32', dims: [1, 3, 89, 89], data },
    });
    const every8th: number[] = [];
    for (let c = 0; c < 4; c++) {
      for (let y = 0; y < 89; y += 8) {
        for (let x = 0; x < 89; x += 8) every8th.push(probabilities[(c * 89 + y) * 89 + x]);
      }
    }
    expect(largestDifference(every8th, golden.pspnet['every 8th pixel'])).toBeLessThan(1e-5);
  });

  it('compute what torchvggish does', async () => {
    const plan = planImport(tinySystem, [file('vggish')], { partial: false });
    expect(plan.matching.conventions.get('weights of pytorch')).toBe('torchvggish');
    const data = seededPatch('logmel');
    const embedding = await run(buildNetwork(filled(plan), 'sound'), {
      logmel: { type: 'float32', dims: [1, 1, 96, 64], data },
    });
    expect(largestDifference(embedding, golden.vggish.embedding)).toBeLessThan(1e-5);
  });
});

/** Our parameters as TensorFlow lays them out: kernels [height, width, in, out]. */
const tensorflowShape = (shape: readonly number[]): readonly number[] =>
  shape.length === 4 ? [shape[2], shape[3], shape[1], shape[0]] : shape;

const kindsOf = (...kinds: string[]): Record<string, string> =>
  Object.fromEntries(['weight', 'bias', 'gamma', 'beta', 'mean', 'variance'].map((own, index) => [own, kinds[index]]));
const keras = kindsOf('kernel:0', 'bias:0', 'gamma:0', 'beta:0', 'moving_mean:0', 'moving_variance:0');
const caffe = kindsOf('weights', 'biases', 'scale', 'offset', 'mean', 'variance');
const graph = kindsOf(
  'Conv2D/ReadVariableOp',
  'BiasAdd/ReadVariableOp',
  'ReadVariableOp',
  'ReadVariableOp_1',
  'FusedBatchNormV3/ReadVariableOp',
  'FusedBatchNormV3/ReadVariableOp_1',
);

const spellings: Record<string, (layer: string, kind: string) => string> = {
  'Keras, as saved': (layer, kind) => `${layer}/${layer}/${keras[kind]}`,
  'Keras, flat': (layer, kind) => `${layer}/${keras[kind]}`,
  'Keras, built a second time': (layer, kind) => `${layer}/${layer}_1/${keras[kind]}`,
  'Keras, within another model': (layer, kind) => `joint/${layer}/${keras[kind]}`,
  "the report's joint model": (layer, kind) => `${layer}audmodel/${layer}/${keras[kind]}`,
  'Keras 3': (layer, kind) => {
    const index = ['weight', 'bias'].indexOf(kind);
    return `layers/${layer}/vars/${index >= 0 ? index : ['gamma', 'beta', 'mean', 'variance'].indexOf(kind)}`;
  },
  'the Keras port': (layer, kind) => `${layer}/${caffe[kind]}`,
  'TensorFlow.js': (layer, kind) => `StatefulPartitionedCall/model/${layer}/${graph[kind]}`,
  ours: (layer, kind) => `${layer}/${kind}`,
};

describe.each(Object.keys(spellings))('names of %s', (key) => {
  it('are all known, and the values lie as ours', () => {
    const wanted = wantedOf(presetSystem('tiny', tiny));
    const arrays = wanted.map(({ name, shape }) => {
      const end = name.lastIndexOf('/');
      const spelt = spellings[key](name.slice(0, end), name.slice(end + 1));
      return array(spelt, key === 'ours' ? shape : tensorflowShape(shape));
    });
    const plan = planImport(tinySystem, [fileOf(arrays, 'hdf5')], { partial: false });
    expect(mismatchLines(plan)).toEqual([]);
    expect(plan.matching.fits.length).toBe(wanted.length);
    for (const { name, shape, tensor, read } of plan.matching.fits) {
      const values = read();
      const stored = hashValues(tensor, values.length, -1, 1);
      if (key === 'ours' || shape.length !== 4) expect(values, name).toEqual(stored);
      else {
        const [outputs, inputs, height, width] = shape;
        const [o, i, y, x] = [outputs - 1, Math.min(1, inputs - 1), height - 1, 0];
        const ours = values[((o * inputs + i) * height + y) * width + x];
        expect(ours, name).toBe(stored[((y * width + x) * inputs + i) * outputs + o]);
      }
    }
  });
});

it("knows TF-Slim's names of VGGish, and leaves the optimiser's values out", () => {
  const wanted = wantedOf(presetSystem('tiny', { text: '', sound: tiny.sound! }));
  const arrays = wanted.map(({ name, shape }) => {
    const end = name.lastIndexOf('/');
    const layer = name.slice(0, end).replace('vggish_fc', 'fc');
    return array(`vggish/${layer}/${caffe[name.slice(end + 1)]}`, tensorflowShape(shape));
  });
  const rest = [array('global_step', []), array('vggish/conv1/weights/Adam_1', [3, 3, 1, 2])];
  const plan = planImport(tinySystem, [fileOf([...arrays, ...rest], 'npy')], { partial: false });
  expect([...plan.matching.conventions.values()]).toEqual(['TF-Slim']);
  expect(mismatchLines(plan)).toEqual([]);
  expect(plan.matching.leftOut.length).toBe(2);
});

describe('weights that do not fit', () => {
  const withFourthStage = wantedOf(presetSystem('', tiny)).filter(({ side }) => side === 'picture');
  const without: Preset = { text: '', picture: { ...tiny.picture!, stage4: 0 }, sound: tiny.sound! };
  const systemWith = (settings: NetworkSettings) => presetSystem('without', without, settings);
  const pspnet50 = fileOf(
    withFourthStage.map(({ name, shape }) => array(name, shape)),
    'safetensors',
  );

  it('are refused with every array, when a network of the fourth stage meets one without', () => {
    const { problem } = planImport(systemWith, [pspnet50], { partial: false });
    expect(problem?.message).toBe(
      'Cannot import weights of safetensors into without: 2 arrays have another shape and 20 arrays are of no use to it.',
    );
    expect(problem?.hint).toContain('--partial begins the 2 at random, to be trained, and leaves out');
    expect(problem?.details).toMatchObject({
      wrongShape: [
        { parameter: 'picture/conv5_1_1x1_reduce/weight', shape: [16, 16, 1, 1], found: [16, 32, 1, 1] },
        { parameter: 'picture/conv5_1_1x1_proj/weight', shape: [64, 16, 1, 1], found: [64, 32, 1, 1] },
      ],
      missing: [],
    });
    expect(problem?.details?.unused).toHaveLength(20);
  });

  it('are used as far as they go with --partial, the rest seeded', () => {
    const plan = planImport(systemWith, [pspnet50], { partial: true });
    expect(plan.problem).toBeUndefined();
    expect(plan.initialised.map(({ name }) => name)).toEqual(['conv5_1_1x1_reduce/weight', 'conv5_1_1x1_proj/weight']);
    expect(mismatchLines(plan).at(-1)).toMatch(/^ {2}of no use +conv4\.\.\.: 20 arrays, conv4_1_1x1_reduce\/weight to/);
    const networkOf = ({ system, matching }: ImportPlan): Uint8Array => {
      for (const _ of putWeights(system, matching.fits));
      return buildNetwork(system, 'picture');
    };
    const again = planImport(systemWith, [pspnet50], { partial: true });
    expect(networkOf(plan)).toEqual(networkOf(again));
  });

  it('leave a network out of which nothing is there, and refuse one that is there in part', () => {
    const sound = wantedOf(presetSystem('', tiny)).filter(({ side }) => side === 'sound');
    const arrays = sound.map(({ name, shape }) => array(name, shape));
    const whole = planImport(tinySystem, [fileOf(arrays, 'npy')], { partial: false });
    expect(whole).toMatchObject({ sides: ['sound'], absent: ['picture'], problem: undefined });
    const part = planImport(tinySystem, [fileOf(arrays.slice(3), 'npy')], { partial: false });
    expect(part.problem?.message).toContain('3 arrays are missing.');
    expect(matchingJson(part).missing.map(({ parameter }) => parameter)).toEqual([
      'sound/conv1/weight',
      'sound/conv1/bias',
      'sound/conv2/weight',
    ]);
  });

  it('are refused even with --partial where nothing fits at all', () => {
    const other = fileOf([array('encoder.0.weight', [4, 4]), array('encoder.0.bias', [4])], 'pytorch');
    const { problem } = planImport(tinySystem, [other], { partial: true });
    expect(problem?.code).toBe('INPUT_UNSUPPORTED');
    expect(problem?.hint).toContain('encoder.0.weight');
  });

  it('do not take a place twice', () => {
    const twice = ['conv1/bias:0', 'other/conv1/bias:0'];
    const plan = planImport(
      tinySystem,
      [
        fileOf(
          twice.map((name) => array(name, [2])),
          'hdf5',
        ),
      ],
      { partial: true },
    );
    expect(plan.matching.fits.map(({ tensor }) => tensor)).toEqual(['conv1/bias:0']);
    expect(plan.matching.unused.map(({ tensor }) => tensor)).toEqual(['other/conv1/bias:0']);
  });

  it('are told from the constants of a joint graph, whatever those are called', () => {
    const { name, shape } = wantedOf(presetSystem('', tiny)).find(({ side }) => side === 'sound')!;
    const arrays = [name, `sound/${name}`, 'constant_7'].map((spelt) => array(spelt, shape));
    const plan = planImport(tinySystem, [fileOf(arrays, 'onnx')], { partial: true });
    expect(plan.matching.fits.map(({ tensor }) => tensor)).toEqual([`sound/${name}`]);
  });
});

describe.runIf(shared !== undefined && isEngine(engine))("the shared reference's VGGish at full size", () => {
  it('gives the recorded 128 numbers from arrays as the port stores them', async () => {
    const golden = (name: string) => JSON.parse(readFileSync(join(shared!, 'reference/golden', name), 'utf8'));
    const rows: ParameterRow[] = golden('param_spec.json').report.audio;
    const arrays = rows.map(([key, shape, lo, hi]): [string, StoredWeights] => {
      const [, path] = key.split(':');
      const name = path.replace(/kernel$/, 'weights').replace(/bias$/, 'biases');
      return [name, { shape, read: () => hashValues(key, sizeOf(shape), lo, hi) }];
    });
    const systemWith = () => presetSystem('vggish', presets.vggish);
    const system = filled(planImport(systemWith, [fileOf(arrays, 'npy')], { partial: false }));
    const network = buildNetwork(system, 'sound');
    for (const name of ['input:logmel', 'input:logmel2']) {
      const data = seededPatch(name);
      const embedding = await run(network, { logmel: { type: 'float32', dims: [1, 1, 96, 64], data } });
      const recorded = golden('vggish_full.json').outputs[name].embedding_relu;
      expect(largestDifference(embedding, recorded)).toBeLessThan(1e-4);
    }
  });
});
