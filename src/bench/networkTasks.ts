/**
 * The networks of lookhear as tasks for `npm run bench -- networks`. Each runs in a process of its own (child.ts); the
 * parent reads only what the rows say. Operations are those of the layer tables, also where lookhear computes the same
 * with fewer of them.
 */
import { readFile } from 'node:fs/promises';
import type { Engine, Session, TensorData } from '../engine/engine.ts';
import { multiply } from '../graph/elementwise.ts';
import { sum } from '../graph/reductions.ts';
import { constant, input, sizeOf, type Tensor } from '../graph/tensor.ts';
import { writeOnnx } from '../graph/writeOnnx.ts';
import { sgd } from '../layers/optimisers.ts';
import { Parameters } from '../layers/parameters.ts';
import { trainingStep } from '../layers/trainingStep.ts';
import { type PresetName, pictureNetworkOf, presets } from '../networks/presets.ts';
import type { Pspnet } from '../networks/pspnet.ts';
import { totalsOf } from '../networks/summary.ts';
import { type Vggish, vggish, vggishPatch } from '../networks/vggish.ts';
import { quantise } from '../quantise/quantise.ts';
import { supervised } from '../train/objectives/supervised.ts';
import { StepRunner } from '../train/stepRunner.ts';
import { readOnnx } from '../weights/readOnnx.ts';
import { countOperations } from './countOperations.ts';
import { matrixProduct } from './matrixProduct.ts';
import { floats, noise } from './noise.ts';
import type { PytorchTask } from './pytorch.ts';

export interface NetworkTask {
  readonly text: string;
  /** 10^9 multiplications and additions of one run. */
  readonly gigaoperations: () => number | Promise<number>;
  /** Makes the network ready; what it gives does the work once. */
  readonly open: (engine: Engine, threads: number) => Promise<() => Promise<unknown>>;
  /** The same in PyTorch. */
  readonly pytorchTask?: PytorchTask;
  /** The task of ours that this one is compared with where it is no PyTorch. */
  readonly beside?: NetworkTaskName;
  /** Speed that is aimed at, as a multiple of the peer's. */
  readonly speedTarget?: number;
  /** Rate that is aimed at, as a multiple of the matrix product's. */
  readonly rateTarget?: number;
}

export type NetworkTaskName =
  | 'multiply'
  | 'report'
  | 'report-int8'
  | 'pspnet50'
  | 'vggish'
  | 'small-picture'
  | 'small-sound'
  | 'report-step';

const SIDE = 473;
const PATCHES = 10;
const pictureShape = [1, 3, SIDE, SIDE];

export const networkTasks: Readonly<Record<NetworkTaskName, NetworkTask>> = {
  multiply: {
    text: matrixProduct.name,
    gigaoperations: () => matrixProduct.gigaoperations,
    open: async (engine, threads) => (await matrixProduct.open(engine, threads)).run,
    pytorchTask: 'multiply',
  },
  report: {
    text: 'picture network of the report',
    gigaoperations: () => operationsOf(pspnetOf('report')),
    open: (engine, threads) => openPspnet('report', engine, threads),
    pytorchTask: 'report',
    speedTarget: 1.3,
    rateTarget: 1,
  },
  'report-int8': {
    text: 'the same in 8 bits, beside float32',
    gigaoperations: () => operationsOf(pspnetOf('report')),
    open: openQuantised,
    beside: 'report',
    speedTarget: 2,
  },
  pspnet50: {
    text: 'PSPNet-50',
    gigaoperations: () => operationsOf(pspnetOf('pspnet50')),
    open: (engine, threads) => openPspnet('pspnet50', engine, threads),
    pytorchTask: 'pspnet50',
  },
  vggish: {
    text: `VGGish, ${PATCHES} patches`,
    gigaoperations: () => PATCHES * operationsOf(vggishOf()),
    open: openVggish,
    pytorchTask: 'vggish',
  },
  'small-picture': {
    text: 'picture network of models/small',
    gigaoperations: async () => countOperations(...Object.values((await smallNetwork('picture')).outputs)) / 1e9,
    open: (engine, threads) => openSmall('picture', engine, threads),
  },
  'small-sound': {
    text: 'sound network of models/small',
    gigaoperations: async () => countOperations(...Object.values((await smallNetwork('sound')).outputs)) / 1e9,
    open: (engine, threads) => openSmall('sound', engine, threads),
  },
  'report-step': {
    text: 'training step of the report, 1 picture',
    gigaoperations: stepOperations,
    open: openStep,
    pytorchTask: 'report-step',
    speedTarget: 1.2,
  },
};

export function isNetworkTask(name: string): name is NetworkTaskName {
  return Object.hasOwn(networkTasks, name);
}

type Built<Network> = Network & { readonly parameters: Parameters };

function pspnetOf(name: PresetName, mode: 'training' | 'inference' = 'inference'): Built<Pspnet> {
  const parameters = new Parameters();
  return { ...pictureNetworkOf(presets[name], { parameters, mode }, input('picture', pictureShape))!, parameters };
}

function vggishOf(): Built<Vggish> {
  const parameters = new Parameters();
  const logMel = input('logmel', [PATCHES, 1, ...vggishPatch]);
  return { ...vggish({ parameters, mode: 'inference' }, logMel, presets.vggish.sound), parameters };
}

function operationsOf({ layers }: Pick<Pspnet, 'layers'>): number {
  return (2 * totalsOf(layers).multiplyAdds) / 1e9;
}

async function openPspnet(name: PresetName, engine: Engine, threads: number): Promise<() => Promise<unknown>> {
  const { probabilities, parameters } = pspnetOf(name);
  const session = await engine.createSession(writeOnnx({ probabilities }, { weights: parameters.values }), { threads });
  return runnerOf(session, { picture: noise(pictureShape) }, { probabilities });
}

async function openQuantised(engine: Engine, threads: number): Promise<() => Promise<unknown>> {
  const { probabilities, parameters } = pspnetOf('report');
  const feeds = { picture: noise(pictureShape) };
  const bytes = await quantise({ probabilities }, parameters.values, { calibration: [feeds], engine });
  return runnerOf(await engine.createSession(bytes, { threads }), feeds, { probabilities });
}

async function openVggish(engine: Engine, threads: number): Promise<() => Promise<unknown>> {
  const { embedding, parameters } = vggishOf();
  const session = await engine.createSession(writeOnnx({ embedding }, { weights: parameters.values }), { threads });
  return runnerOf(session, { logmel: noise([PATCHES, 1, ...vggishPatch]) }, { embedding });
}

function readSmall(part: 'picture' | 'sound'): Promise<Uint8Array> {
  return readFile(new URL(`../../models/small/${part}.onnx`, import.meta.url));
}

async function smallNetwork(part: 'picture' | 'sound') {
  return readOnnx(await readSmall(part), { name: `models/small/${part}.onnx` });
}

async function openSmall(part: 'picture' | 'sound', engine: Engine, threads: number): Promise<() => Promise<unknown>> {
  const { inputs, outputs } = await smallNetwork(part);
  const session = await engine.createSession(await readSmall(part), { threads });
  const feeds = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, noise(shape)]));
  return runnerOf(session, feeds, outputs);
}

/** Into the same buffers at every run. */
function runnerOf(
  session: Session,
  feeds: Readonly<Record<string, TensorData>>,
  outputs: Readonly<Record<string, Tensor>>,
): () => Promise<unknown> {
  const fetches = Object.fromEntries(Object.entries(outputs).map(([name, { shape }]) => [name, floats(shape)]));
  return () => session.run(feeds, fetches);
}

/** Forward, and as much for the gradients of inputs and of weights; the picture, input of the stem, needs none. */
function stepOperations(): number {
  const { layers } = pspnetOf('report');
  const stem = layers.find(({ type }) => type === 'Conv2D')!;
  return 3 * operationsOf({ layers }) - (2 * stem.multiplyAdds) / 1e9;
}

/** SGD with momentum; the score of a pixel is the dot product with a sound's probabilities, and a box its target. */
async function openStep(engine: Engine, threads: number): Promise<() => Promise<unknown>> {
  const { probabilities, cellLogits, parameters } = pspnetOf('report', 'training');
  const classes = probabilities.shape[1];
  const heard = constant(new Float32Array(classes).fill(1 / classes), [1, classes, 1, 1]);
  const loss = supervised('cross-entropy')({
    maps: cellLogits,
    sounds: heard,
    score: sum(multiply(probabilities, heard), { axes: [1] }),
    targets: input('targets', [1, SIDE, SIDE]),
    labelled: constant([1]),
  });
  const step = trainingStep({ parameters, loss, optimiser: sgd({ momentum: 0.9 }) });
  const runner = await StepRunner.create(engine, step, { threads });
  const box = Float32Array.from({ length: sizeOf([SIDE, SIDE]) }, (_, pixel) => {
    const [row, column] = [Math.floor(pixel / SIDE), pixel % SIDE];
    return row >= 100 && row < 300 && column >= 100 && column < 300 ? 1 : 0;
  });
  const feeds = { picture: noise(pictureShape), targets: floats([1, SIDE, SIDE], box) };
  return () => runner.run(feeds, 1e-3);
}
