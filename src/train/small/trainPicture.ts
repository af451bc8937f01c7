/** Trains the picture head on cached features; validates on pictures of fold 0. */
import { existsSync } from 'node:fs';
import type { PictureRow } from '../../data/manifests.ts';
import { type Engine, float32Values, type Session, type TensorData } from '../../engine/engine.ts';
import { writeOnnx } from '../../graph/writeOnnx.ts';
import { seededRandom, seedOf } from '../../layers/random.ts';
import { cosineSchedule } from '../../layers/schedules.ts';
import type { Slot } from '../../layers/trainingStep.ts';
import { areaUnderCurve, success } from '../../metrics/consensusIou.ts';
import { gridSide, pictureNoiseShape, strides } from '../../networks/small.ts';
import { blurMap } from '../../picture/blur.ts';
import { type TrainingProgress, trainingLoop } from '../loop.ts';
import { scoreBoxes } from '../scoreBoxes.ts';
import { StepRunner } from '../stepRunner.ts';
import { augmentedPath, plainPath } from './extractFeatures.ts';
import { emptyBatch, type FeatureBatch, FeatureFile, type FeatureScales, strideSide } from './featureCache.ts';
import { pictureIndex } from './labels.ts';
import { samplingWeights, weightedSampler } from './pictureSet.ts';
import { pictureTraining, pictureValidation } from './pictureTraining.ts';
import { pictureClassCount } from './targets.ts';

export interface TrainPictureOptions {
  readonly engine: Engine;
  /** The set's rows, in the order of the records of plain.features. */
  readonly rows: readonly PictureRow[];
  readonly scales: FeatureScales;
  /** Where the features lie. */
  readonly features: string;
  /** Where checkpoint and log go. */
  readonly folder: string;
  readonly steps: number;
  readonly seed: number;
  readonly threads?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TrainingProgress) => void;
}

const BATCH = 16;
const PEAK_RATE = 2e-3;
const WARM_UP = 50;
/** Share of made pictures in a batch, where there are any. */
const AUGMENTED_SHARE = 0.42;
const VALIDATE_EVERY = 200;
/** Boxes of validation pictures that are scored while training. */
const VALIDATION_ITEMS = 300;
const cells = gridSide * gridSide;

/** @returns the averaged parameters and statistics of the head, by name */
export async function trainPicture(options: TrainPictureOptions): Promise<Map<string, Float32Array>> {
  const { engine, rows, scales, features, seed, steps, threads } = options;
  const plain = new FeatureFile(plainPath(features), scales, 'r');
  const augmented = existsSync(augmentedPath(features))
    ? new FeatureFile(augmentedPath(features), scales, 'r')
    : undefined;
  const complete = rows.slice(0, plain.count);
  const weights = samplingWeights(complete).map((weight, index) => (complete[index].fold === 0 ? 0 : weight));

  const training = pictureTraining(scales, BATCH, seed);
  const runner = await StepRunner.create(engine, training.step, { ...(threads && { threads }) });
  const batch = emptyBatch(scales, BATCH);
  const validator = await Validator.create(engine, training.step.slots, plain, complete, scales);
  const names = training.step.slots.map(({ input }) => input).filter((name) => !name.includes(':'));
  try {
    return await trainingLoop({
      runner,
      steps,
      folder: options.folder,
      learningRate: cosineSchedule({ peak: PEAK_RATE, steps, warmUp: WARM_UP }),
      averaged: new Set(names),
      every: VALIDATE_EVERY,
      signal: options.signal,
      onProgress: options.onProgress,
      validate: (values) => validator.validate(values),
      batch: (step) => {
        const random = seededRandom(seedOf(`batch ${step}`, seed));
        const draw = weightedSampler(weights, random);
        for (let place = 0; place < BATCH; place++) {
          const isAugmented = augmented !== undefined && random() < AUGMENTED_SHARE;
          const mirrored = random() < 0.5;
          if (isAugmented) augmented.read(Math.floor(random() * augmented.count), batch, place, mirrored);
          else plain.read(draw(), batch, place, mirrored);
        }
        const noise = Float32Array.from({ length: BATCH * pictureNoiseShape(1)[1] }, random);
        return {
          ...mapFeeds(batch, scales, BATCH),
          ...targetFeeds(batch),
          noise: floats(pictureNoiseShape(BATCH), noise),
        };
      },
    });
  } finally {
    await Promise.all([runner.close(), validator.close()]);
    plain.close();
    augmented?.close();
  }
}

const floats = (dims: readonly number[], data: Float32Array): TensorData => ({ type: 'float32', dims, data });
const bytes = (dims: readonly number[], data: Uint8Array): TensorData => ({ type: 'uint8', dims, data });

function mapFeeds(batch: FeatureBatch, scales: FeatureScales, size: number): Record<string, TensorData> {
  return Object.fromEntries(
    strides.map((stride) => {
      const side = strideSide[stride];
      return [stride, bytes([size, scales[stride].length, side, side], batch.maps[stride])];
    }),
  );
}

const targetFeeds = (batch: FeatureBatch): Record<string, TensorData> => ({
  allowed: bytes([BATCH, pictureClassCount, cells], batch.allowed),
  weights: floats([BATCH, cells], batch.weights),
  placeless: floats([BATCH, pictureClassCount], batch.placeless),
});

interface ValidationItem {
  readonly row: PictureRow;
  readonly label: number;
}

/** Scores the true label's map against its boxes, as far as the sound has no part in it. */
class Validator {
  readonly #session: Session;
  /** Names and shapes of the parameters, among others. */
  readonly #slots: readonly Slot[];
  readonly #file: FeatureFile;
  readonly #scales: FeatureScales;
  /** Records to read, each with the labels to score in it. */
  readonly #records: ReadonlyMap<number, readonly ValidationItem[]>;

  private constructor(
    session: Session,
    slots: readonly Slot[],
    file: FeatureFile,
    scales: FeatureScales,
    rows: readonly PictureRow[],
  ) {
    this.#session = session;
    this.#slots = slots;
    this.#file = file;
    this.#scales = scales;
    const records = new Map<number, ValidationItem[]>();
    let count = 0;
    for (const [record, row] of rows.entries()) {
      if (row.fold !== 0 || count >= VALIDATION_ITEMS) continue;
      const boxed = new Set(row.boxes.flatMap(({ label }) => pictureIndex.get(label) ?? []));
      if (boxed.size > 0)
        records.set(
          record,
          [...boxed].map((label) => ({ row, label })),
        );
      count += boxed.size;
    }
    this.#records = records;
  }

  static async create(
    engine: Engine,
    slots: readonly Slot[],
    file: FeatureFile,
    rows: readonly PictureRow[],
    scales: FeatureScales,
  ): Promise<Validator> {
    const model = writeOnnx({ probabilities: pictureValidation(scales, 1) });
    return new Validator(await engine.createSession(model), slots, file, scales, rows);
  }

  async validate(values: ReadonlyMap<string, Float32Array>): Promise<Record<string, number>> {
    const batch = emptyBatch(this.#scales, 1);
    const parameters: Record<string, TensorData> = {};
    for (const { input, shape } of this.#slots) {
      const data = values.get(input);
      if (data) parameters[input] = floats(shape, data);
    }
    const ious: number[] = [];
    const byLabel = new Map<number, number[]>();
    for (const [record, items] of this.#records) {
      this.#file.read(record, batch, 0, false);
      const outputs = await this.#session.run({ ...mapFeeds(batch, this.#scales, 1), ...parameters });
      const probabilities = float32Values(outputs, 'probabilities');
      for (const { row, label } of items) {
        const data = probabilities.slice(label * cells, (label + 1) * cells);
        const boxes = row.boxes.filter((box) => pictureIndex.get(box.label) === label);
        const map = blurMap({ width: gridSide, height: gridSide, data }, 1);
        const iou = scoreBoxes(map, boxes, row.width, row.height).align_adaptive;
        ious.push(iou);
        byLabel.set(label, [...(byLabel.get(label) ?? []), iou]);
      }
    }
    const areas = [...byLabel.values()].map(areaUnderCurve);
    return {
      success: success(ious),
      auc: areaUnderCurve(ious),
      labelAuc: areas.reduce((total, area) => total + area, 0) / areas.length,
    };
  }

  async close(): Promise<void> {
    await this.#session.close();
  }
}
