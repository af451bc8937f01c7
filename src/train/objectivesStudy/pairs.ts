/**
 * The pairs of the study, composed as the small model's: a picture with a boxed thing, and a sound of the same label
 * from another collection. Labels serve to compose pairs; an unsupervised objective sees neither them nor the boxes.
 */

import { balancedWeights } from '../../data/balancedWeights.ts';
import type { PictureRow, SoundRow } from '../../data/manifests.ts';
import { type Random, seededRandom, seedOf } from '../../layers/random.ts';
import type { Box } from '../../picture/picture.ts';
import { embeddingSources } from '../small/extractEmbeddings.ts';
import { weightedSampler } from '../small/pictureSet.ts';
import { classOf } from '../small/soundSet.ts';
import { labelOfClass } from '../small/validationSet.ts';

/** One thing in a picture, with everything that may be heard with it. */
export interface Thing {
  readonly row: PictureRow;
  /** Index of the picture's record among the cached features. */
  readonly record: number;
  /** Index among the labels of the small model. */
  readonly label: number;
  readonly boxes: readonly Box[];
  /** Indices among the cached embeddings. */
  readonly sounds: readonly number[];
}

/** Boxes of each label in a picture. */
export function boxesByLabel(row: PictureRow): Map<number, Box[]> {
  const boxes = new Map<number, Box[]>();
  for (const box of row.boxes) {
    const label = labelOfClass(box.label);
    if (label !== undefined) boxes.set(label, [...(boxes.get(label) ?? []), box]);
  }
  return boxes;
}

/**
 * The things of pictures of the given folds, for which there is a sound of these folds.
 * @param rows in the order of the cached features
 */
export function trainingThings(
  rows: readonly PictureRow[],
  soundRows: readonly SoundRow[],
  folds: ReadonlySet<number>,
): Thing[] {
  const soundsOf = new Map<number, number[]>();
  for (const [index, source] of embeddingSources(soundRows.length).entries()) {
    if (source.kind === 'noise' || !folds.has(soundRows[source.row].fold)) continue;
    const label = classOf(soundRows[source.row]);
    const sounds = soundsOf.get(label) ?? [];
    sounds.push(index);
    soundsOf.set(label, sounds);
  }
  return rows.flatMap((row, record) =>
    folds.has(row.fold)
      ? [...boxesByLabel(row)].flatMap(([label, boxes]) => {
          const sounds = soundsOf.get(label);
          return sounds ? [{ row, record, label, boxes, sounds }] : [];
        })
      : [],
  );
}

/** Whether a picture's boxes may be used, if only a share of them may: by group, so that a clip's frames go together. */
export function isBoxed({ row }: Thing, share: number, seed: number): boolean {
  return seededRandom(seedOf(`boxes of ${row.group}`, seed))() < share;
}

export interface DrawnPair {
  readonly thing: Thing;
  /** Index among the cached embeddings. */
  readonly sound: number;
  readonly labelled: boolean;
}

export interface SamplingOptions {
  /** Share of the groups of pictures whose boxes may be used, 0..1. */
  readonly boxShare: number;
  /** Which pairs a batch is drawn from: those with boxes, all, or one half from each. */
  readonly from: 'boxed' | 'all' | 'halves';
  /** 0 draws pairs as they come, 1 every label equally often. */
  readonly balance: number;
  readonly seed: number;
}

/** Draws pairs without end; which ones depends on the random numbers alone. */
export function pairSampler(
  things: readonly Thing[],
  { boxShare, from, balance, seed }: SamplingOptions,
): (count: number, random: Random) => DrawnPair[] {
  const boxed = things.map((thing) => isBoxed(thing, boxShare, seed));
  const weights = balancedWeights(
    things.map(({ label }) => label),
    balance,
  );
  const boxedWeights = weights.map((weight, index) => (boxed[index] ? weight : 0));
  return (count, random) => {
    const drawBoxed = weightedSampler(boxedWeights, random);
    const drawAny = weightedSampler(weights, random);
    return Array.from({ length: count }, (_, place) => {
      const index = from === 'boxed' || (from === 'halves' && place % 2 === 0) ? drawBoxed() : drawAny();
      const thing = things[index];
      const sound = thing.sounds[Math.floor(random() * thing.sounds.length)];
      return { thing, sound, labelled: boxed[index] };
    });
  };
}
