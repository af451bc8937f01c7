/** Teaches the study's model by one objective, with the step, the loop and the optimiser of every training. */
import type { Engine, TensorData } from '../../engine/engine.ts';
import { input } from '../../graph/tensor.ts';
import { adamW } from '../../layers/optimisers.ts';
import { Parameters } from '../../layers/parameters.ts';
import { seededRandom, seedOf } from '../../layers/random.ts';
import { cosineSchedule } from '../../layers/schedules.ts';
import { trainingStep } from '../../layers/trainingStep.ts';
import { trainingLoop } from '../loop.ts';
import type { Objective } from '../objectives/objective.ts';
import { embeddingSize } from '../small/extractEmbeddings.ts';
import { emptyBatch, strideSide } from '../small/featureCache.ts';
import { StepRunner } from '../stepRunner.ts';
import { boxTargets } from './boxTargets.ts';
import type { StudyFeatures } from './features.ts';
import { correspondence, hear, mapSide, see } from './pairModel.ts';
import { pairSampler, type SamplingOptions, type Thing } from './pairs.ts';

export const batchSize = 32;
export const peakRate = 1e-3;
const WEIGHT_DECAY = 0.02;
const WARM_UP = 50;
const CLIP_NORM = 5;
const CHECKPOINT_EVERY = 200;

export interface TrainPairsOptions {
  readonly engine: Engine;
  readonly features: StudyFeatures;
  readonly things: readonly Thing[];
  readonly objective: Objective;
  readonly sampling: SamplingOptions;
  /** 0 leaves the model as it begins. */
  readonly steps: number;
  /** Of checkpoint and log. */
  readonly folder: string;
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onProgress: (step: number, loss: number) => void;
}

/** @returns the averaged parameters and statistics, by name */
export async function trainPairs(options: TrainPairsOptions): Promise<Map<string, Float32Array>> {
  const { engine, features, things, sampling, steps } = options;
  const { scales } = features;
  const parameters = new Parameters(sampling.seed);
  const context = { parameters, mode: 'training' as const };
  const mapInput = (stride: 'stride16' | 'stride32') =>
    input(stride, [batchSize, scales[stride].length, strideSide[stride], strideSide[stride]], 'uint8');
  const bytes = { stride16: mapInput('stride16'), stride32: mapInput('stride32') };
  const maps = see(context, bytes, scales);
  const sounds = hear(context, input('embedding', [batchSize, embeddingSize]));
  const score = correspondence(context, maps, sounds);
  const targets = input('targets', [batchSize, mapSide, mapSide]);
  const labelled = input('labelled', [batchSize]);
  if (steps === 0) return parameters.values;

  const loss = options.objective({ maps, sounds, score, targets, labelled });
  const optimiser = adamW({ weightDecay: WEIGHT_DECAY });
  const step = trainingStep({ parameters, loss, optimiser, clipNorm: CLIP_NORM });
  const runner = await StepRunner.create(engine, step, { threads: options.threads });
  const draw = pairSampler(things, sampling);
  const batch = emptyBatch(scales, batchSize);
  try {
    return await trainingLoop({
      runner,
      steps,
      folder: options.folder,
      learningRate: cosineSchedule({ peak: peakRate, steps, warmUp: WARM_UP }),
      averaged: new Set(step.slots.map((slot) => slot.input).filter((name) => !name.includes(':'))),
      every: CHECKPOINT_EVERY,
      signal: options.signal,
      onProgress: (progress) => options.onProgress(progress.step, progress.loss),
      // Nothing is chosen by validation: the last weights count, and are judged once, afterwards.
      validate: async () => ({}),
      batch: (index) => {
        const pairs = draw(batchSize, seededRandom(seedOf(`batch ${index}`, sampling.seed)));
        const embeddings = new Float32Array(batchSize * embeddingSize);
        const boxes = new Float32Array(batchSize * mapSide ** 2);
        for (const [place, { thing, sound, labelled: hasBoxes }] of pairs.entries()) {
          features.pictures.read(thing.record, batch, place, false);
          embeddings.set(features.embedding(sound), place * embeddingSize);
          if (!hasBoxes) continue;
          const { row } = thing;
          boxes.set(boxTargets(thing.boxes, row.width, row.height, mapSide), place * mapSide ** 2);
        }
        return {
          stride16: { type: 'uint8', dims: bytes.stride16.shape, data: batch.maps.stride16 },
          stride32: { type: 'uint8', dims: bytes.stride32.shape, data: batch.maps.stride32 },
          embedding: floats([batchSize, embeddingSize], embeddings),
          targets: floats(targets.shape, boxes),
          labelled: floats(
            [batchSize],
            Float32Array.from(pairs, (pair) => (pair.labelled ? 1 : 0)),
          ),
        };
      },
    });
  } finally {
    await runner.close();
  }
}

const floats = (dims: readonly number[], data: Float32Array): TensorData => ({ type: 'float32', dims, data });
