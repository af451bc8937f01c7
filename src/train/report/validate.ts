/**
 * Maps of pairs that are not trained on, scored as the field scores them, beside the centre prior, which neither looks
 * nor hears. A sound counts with the mean of its patches' probabilities, as in use.
 */
import type { NetworkSettings } from '../../convert/conventions.ts';
import { targetMap } from '../../data/targetMap.ts';
import type { TrainingPair } from '../../data/trainingPair.ts';
import { type Engine, float32Values, type Session } from '../../engine/engine.ts';
import type { Shape } from '../../graph/tensor.ts';
import { writeOnnx } from '../../graph/writeOnnx.ts';
import { centrePrior } from '../../localize/score.ts';
import { readPicture } from '../../media/readPicture.ts';
import { areaUnderCurve, success } from '../../metrics/consensusIou.ts';
import { evaluationSide } from '../../metrics/groundTruth.ts';
import { scoreMap } from '../../metrics/scoreMap.ts';
import type { PixelMap } from '../../picture/picture.ts';
import type { TrainingConfig } from '../run/config.ts';
import type { Score } from '../run/metrics.ts';
import type { Feeds } from '../stepRunner.ts';
import { floats, preparePair } from './batches.ts';
import type { SoundVectors } from './soundCache.ts';
import { soundShape, validationGraphs } from './system.ts';

export interface ScoredPair {
  readonly pair: TrainingPair;
  readonly map: PixelMap;
}

export class Validator {
  readonly #config: TrainingConfig;
  readonly #settings: NetworkSettings;
  readonly #heard: Session;
  readonly #score: Session;
  readonly #shapes: ReadonlyMap<string, Shape>;
  readonly #sounds: ReadonlyMap<string, SoundVectors>;

  private constructor(
    config: TrainingConfig,
    settings: NetworkSettings,
    sessions: { readonly heard: Session; readonly score: Session },
    shapes: ReadonlyMap<string, Shape>,
    sounds: ReadonlyMap<string, SoundVectors>,
  ) {
    this.#config = config;
    this.#settings = settings;
    this.#heard = sessions.heard;
    this.#score = sessions.score;
    this.#shapes = shapes;
    this.#sounds = sounds;
  }

  static async open(
    engine: Engine,
    config: TrainingConfig,
    settings: NetworkSettings,
    sounds: ReadonlyMap<string, SoundVectors>,
  ): Promise<Validator> {
    const { heard, score, shapes } = validationGraphs(config, settings);
    // The weights change from epoch to epoch, so they are inputs, as in training.
    const options = { purpose: 'training', ...(config.threads !== null && { threads: config.threads }) } as const;
    const sessions = {
      heard: await engine.createSession(writeOnnx({ heard }), options),
      score: await engine.createSession(writeOnnx({ score }), options),
    };
    return new Validator(config, settings, sessions, shapes, sounds);
  }

  /** The map of a pair, 0..1, as large as the network's input. */
  async map(pair: TrainingPair, parameters: ReadonlyMap<string, Float32Array>): Promise<PixelMap> {
    const config = this.#config;
    const { size } = config;
    const { values, patches } = this.#sounds.get(pair.id)!;
    const shape = soundShape(config, 1);
    const length = values.length / patches;
    let mean: Float32Array | undefined;
    for (let patch = 0; patch < patches; patch++) {
      const sounds = floats(values.slice(patch * length, (patch + 1) * length), shape);
      const heard = float32Values(await this.#heard.run(this.#feeds(this.#heard, { sounds }, parameters)), 'heard');
      mean ??= new Float32Array(heard.length);
      for (const [label, probability] of heard.entries()) mean[label] += probability / patches;
    }
    const { picture } = await preparePair(pair, size, this.#settings);
    const feeds = { pictures: floats(picture, [1, 3, size, size]), heard: floats(mean!, [1, mean!.length]) };
    const outputs = await this.#score.run(this.#feeds(this.#score, feeds, parameters));
    return { width: size, height: size, data: float32Values(outputs, 'score') };
  }

  #feeds(session: Session, feeds: Feeds, parameters: ReadonlyMap<string, Float32Array>): Feeds {
    const known = session.inputNames.flatMap((name) => {
      const values = parameters.get(name);
      return values === undefined ? [] : [[name, floats(values, this.#shapes.get(name)!)] as const];
    });
    return { ...feeds, ...Object.fromEntries(known) };
  }

  async close(): Promise<void> {
    await this.#heard.close();
    await this.#score.close();
  }
}

/** Consensus IoU of pairs whose place is known and not empty: AUC and success under `align_adaptive`. */
export async function scoresOf(maps: readonly ScoredPair[]): Promise<Record<string, Score>> {
  const [own, prior]: [number[], number[]] = [[], []];
  for (const { pair, map } of maps) {
    const side = evaluationSide;
    const picture = await readPicture(pair.image);
    const truth = await targetMap(pair.target, picture, { width: side, height: side });
    if (truth === undefined || truth.every((value) => value === 0)) continue;
    const rounded = pair.target.kind === 'annotators' ? truth : truth.map(Math.round);
    const ciou = (heat: PixelMap): number => scoreMap(heat, rounded, { rules: ['align_adaptive'] }).align_adaptive;
    own.push(ciou(map));
    prior.push(ciou(centrePrior(map.width, map.height)));
  }
  if (own.length === 0) return {};
  const score = (value: (ious: readonly number[]) => number): Score => ({
    value: value(own),
    baseline: { name: 'centre prior', value: value(prior) },
  });
  return { auc: score(areaUnderCurve), success: score(success) };
}
