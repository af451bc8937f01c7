/**
 * From pairs to what a graph run is fed. Whatever chance decides (mirroring, the patch of the sound, dropout) follows
 * from seed, epoch and pair alone, so that a training that goes on sees what it would have seen.
 */

import type { NetworkSettings } from '../../convert/conventions.ts';
import { stableFraction } from '../../data/stableFraction.ts';
import { targetMap } from '../../data/targetMap.ts';
import type { TrainingPair } from '../../data/trainingPair.ts';
import type { TensorData } from '../../engine/engine.ts';
import { sizeOf } from '../../graph/tensor.ts';
import { seededRandom, seedOf } from '../../layers/random.ts';
import { pictureInput } from '../../localize/pictureInput.ts';
import { readPicture } from '../../media/readPicture.ts';
import { pspnetNoiseShape } from '../../networks/pspnet.ts';
import type { TrainingConfig } from '../run/config.ts';
import type { Feeds } from '../stepRunner.ts';
import type { SoundVectors } from './soundCache.ts';
import { soundShape } from './system.ts';

export interface PreparedPair {
  /** [3, size, size] */
  readonly picture: Float32Array;
  /** [size, size], undefined where the pair is not labelled. */
  readonly target: Float32Array | undefined;
}

export async function preparePair(
  pair: TrainingPair,
  size: number,
  { preprocess }: NetworkSettings,
): Promise<PreparedPair> {
  const picture = await readPicture(pair.image);
  const { data } = pictureInput({ width: size, height: size, preprocess }, picture);
  const target = await targetMap(pair.target, picture, { width: size, height: size });
  return { picture: data as Float32Array, target };
}

export interface BatchOptions {
  readonly config: TrainingConfig;
  readonly settings: NetworkSettings;
  readonly sounds: ReadonlyMap<string, SoundVectors>;
  /** 0 for the first. */
  readonly epoch: number;
  /** 0 for the first of the training. */
  readonly step: number;
}

/** The micro-batches of a step. */
export async function batchFeeds(pairs: readonly TrainingPair[], options: BatchOptions): Promise<Feeds[]> {
  const { microBatch } = options.config;
  const feeds: Feeds[] = [];
  for (let start = 0; start < pairs.length; start += microBatch) {
    feeds.push(await microBatchFeeds(pairs.slice(start, start + microBatch), start, options));
  }
  return feeds;
}

async function microBatchFeeds(pairs: readonly TrainingPair[], start: number, options: BatchOptions): Promise<Feeds> {
  const { config, settings, sounds, epoch, step } = options;
  const { size, seed } = config;
  const area = size * size;
  const pictures = new Float32Array(pairs.length * 3 * area);
  const targets = new Float32Array(pairs.length * area);
  const labelled = new Float32Array(pairs.length);
  const shape = soundShape(config, pairs.length);
  const vectors = new Float32Array(sizeOf(shape));
  const length = vectors.length / pairs.length;
  for (const [index, pair] of pairs.entries()) {
    const { picture, target } = await preparePair(pair, size, settings);
    const isMirrored = config.mirror && stableFraction('mirror', seed, epoch, pair.id) < 0.5;
    pictures.set(isMirrored ? mirroredRows(picture, size) : picture, index * 3 * area);
    if (target !== undefined) {
      targets.set(isMirrored ? mirroredRows(target, size) : target, index * area);
      labelled[index] = 1;
    }
    const { values, loud } = sounds.get(pair.id)!;
    const patch = loud[Math.floor(stableFraction('patch', seed, epoch, pair.id) * loud.length)];
    vectors.set(values.subarray(patch * length, (patch + 1) * length), index * length);
  }
  const noiseShape = pspnetNoiseShape(config, pairs.length, size);
  return {
    pictures: floats(pictures, [pairs.length, 3, size, size]),
    targets: floats(targets, [pairs.length, size, size]),
    labelled: floats(labelled, [pairs.length]),
    sounds: floats(vectors, shape),
    noise: floats(noise(sizeOf(noiseShape), seedOf(`dropout ${step} ${start}`, seed)), noiseShape),
  };
}

export function floats(data: Float32Array, dims: readonly number[]): TensorData {
  return { type: 'float32', dims, data };
}

function noise(length: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  const values = new Float32Array(length);
  for (let index = 0; index < length; index++) values[index] = random();
  return values;
}

function mirroredRows(values: Float32Array, width: number): Float32Array {
  const turned = values.slice();
  for (let start = 0; start < turned.length; start += width) turned.subarray(start, start + width).reverse();
  return turned;
}
