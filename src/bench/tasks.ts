/** What is measured. The first task, the matrix product, is the yardstick of the others. */
import type { Engine } from '../engine/engine.ts';
import { input, sizeOf } from '../graph/tensor.ts';
import { writeOnnx } from '../graph/writeOnnx.ts';
import { softmaxCrossEntropy } from '../layers/losses.ts';
import { sgd } from '../layers/optimisers.ts';
import { Parameters } from '../layers/parameters.ts';
import { trainingStep } from '../layers/trainingStep.ts';
import { resnet18 } from '../networks/resnet18.ts';
import { type FrontEndName, frontEnds, logMel } from '../sound/logMel.ts';
import { StepRunner } from '../train/stepRunner.ts';
import { countOperations } from './countOperations.ts';
import { matrixProduct } from './matrixProduct.ts';
import { type Contender, timed } from './measure.ts';
import { floats, noise } from './noise.ts';
import { type PytorchTask, pictures } from './pytorch.ts';

export interface Task extends Contender {
  readonly unit: 'GFLOP/s' | 'images/s' | 'x real time';
  /** Of the unit, done in one run. */
  readonly amount: number;
  /** 10^9 multiplications and additions of matrix products and convolutions, in one run. */
  readonly gigaoperations?: number;
  readonly pytorchTask?: PytorchTask;
  /** Speed that is aimed at, as a multiple of PyTorch's. */
  readonly pytorchTarget?: number;
  /** Rate that is aimed at, as a multiple of the matrix product's. */
  readonly rateTarget?: number;
  close?(): Promise<void>;
}

const CLASSES = 1000;
const SOUND_SECONDS = 20;

export async function openTasks(engine: Engine, threads: number): Promise<Task[]> {
  const sounds = Object.keys(frontEnds).map((name) => logMelTask(name as FrontEndName));
  return [
    await multiplication(engine, threads),
    await training(engine, threads),
    await inference(engine, threads),
    ...sounds,
  ];
}

async function multiplication(engine: Engine, threads: number): Promise<Task> {
  const { name, gigaoperations, open } = matrixProduct;
  const { run, close } = await open(engine, threads);
  return {
    ...timed(name, run),
    unit: 'GFLOP/s',
    amount: gigaoperations,
    gigaoperations,
    pytorchTask: 'multiply',
    close,
  };
}

/** One step of SGD with momentum. */
async function training(engine: Engine, threads: number): Promise<Task> {
  const shape = [pictures.count, 3, pictures.side, pictures.side];
  const parameters = new Parameters();
  const logits = resnet18({ parameters, mode: 'training' }, input('pictures', shape), CLASSES);
  const loss = softmaxCrossEntropy(logits, input('targets', [pictures.count, CLASSES]));
  const step = trainingStep({ parameters, loss, optimiser: sgd({ momentum: 0.9 }) });
  const runner = await StepRunner.create(engine, step, { threads });
  const targets = new Float32Array(pictures.count * CLASSES);
  for (let row = 0; row < pictures.count; row++) targets[row * CLASSES + row] = 1;
  const feeds = { pictures: noise(shape), targets: floats([pictures.count, CLASSES], targets) };
  // Forward, and as much for the gradients of inputs and of weights; the pictures, input of the stem, need none.
  const stem = 2 * sizeOf([pictures.count, 64, pictures.side / 2, pictures.side / 2]) * 3 * 7 * 7;
  return {
    ...timed('ResNet-18 training step', () => runner.run(feeds, 1e-3)),
    unit: 'images/s',
    amount: pictures.count,
    gigaoperations: (3 * countOperations(logits) - stem) / 1e9,
    pytorchTask: 'train',
    pytorchTarget: 0.85,
    close: () => runner.close(),
  };
}

/** The weights lie in the file, so that the engine folds normalisation and chooses its own layout. */
async function inference(engine: Engine, threads: number): Promise<Task> {
  const shape = [pictures.count, 3, pictures.side, pictures.side];
  const parameters = new Parameters();
  const logits = resnet18({ parameters, mode: 'inference' }, input('pictures', shape), CLASSES);
  const session = await engine.createSession(writeOnnx({ logits }, { weights: parameters.values }), { threads });
  const feeds = { pictures: noise(shape) };
  const fetches = { logits: floats(logits.shape) };
  return {
    ...timed('ResNet-18 inference', () => session.run(feeds, fetches)),
    unit: 'images/s',
    amount: pictures.count,
    gigaoperations: countOperations(logits) / 1e9,
    pytorchTask: 'infer',
    pytorchTarget: 1,
    rateTarget: 0.9,
    close: () => session.close(),
  };
}

function logMelTask(name: FrontEndName): Task {
  const { sampleRate } = frontEnds[name];
  const sound = { sampleRate, samples: noise([SOUND_SECONDS * sampleRate]).data as Float32Array };
  return { ...timed(`log-mel ${name}`, () => logMel(name, sound)), unit: 'x real time', amount: SOUND_SECONDS };
}
