/**
 * The report's last step of hearing, trained for real: one dense layer and a softmax from the 1,024 numbers of YAMNet's
 * embedding to the picture network's 150 classes. Both networks stay as they are. A pair is a picture with boxes of a
 * thing and a clip of the sound of such a thing; the loss is the binary cross entropy of score and box, cell by cell.
 */
import { consensusMap } from '../../data/targetMap.ts';
import type { Engine, TensorData } from '../../engine/engine.ts';
import { multiply } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/movement.ts';
import { sum } from '../../graph/reductions.ts';
import { softmax } from '../../graph/softmax.ts';
import { constant, input, type Tensor } from '../../graph/tensor.ts';
import { writeOnnx } from '../../graph/writeOnnx.ts';
import { dense } from '../../layers/blocks.ts';
import { adamW } from '../../layers/optimisers.ts';
import { Parameters } from '../../layers/parameters.ts';
import { seededRandom, seedOf } from '../../layers/random.ts';
import { cosineSchedule } from '../../layers/schedules.ts';
import { trainingStep } from '../../layers/trainingStep.ts';
import { softmaxInPlace } from '../../localize/activation.ts';
import type { Box } from '../../picture/picture.ts';
import { readOnnx } from '../../weights/readOnnx.ts';
import { type TrainingProgress, trainingLoop } from '../loop.ts';
import { supervised } from '../objectives/supervised.ts';
import { StepRunner } from '../stepRunner.ts';
import { embeddingSize, type Features, gridCells, gridSide, patchesPerClip, sightCount } from './features.ts';
import { boxesByLabel, labelOfSound, type Material } from './material.ts';

export const batchSize = 64;
/** Chosen on fold 0: from about here on its loss stands still. */
export const trainingSteps = 1600;
const peakRate = 1e-3;
const weightDecay = 0.05;
/** Decibels of full scale. A patch below is silent and teaches nothing. */
const silence = -60;

export interface DenseOptions {
  readonly engine: Engine;
  readonly material: Material;
  readonly features: Features;
  /** Folder of checkpoints and logs. */
  readonly folder: string;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TrainingProgress) => void;
}

/** The weights of the layer, by name. */
export type DenseWeights = ReadonlyMap<string, Float32Array>;

const layerName = 'dense';

/** A picture, by its place in the material, with the boxes of one label. */
export interface Showing {
  readonly picture: number;
  readonly label: number;
  readonly boxes: readonly Box[];
}

/** Every label of every picture that some clip of `isIn` sounds like. */
export function showings({ pictures, sounds }: Material, isIn: (fold: number) => boolean): Showing[] {
  const heard = new Set(sounds.filter(({ fold }) => isIn(fold)).map(labelOfSound));
  return pictures.flatMap((row, picture) =>
    isIn(row.fold)
      ? [...boxesByLabel(row)].flatMap(([label, boxes]) => (heard.has(label) ? [{ picture, label, boxes }] : []))
      : [],
  );
}

/** Places of the clips of a label in the material. */
export function clipsOf({ sounds }: Material, label: number, isIn: (fold: number) => boolean): number[] {
  return sounds.flatMap((row, clip) => (labelOfSound(row) === label && isIn(row.fold) ? [clip] : []));
}

export const isLearnt = (fold: number): boolean => fold !== 0;
export const isWatched = (fold: number): boolean => fold === 0;

/** @returns averaged weights */
export async function trainDense(options: DenseOptions): Promise<DenseWeights> {
  const { engine, material, features, seed, folder } = options;
  const learnt = preparePairs(material, features, isLearnt);
  const watched = preparePairs(material, features, isWatched);
  const parameters = new Parameters(seed);
  const seen = input('seen', [batchSize, sightCount, gridCells]);
  const embedding = input('embedding', [batchSize, embeddingSize]);
  const heard = softmax(dense({ parameters, mode: 'training' }, layerName, embedding, sightCount));
  const score = sum(multiply(reshape(heard, [batchSize, sightCount, 1]), seen), { axes: [1] });
  const grid = (x: Tensor): Tensor => reshape(x, [batchSize, gridSide, gridSide]);
  const loss = supervised()({
    maps: reshape(seen, [batchSize, sightCount, gridSide, gridSide]),
    sounds: heard,
    score: grid(score),
    targets: grid(input('targets', [batchSize, gridCells])),
    labelled: constant(new Float32Array(batchSize).fill(1), [batchSize]),
  });
  const step = trainingStep({ parameters, loss, optimiser: adamW({ weightDecay }) });
  const runner = await StepRunner.create(engine, step, { threads: 1 });
  try {
    return await trainingLoop({
      runner,
      steps: trainingSteps,
      folder,
      learningRate: cosineSchedule({ peak: peakRate, steps: trainingSteps, warmUp: 30 }),
      every: 200,
      signal: options.signal,
      onProgress: options.onProgress,
      averaged: new Set([...parameters].map(({ name }) => name)),
      validate: async (values) => ({ loss: meanLoss(watched, features, values) }),
      batch: (step) => {
        const random = seededRandom(seedOf(`dense ${step}`, seed));
        return feeds(
          Array.from({ length: batchSize }, () => learnt.draw(random)),
          features,
        );
      },
    });
  } finally {
    await runner.close();
  }
}

interface Pair {
  readonly picture: number;
  readonly clip: number;
  readonly patch: number;
  readonly target: Float32Array;
}

interface Pairs {
  /** Label first, so that every label is drawn equally often. */
  readonly draw: (random: () => number) => Pair;
  /** One for every label of every picture. */
  readonly all: readonly Pair[];
}

function preparePairs(material: Material, features: Features, isIn: (fold: number) => boolean): Pairs {
  const audible = (clip: number): number[] =>
    Array.from({ length: patchesPerClip }, (_, patch) => patch).filter(
      (patch) => features.level(clip, patch) > silence,
    );
  const byLabel = new Map<number, { showings: { picture: number; target: Float32Array }[]; clips: number[] }>();
  for (const { picture, label, boxes } of showings(material, isIn)) {
    const clips = clipsOf(material, label, isIn).filter((clip) => audible(clip).length > 0);
    if (clips.length === 0) continue;
    const target = consensusMap([boxes], material.pictures[picture], { width: gridSide, height: gridSide }, 1);
    const entry = byLabel.get(label) ?? { showings: [], clips };
    entry.showings.push({ picture, target });
    byLabel.set(label, entry);
  }
  const labels = [...byLabel.values()];
  return {
    draw: (random) => {
      const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)];
      const { showings: shown, clips } = pick(labels);
      const clip = pick(clips);
      return { ...pick(shown), clip, patch: pick(audible(clip)) };
    },
    all: labels.flatMap(({ showings: shown, clips }) =>
      shown.map((showing, index) => {
        const clip = clips[index % clips.length];
        return { ...showing, clip, patch: audible(clip)[0] };
      }),
    ),
  };
}

function feeds(pairs: readonly Pair[], features: Features): Record<string, TensorData> {
  const seen = new Float32Array(batchSize * sightCount * gridCells);
  const embedding = new Float32Array(batchSize * embeddingSize);
  const targets = new Float32Array(batchSize * gridCells);
  for (const [place, { picture, clip, patch, target }] of pairs.entries()) {
    seen.set(features.picture(picture), place * sightCount * gridCells);
    embedding.set(features.embedding(clip, patch), place * embeddingSize);
    targets.set(target, place * gridCells);
  }
  return {
    seen: { type: 'float32', dims: [batchSize, sightCount, gridCells], data: seen },
    embedding: { type: 'float32', dims: [batchSize, embeddingSize], data: embedding },
    targets: { type: 'float32', dims: [batchSize, gridCells], data: targets },
  };
}

/** Binary cross entropy over the cells of all pairs. */
function meanLoss({ all }: Pairs, features: Features, weights: DenseWeights): number {
  let total = 0;
  for (const { picture, clip, patch, target } of all) {
    const heard = hearWith(weights, features.embedding(clip, patch));
    const seen = features.picture(picture);
    for (let cell = 0; cell < gridCells; cell++) {
      let score = 0;
      for (let sight = 0; sight < sightCount; sight++) score += heard[sight] * seen[sight * gridCells + cell];
      const p = Math.min(1 - 1e-7, Math.max(1e-7, score));
      total -= (target[cell] * Math.log(p) + (1 - target[cell]) * Math.log(1 - p)) / gridCells;
    }
  }
  return total / all.length;
}

/** The layer and its softmax, outside the engine. */
export function hearWith(weights: DenseWeights, embedding: Float32Array): Float32Array {
  const weight = weights.get(`${layerName}/weight`)!;
  const heard = weights.get(`${layerName}/bias`)!.slice();
  for (let row = 0; row < embeddingSize; row++) {
    const value = embedding[row];
    if (value === 0) continue;
    for (let sight = 0; sight < sightCount; sight++) heard[sight] += value * weight[row * sightCount + sight];
  }
  softmaxInPlace(heard, 0, sightCount, 1);
  return heard;
}

/** YAMNet with the layer in the place of its own: `probabilities` [1, 150]. */
export function assembleSound(yamnet: Uint8Array, weights: DenseWeights): Uint8Array {
  const network = readOnnx(yamnet, { inputs: { logmel: input('logmel', [1, 1, 96, 64]) }, prefix: 'yamnet/' });
  const context = { parameters: new Parameters(), mode: 'inference' as const };
  const probabilities = softmax(dense(context, layerName, network.value('embedding'), sightCount));
  return writeOnnx({ probabilities }, { target: 'onnx', weights: new Map([...network.weights, ...weights]) });
}
