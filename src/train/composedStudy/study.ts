/** The study from end to end: join the two published networks, train the dense layer, judge both models. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPictureHalf, readSoundHalf } from '../../convert/composeFolders.node.ts';
import { composeModel } from '../../convert/composeModel.ts';
import { chooseEngine } from '../../engine/chooseEngine.node.ts';
import { LookhearError } from '../../errors.ts';
import { ade20kLabels } from '../../labels/ade20k.ts';
import { loadModel } from '../../localize/loadModel.node.ts';
import type { Model } from '../../weights/model.ts';
import { completeModel, writeModelFolder } from '../../weights/modelFolder.node.ts';
import type { TrainingProgress } from '../loop.ts';
import type { MapScore } from '../scoreBoxes.ts';
import { extractFeatures, type Features } from './features.ts';
import { type Judged, judge, judgeBestSight, judgeCentre, type Verdict } from './judge.ts';
import { listenToAll, lookAtAll, readRealRows, realPairs, watchedPairs } from './judgedPairs.ts';
import { type Material, readMaterial } from './material.ts';
import { writePublishedFolders } from './publishedFolders.ts';
import { assembleSound, type DenseWeights, hearWith, isWatched, trainDense } from './trainDense.ts';

export interface StudySettings {
  /** Training folder with pictures/, sounds/ and pairs/. */
  readonly data: string;
  readonly pretrained: string;
  /** Where folders, features and models go. */
  readonly run: string;
  /** The model that stands beside them in the table: its name or folder. */
  readonly beside: string;
  /** At most so many pictures to learn from. */
  readonly pictures: number;
  /** At most so many clips of each label to learn from. */
  readonly clips: number;
  /** The layer is trained so often, with the seeds 1, 2, ... */
  readonly trainings: number;
}

export interface StudyHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, what: string) => void;
  readonly onTraining: (what: string, progress: TrainingProgress) => void;
}

/** One set of pairs, judged. */
export interface Judgement {
  readonly pairs: readonly Pick<Judged, 'kind' | 'scene'>[];
  readonly centre: readonly MapScore[];
  readonly bestSight: readonly MapScore[];
  /** Joined, not trained. */
  readonly composed: Verdict;
  /** With the dense layer, one for each training. */
  readonly trained: readonly Verdict[];
}

export interface StudyResult {
  readonly real: Judgement;
  readonly watched: Judgement;
  /** The other model on the real pairs. */
  readonly beside: { readonly name: string; readonly verdict: Verdict };
  readonly relation: { readonly sounds: number; readonly soundsWithSight: number };
  /** Pictures and clips that the layer learnt from, of how many labels. */
  readonly learnt: { readonly pictures: number; readonly clips: number };
  /** What the first layer hears in the clips of fold 0 on the average: sights and their shares, the most heard first. */
  readonly hearsMostly: readonly Share[];
}

export interface Share {
  readonly label: string;
  readonly share: number;
}

export async function runStudy(settings: StudySettings, hooks: StudyHooks): Promise<StudyResult> {
  const { data, pretrained, run } = settings;
  const { signal, onProgress } = hooks;
  await mkdir(run, { recursive: true });
  await holdToSettings(settings);
  const engine = await chooseEngine();
  const folders = await writePublishedFolders(pretrained, join(run, 'hub'));
  const picture = await readPictureHalf(folders.picture, engine);
  const sound = await readSoundHalf(folders.sound, engine);
  const joined = composeModel({ name: 'composed', picture, sound });
  const composedFolder = join(run, 'composed');
  await writeModelFolder(composedFolder, joined.description, joined.networks, joined.card);

  const composed = await loadModel({ model: composedFolder, threads: 1, signal });
  const material = await readMaterial(data, settings);
  const features = await extractFeatures({ ...composed, material, data, folder: run, signal, onProgress });

  const trainings: { weights: DenseWeights; bytes: Uint8Array; model: Model }[] = [];
  for (let seed = 1; seed <= settings.trainings; seed++) {
    const folder = join(run, `dense-${seed}`);
    await mkdir(folder, { recursive: true });
    const onTraining = (progress: TrainingProgress): void => hooks.onTraining(`dense layer ${seed}`, progress);
    const weights = await trainDense({ engine, material, features, folder, seed, signal, onProgress: onTraining });
    const bytes = assembleSound(sound.bytes, weights);
    const { activation: _, ...network } = sound.network;
    const origin = [...sound.provenance.origin, 'its last layer replaced by one trained on the training folder'];
    const trained = composeModel({
      name: 'composed-dense',
      picture,
      sound: {
        network: { ...network, input: 'logmel', output: 'probabilities', labels: [...ade20kLabels] },
        bytes,
        provenance: { ...sound.provenance, origin },
      },
    });
    await writeModelFolder(join(folder, 'model'), trained.description, trained.networks, trained.card);
    trainings.push({ weights, bytes, model: completeModel(trained.description, trained.networks) });
  }

  const rows = await readRealRows(data);
  const seen = await lookAtAll(data, rows, composed.model, composed.pictureSession, (done) =>
    onProgress(done, rows.length, 'real pictures'),
  );
  const heard = await listenToAll(data, rows, composed.model, composed.soundSession);
  const real = realPairs(rows, seen, heard);
  const realTrained: Verdict[] = [];
  for (const [index, { model, bytes }] of trainings.entries()) {
    const session = await engine.createSession(bytes, { threads: 1 });
    const pairs = realPairs(rows, seen, await listenToAll(data, rows, model, session));
    await session.close();
    realTrained.push(judge(model, pairs, (done) => onProgress(done, rows.length, `real pairs, layer ${index + 1}`)));
  }

  const { silence } = composed.model;
  const coarse = watchedPairs(material, features, silence.dbfs, (clip, patch) => features.scores(clip, patch));
  const watchedTrained = trainings.map(({ weights, model }, index) => {
    const hearing = (clip: number, patch: number): Float32Array => hearWith(weights, features.embedding(clip, patch));
    const pairs = watchedPairs(material, features, silence.dbfs, hearing);
    return judge(onCoarseGrid(model), pairs, (done) => onProgress(done, pairs.length, `fold 0, layer ${index + 1}`));
  });
  const result: StudyResult = {
    real: {
      pairs: real.map(({ kind, scene }) => ({ kind, scene })),
      centre: judgeCentre(real),
      bestSight: judgeBestSight(real, (done) => onProgress(done, rows.length, 'real pairs, best sight')),
      composed: judge(composed.model, real, (done) => onProgress(done, rows.length, 'real pairs')),
      trained: realTrained,
    },
    watched: {
      pairs: coarse.map(({ kind, scene }) => ({ kind, scene })),
      centre: judgeCentre(coarse),
      bestSight: judgeBestSight(coarse, (done) => onProgress(done, coarse.length, 'fold 0, best sight')),
      composed: judge(onCoarseGrid(composed.model), coarse, (done) => onProgress(done, coarse.length, 'fold 0')),
      trained: watchedTrained,
    },
    beside: await judgeBeside(settings, rows, hooks),
    relation: joined.counts,
    learnt: {
      pictures: material.pictures.filter(({ fold }) => fold !== 0).length,
      clips: material.sounds.filter(({ fold }) => fold !== 0).length,
    },
    hearsMostly: meanHeard(material, features, trainings[0].weights),
  };
  await Promise.all([composed.pictureSession.close(), composed.soundSession.close()]);
  return result;
}

/** Mean over the first patches of the clips of fold 0. */
function meanHeard(material: Material, features: Features, weights: DenseWeights): Share[] {
  const clips = material.sounds.flatMap(({ fold }, clip) => (isWatched(fold) ? [clip] : []));
  const heard = clips.map((clip) => hearWith(weights, features.embedding(clip, 0)));
  return ade20kLabels
    .map((label, sight) => ({ label, share: heard.reduce((total, q) => total + q[sight], 0) / clips.length }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 6);
}

/** What lies in the run folder belongs to one choice of pictures and clips; another choice needs another folder. */
async function holdToSettings({ run, pictures, clips }: StudySettings): Promise<void> {
  const path = join(run, 'settings.json');
  const wanted = `${JSON.stringify({ pictures, clips })}\n`;
  const there = await readFile(path, 'utf8').catch(() => undefined);
  if (there === undefined) return writeFile(path, wanted);
  if (there === wanted) return;
  throw new LookhearError('USAGE', `${run} holds the features of another choice, ${there.trim()}`, {
    hint: 'give another folder with --run',
  });
}

/** A cell of the coarse grid is eight of the network's wide: no blur on top of that. */
function onCoarseGrid(model: Model): Model {
  return { ...model, map: { ...model.map, blur: 0 }, answer: { ...model.answer, topCells: 1 } };
}

async function judgeBeside(
  { data, beside }: StudySettings,
  rows: Awaited<ReturnType<typeof readRealRows>>,
  { signal, onProgress }: StudyHooks,
): Promise<StudyResult['beside']> {
  const { model, pictureSession, soundSession } = await loadModel({ model: beside, threads: 1, signal });
  try {
    const seen = await lookAtAll(data, rows, model, pictureSession, () => {});
    const heard = await listenToAll(data, rows, model, soundSession);
    const verdict = judge(model, realPairs(rows, seen, heard), (done) =>
      onProgress(done, rows.length, `real pairs, ${model.name}`),
    );
    return { name: model.name, verdict };
  } finally {
    await Promise.all([pictureSession.close(), soundSession.close()]);
  }
}
