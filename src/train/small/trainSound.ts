/** Trains the sound classifier on cached embeddings; validates on clips of fold 0. */
import type { SoundRow } from '../../data/manifests.ts';
import { type Engine, float32Values, type TensorData } from '../../engine/engine.ts';
import { multiply, negate } from '../../graph/elementwise.ts';
import { sum } from '../../graph/reductions.ts';
import { logSoftmax } from '../../graph/softmax.ts';
import { input } from '../../graph/tensor.ts';
import { writeOnnx } from '../../graph/writeOnnx.ts';
import { adamW } from '../../layers/optimisers.ts';
import { Parameters } from '../../layers/parameters.ts';
import { seededRandom, seedOf } from '../../layers/random.ts';
import { cosineSchedule } from '../../layers/schedules.ts';
import { trainingStep } from '../../layers/trainingStep.ts';
import { soundHead, soundNoiseShape } from '../../networks/small.ts';
import { type TrainingProgress, trainingLoop } from '../loop.ts';
import { StepRunner } from '../stepRunner.ts';
import { embeddingSize, embeddingSources } from './extractEmbeddings.ts';
import { weightedSampler } from './pictureSet.ts';
import { classOf, other, soundClassCount } from './soundSet.ts';

export interface TrainSoundOptions {
  readonly engine: Engine;
  readonly rows: readonly SoundRow[];
  /** [sources, 384] */
  readonly embeddings: Float32Array;
  readonly folder: string;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TrainingProgress) => void;
}

const BATCH = 128;
const STEPS = 2400;
const PEAK_RATE = 1e-3;
const WEIGHT_DECAY = 0.05;
const LABEL_SMOOTHING = 0.05;
/** How much a note from a sound font counts beside a recording. */
const RENDERED_WEIGHT = 0.5;
/** How often a noise is drawn, in all, beside everything else. */
const NOISE_SHARE = 0.12;
/** How much a disturbed copy counts beside the clip itself. */
const COPY_WEIGHT = 0.6;

interface Example {
  readonly index: number;
  readonly target: number;
  readonly weight: number;
}

function examples(rows: readonly SoundRow[], available: number): { training: Example[]; validation: Example[] } {
  const counts = new Map<number, number>();
  for (const row of rows) if (row.fold !== 0) counts.set(classOf(row), (counts.get(classOf(row)) ?? 0) + 1);
  const training: Example[] = [];
  const validation: Example[] = [];
  const sources = embeddingSources(rows.length).slice(0, available);
  const noises = sources.filter((source) => source.kind === 'noise' && source.fold !== 0).length;
  for (const [index, source] of sources.entries()) {
    if (source.kind === 'noise') {
      if (source.fold !== 0) training.push({ index, target: other, weight: -1 / noises });
      continue;
    }
    const row = rows[source.row];
    const target = classOf(row);
    const weight = (row.kind === 'rendered' ? RENDERED_WEIGHT : 1) / Math.sqrt(counts.get(target) ?? 1);
    if (row.fold !== 0) training.push({ index, target, weight: weight * (source.kind === 'copy' ? COPY_WEIGHT : 1) });
    else if (source.kind === 'clip') validation.push({ index, target, weight: 1 });
  }
  const total = training.reduce((sumOf, { weight }) => sumOf + Math.max(0, weight), 0);
  const share = (NOISE_SHARE / (1 - NOISE_SHARE)) * total;
  return { training: training.map((e) => (e.weight < 0 ? { ...e, weight: -e.weight * share } : e)), validation };
}

/** @returns the averaged parameters of the classifier, by name */
export async function trainSound(options: TrainSoundOptions): Promise<Map<string, Float32Array>> {
  const { engine, rows, embeddings, seed } = options;
  const { training, validation } = examples(rows, embeddings.length / embeddingSize);
  const parameters = new Parameters(seed);
  const logits = soundHead(
    { parameters, mode: 'training' },
    input('embedding', [BATCH, embeddingSize]),
    soundClassCount,
    input('noise', soundNoiseShape(BATCH)),
  );
  const target = input('target', [BATCH, soundClassCount]);
  const loss = multiply(negate(sum(multiply(logSoftmax(logits), target))), 1 / BATCH);
  const step = trainingStep({ parameters, loss, optimiser: adamW({ weightDecay: WEIGHT_DECAY }) });
  const runner = await StepRunner.create(engine, step, { threads: 1 });

  const names = step.slots.map((slot) => slot.input).filter((name) => !name.includes(':'));
  const weights = Float64Array.from(training, ({ weight }) => weight);
  const embeddingOf = ({ index }: Example): Float32Array =>
    embeddings.subarray(index * embeddingSize, (index + 1) * embeddingSize);
  try {
    return await trainingLoop({
      runner,
      steps: STEPS,
      folder: options.folder,
      learningRate: cosineSchedule({ peak: PEAK_RATE, steps: STEPS, warmUp: 50 }),
      averaged: new Set(names),
      every: 400,
      signal: options.signal,
      onProgress: options.onProgress,
      batch: (index) => {
        const random = seededRandom(seedOf(`batch ${index}`, seed));
        const draw = weightedSampler(weights, random);
        const data = new Float32Array(BATCH * embeddingSize);
        const targets = new Float32Array(BATCH * soundClassCount).fill(LABEL_SMOOTHING / soundClassCount);
        for (let place = 0; place < BATCH; place++) {
          const example = training[draw()];
          data.set(embeddingOf(example), place * embeddingSize);
          targets[place * soundClassCount + example.target] += 1 - LABEL_SMOOTHING;
        }
        const noise = Float32Array.from({ length: BATCH * soundNoiseShape(1)[1] }, random);
        return {
          embedding: floats([BATCH, embeddingSize], data),
          target: floats([BATCH, soundClassCount], targets),
          noise: floats(soundNoiseShape(BATCH), noise),
        };
      },
      validate: async (values) => validate(engine, validation, embeddingOf, values),
    });
  } finally {
    await runner.close();
  }
}

const floats = (dims: readonly number[], data: Float32Array): TensorData => ({ type: 'float32', dims, data });

/** Top-1 over all clips of fold 0, and over those of labels; the mean over labels of their top-1. */
async function validate(
  engine: Engine,
  items: readonly Example[],
  embeddingOf: (example: Example) => Float32Array,
  values: ReadonlyMap<string, Float32Array>,
): Promise<Record<string, number>> {
  const all = new Float32Array(items.length * embeddingSize);
  for (const [place, item] of items.entries()) all.set(embeddingOf(item), place * embeddingSize);
  const context = { parameters: new Parameters(), mode: 'inference' as const };
  const logits = soundHead(context, input('embedding', [items.length, embeddingSize]), soundClassCount);
  const session = await engine.createSession(writeOnnx({ logits }, { weights: values }));
  const outputs = await session.run({ embedding: floats([items.length, embeddingSize], all) });
  await session.close();
  const scores = float32Values(outputs, 'logits');
  const right = items.map(({ target }, place) => {
    const row = scores.subarray(place * soundClassCount, (place + 1) * soundClassCount);
    return row.indexOf(row.reduce((best, value) => Math.max(best, value), -Infinity)) === target;
  });
  const share = (chosen: readonly boolean[]): number => chosen.filter(Boolean).length / chosen.length;
  const labelled = right.filter((_, place) => items[place].target !== other);
  const targets = [...new Set(items.map(({ target }) => target))].filter((target) => target !== other);
  const byLabel = targets.map((target) => share(right.filter((_, place) => items[place].target === target)));
  return {
    top1: share(right),
    labelledTop1: share(labelled),
    labelMean: byLabel.reduce((total, value) => total + value, 0) / byLabel.length,
  };
}
