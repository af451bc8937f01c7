/**
 * The three ways to learn side by side: one small model, one loop, one set of pairs, taught by each objective for the
 * same number of steps and judged on pairs of a fold of which nothing was trained on.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseEngine } from '../../engine/chooseEngine.node.ts';
import { chooseObjective, type ObjectiveName, type ObjectiveOptions } from '../objectives/chooseObjective.ts';
import { labels } from '../small/labels.ts';
import { openFeatures } from './features.ts';
import { type JudgedPair, judgeCentrePrior, judgedPairs, judgeModel, type PairScore } from './judge.ts';
import { type SamplingOptions, trainingThings } from './pairs.ts';
import { trainPairs } from './trainPairs.ts';

export interface StudySettings {
  readonly data: string;
  readonly pretrained: string;
  /** Run folder of `train:small`, which holds the features. */
  readonly features: string;
  /** Where checkpoints and logs go. */
  readonly run: string;
  /** At most this many pictures. */
  readonly pictures: number;
  readonly steps: number;
  readonly seed: number;
  /** The fold that judges. Fold 0 is never trained on, so that another fold can be used to try things out. */
  readonly fold: number;
  readonly threads: number;
}

export interface StudyEvents {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, what: string) => void;
}

/** One way of teaching. */
export interface Lesson extends Omit<SamplingOptions, 'seed'> {
  readonly name: string;
  readonly objective: ObjectiveName;
  readonly options?: ObjectiveOptions;
  readonly isUntrained?: boolean;
}

const asTheyCome = { balance: 0 } as const;
const noBoxes = { boxShare: 0, from: 'all', ...asTheyCome } as const;
const allBoxes = { boxShare: 1, from: 'boxed', ...asTheyCome } as const;
const someBoxes = { boxShare: 0.1, ...asTheyCome } as const;

export const lessons = [
  { name: 'nothing (as the model begins)', objective: 'unsupervised', isUntrained: true, ...noBoxes },
  {
    name: 'unsupervised, distance ratio',
    objective: 'unsupervised',
    options: { correspondence: 'distance-ratio' },
    ...noBoxes,
  },
  {
    name: 'unsupervised, multiple instance',
    objective: 'unsupervised',
    options: { correspondence: 'multiple-instance' },
    ...noBoxes,
  },
  { name: 'unsupervised, both', objective: 'unsupervised', ...noBoxes },
  { name: 'supervised, a tenth of the boxes', objective: 'supervised', ...someBoxes, from: 'boxed' },
  { name: 'semi-supervised, sum, a tenth of the boxes', objective: 'semi-supervised', ...someBoxes, from: 'halves' },
  {
    name: 'semi-supervised, 1 to 0.1, a tenth of the boxes',
    objective: 'semi-supervised',
    options: { unsupervisedWeight: 0.1 },
    ...someBoxes,
    from: 'halves',
  },
  { name: 'supervised, all boxes', objective: 'supervised', ...allBoxes },
  {
    name: 'semi-supervised, 1 to 0.1, all boxes',
    objective: 'semi-supervised',
    options: { unsupervisedWeight: 0.1 },
    ...allBoxes,
  },
  { name: 'supervised, all boxes, by the root', objective: 'supervised', ...allBoxes, balance: 0.5 },
  { name: 'supervised, all boxes, balanced', objective: 'supervised', ...allBoxes, balance: 1 },
] as const satisfies readonly Lesson[];

export interface StudyResult {
  readonly pairs: readonly JudgedPair[];
  readonly centre: readonly PairScore[];
  readonly taught: ReadonlyMap<string, readonly PairScore[]>;
  /** Training pairs that show each label, and in all how many pictures and groups they come from. */
  readonly thingsOf: ReadonlyMap<string, number>;
  readonly trainingPictures: number;
}

export async function runStudy(settings: StudySettings, events: StudyEvents): Promise<StudyResult> {
  const { seed, fold, steps, threads } = settings;
  const engine = await chooseEngine();
  const features = await openFeatures({ ...settings, run: settings.features, engine, ...events });
  const folds = new Set([1, 2, 3, 4].filter((other) => other !== fold));
  const things = trainingThings(features.rows, features.soundRows, folds);
  const pairs = judgedPairs(features, fold, seed);
  const thingsOf = new Map<string, number>();
  for (const { label } of things) thingsOf.set(labels[label], (thingsOf.get(labels[label]) ?? 0) + 1);

  const taught = new Map<string, readonly PairScore[]>();
  for (const lesson of lessons as readonly Lesson[]) {
    const { name, objective, options, isUntrained, ...sampling } = lesson;
    // Another setting is another folder: a checkpoint of one is of no use to the other.
    const setting = `fold${fold}-pictures${features.rows.length}-steps${steps}-seed${seed}`;
    const folder = join(settings.run, setting, name.replaceAll(/[^a-z0-9]+/g, '-'));
    await mkdir(folder, { recursive: true });
    const values = await trainPairs({
      engine,
      features,
      things,
      objective: chooseObjective(objective, options),
      sampling: { ...sampling, seed },
      steps: isUntrained ? 0 : steps,
      folder,
      threads,
      signal: events.signal,
      onProgress: (step) => events.onProgress(step, steps, name),
    });
    taught.set(name, await judgeModel(engine, features, pairs, values, threads));
  }
  features.pictures.close();
  return {
    pairs,
    centre: judgeCentrePrior(pairs),
    taught,
    thingsOf,
    trainingPictures: new Set(things.map(({ row }) => row.id)).size,
  };
}
