/**
 * The figures of the model's card: maps against boxes with the centre prior beside them, on composed pairs of fold 0
 * and on the real clips of the data folder (which nothing was trained or set on), the ears, and the answers.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { SoundRow } from '../../data/manifests.ts';
import type { Session } from '../../engine/engine.ts';
import { seededRandom, seedOf } from '../../layers/random.ts';
import { answerOf } from '../../localize/answer.ts';
import { combinePatches } from '../../localize/combinePatches.ts';
import type { Heard, PictureEvidence } from '../../localize/evidence.ts';
import { hear } from '../../localize/hear.ts';
import { centrePrior, heatMap, matchSoundToPicture } from '../../localize/score.ts';
import { see } from '../../localize/see.ts';
import { readPicture } from '../../media/readPicture.ts';
import { readSound } from '../../media/readSound.ts';
import { areaUnderCurve, success } from '../../metrics/consensusIou.ts';
import { interactive } from '../../metrics/interactive.ts';
import type { Box } from '../../picture/picture.ts';
import type { Model } from '../../weights/model.ts';
import { type MapScore, scoreBoxes } from '../scoreBoxes.ts';
import { labels } from './labels.ts';
import type { PictureSet } from './pictureSet.ts';
import { classOf, noise, other } from './soundSet.ts';
import {
  falsePairs,
  type HeardSound,
  labelOfClass,
  truePairs,
  type ValidationPair,
  type ValidationSet,
} from './validationSet.ts';

/** One row of the table of maps. AUC and shares are 0..1. */
export interface MapFigures {
  readonly name: string;
  readonly count: number;
  readonly auc: number;
  readonly centreAuc: number;
  readonly trueLabelAuc: number | null;
  readonly half: number;
  readonly centreHalf: number;
  /** Share of pictures all of whose things were found; null where there is one thing a picture. */
  readonly interactive: number | null;
  readonly centreInteractive: number | null;
}

/** One row of the table of labels: what supports it, and how it does on validation pairs; null where there are none. */
export interface LabelFigures {
  readonly label: string;
  /** Training pictures and recordings. */
  readonly pictures: number;
  readonly recordings: number;
  readonly pairs: number;
  readonly auc: number | null;
  readonly centreAuc: number | null;
  readonly sounds: number;
  /** Share of validation recordings heard right. */
  readonly heard: number | null;
}

export interface Figures {
  readonly labels: readonly LabelFigures[];
  readonly maps: readonly MapFigures[];
  readonly ears: { readonly count: number; readonly top1: number; readonly labelMean: number };
  /** Shares answered `here`. */
  readonly here: Readonly<Record<'true pairs' | 'wrong sound' | 'sound of no label' | 'noise and tones', number>>;
}

export interface MeasureOptions {
  readonly model: Model;
  readonly set: ValidationSet;
  readonly data: string;
  readonly pictures: PictureSet;
  readonly soundRows: readonly SoundRow[];
  readonly pictureSession: Session;
  readonly soundSession: Session;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, what: string) => void;
}

interface Item {
  /** Picture id: groups the things of one picture. */
  readonly group: string;
  /** What macro means are over. */
  readonly label: string;
  readonly own: MapScore;
  readonly centre: MapScore;
  readonly trueLabel: MapScore | undefined;
}

export async function measure(options: MeasureOptions): Promise<Figures> {
  const { model, set, seed } = options;
  const pairs = truePairs(set, 1, seed);
  const items = new Map(pairs.map((pair) => [pair, itemOfPair(model, pair)]));
  const itemsOf = (chosen: readonly ValidationPair[]): Item[] => chosen.map((pair) => items.get(pair)!);
  const thingsIn = new Map<string, number>();
  for (const { picture } of pairs) thingsIn.set(picture.row.id, (thingsIn.get(picture.row.id) ?? 0) + 1);
  const one = pairs.filter(({ picture }) => thingsIn.get(picture.row.id) === 1);
  const several = pairs.filter(({ picture }) => thingsIn.get(picture.row.id)! > 1);
  const { wrong, unlabelled } = falsePairs(set, 1, seed);
  return {
    labels: labelFigures(options, [...items.values()]),
    maps: [
      figuresOf('validation, one thing, mean over labels', itemsOf(one), 'labels'),
      figuresOf(
        'validation, human boxes, mean over labels',
        itemsOf(pairs.filter(({ picture }) => picture.row.box_by === 'human')),
        'labels',
      ),
      figuresOf('validation, two or more things', itemsOf(several), 'items'),
      figuresOf('real clips (data/pairs)', await realItems(options), 'items'),
    ],
    ears: earFigures(set),
    here: {
      'true pairs': hereShare(model, pairs),
      'wrong sound': hereShare(model, wrong),
      'sound of no label': hereShare(model, unlabelled),
      'noise and tones': await noiseShare(options),
    },
  };
}

function itemOfPair(model: Model, { picture, sound, label }: ValidationPair): Item {
  const { row, evidence } = picture;
  const boxes = row.boxes.filter((box) => labelOfClass(box.label) === label);
  const trueSound: Heard = { probabilities: new Float32Array(labels.length), other: 0 };
  trueSound.probabilities[label] = 1;
  return {
    ...scored(model, evidence, sound.heard, boxes, row.width, row.height),
    group: row.id,
    label: labels[label],
    trueLabel: scoreBoxes(mapFor(model, evidence, trueSound), boxes, row.width, row.height),
  };
}

const mapFor = (model: Model, evidence: PictureEvidence, heard: Heard) =>
  heatMap(model, evidence, heard, matchSoundToPicture(model, evidence, heard));

function scored(
  model: Model,
  evidence: PictureEvidence,
  heard: Heard,
  boxes: readonly Box[],
  width: number,
  height: number,
): Pick<Item, 'own' | 'centre'> {
  return {
    own: scoreBoxes(mapFor(model, evidence, heard), boxes, width, height),
    centre: scoreBoxes(centrePrior(evidence.columns, evidence.rows), boxes, width, height),
  };
}

function figuresOf(name: string, items: readonly Item[], over: 'labels' | 'items'): MapFigures {
  const groups =
    over === 'items'
      ? [items]
      : [...new Set(items.map(({ label }) => label))]
          .map((label) => items.filter((item) => item.label === label))
          .filter((group) => group.length >= 5);
  const mean = (figure: (group: readonly Item[]) => number): number =>
    groups.reduce((total, group) => total + figure(group), 0) / groups.length;
  const auc = (select: (item: Item) => MapScore): number =>
    mean((group) => areaUnderCurve(group.map((item) => select(item).align_adaptive)));
  const half = (select: (item: Item) => MapScore): number =>
    mean((group) => success(group.map((item) => select(item).half_ez)));
  const byPicture = [...new Set(items.map(({ group }) => group))].map((id) =>
    items.filter(({ group }) => group === id),
  );
  const isSeveral = byPicture.every((group) => group.length > 1);
  const iiou = (select: (item: Item) => MapScore): number | null =>
    isSeveral ? interactive(byPicture.map((group) => group.map((item) => select(item).align_adaptive))).iiou : null;
  return {
    name,
    count: items.length,
    auc: auc(({ own }) => own),
    centreAuc: auc(({ centre }) => centre),
    trueLabelAuc: items.every(({ trueLabel }) => trueLabel) ? auc(({ trueLabel }) => trueLabel!) : null,
    half: half(({ own }) => own),
    centreHalf: half(({ centre }) => centre),
    interactive: iiou(({ own }) => own),
    centreInteractive: iiou(({ centre }) => centre),
  };
}

const realRow = z.object({
  id: z.string(),
  image: z.string(),
  audio: z.string(),
  label: z.string(),
  boxes: z.array(z.object({ xmin: z.number(), ymin: z.number(), xmax: z.number(), ymax: z.number() })),
  width: z.number(),
  height: z.number(),
});

async function realItems(options: MeasureOptions): Promise<Item[]> {
  const folder = join(options.data, 'pairs');
  const text = await readFile(join(folder, 'pairs.jsonl'), 'utf8');
  const rows = text
    .trim()
    .split('\n')
    .map((line) => realRow.parse(JSON.parse(line)))
    .filter(({ boxes }) => boxes.length > 0);
  const items: Item[] = [];
  for (const row of rows) {
    options.signal.throwIfAborted();
    const evidence = await see(
      options.model.picture,
      options.pictureSession,
      await readPicture(join(folder, row.image)),
    );
    const { patches } = await hear(options.model, options.soundSession, await readSound(join(folder, row.audio)));
    const nothing: Heard = { probabilities: new Float32Array(labels.length), other: 0 };
    const heard = combinePatches(patches) ?? nothing;
    items.push({
      ...scored(options.model, evidence, heard, row.boxes, row.width, row.height),
      group: row.id,
      label: row.label,
      trueLabel: undefined,
    });
    options.onProgress(items.length, rows.length, 'real clips');
  }
  return items;
}

const share = (flags: readonly boolean[]): number => flags.filter(Boolean).length / flags.length;

function isHeardRight({ label, heard }: HeardSound): boolean {
  const best = Math.max(...heard.probabilities);
  return heard.probabilities[label] === best && best > heard.other;
}

function labelFigures({ pictures, soundRows, set }: MeasureOptions, items: readonly Item[]): LabelFigures[] {
  return labels.map((label, index) => {
    const own = items.filter((item) => item.label === label);
    const sounds = set.sounds.filter((sound) => sound.label === index);
    const area = (select: (item: Item) => MapScore): number | null =>
      own.length === 0 ? null : areaUnderCurve(own.map((item) => select(item).align_adaptive));
    return {
      label,
      pictures: pictures.rows.filter((row) => row.fold !== 0 && row.labels.some((name) => labelOfClass(name) === index))
        .length,
      recordings: soundRows.filter((row) => row.fold !== 0 && row.kind === 'recording' && classOf(row) === index)
        .length,
      pairs: own.length,
      auc: area((item) => item.own),
      centreAuc: area((item) => item.centre),
      sounds: sounds.length,
      heard: sounds.length === 0 ? null : share(sounds.map(isHeardRight)),
    };
  });
}

function earFigures({ sounds }: ValidationSet): Figures['ears'] {
  const labelled = sounds.filter(({ label }) => label !== other);
  const isRight = labelled.map(isHeardRight);
  const byLabel = [...new Set(labelled.map(({ label }) => label))].map((label) =>
    share(isRight.filter((_, index) => labelled[index].label === label)),
  );
  return {
    count: labelled.length,
    top1: share(isRight),
    labelMean: byLabel.reduce((total, value) => total + value, 0) / byLabel.length,
  };
}

const isHere = (model: Model, evidence: PictureEvidence, heard: Heard): boolean =>
  answerOf(matchSoundToPicture(model, evidence, heard).score, model.answer).answer === 'here';

function hereShare(model: Model, pairs: readonly ValidationPair[]): number {
  const count = pairs.filter(({ picture, sound }) => isHere(model, picture.evidence, sound.heard)).length;
  return count / pairs.length;
}

const NOISES = 40;

/** New noises, hums and tones, each with every tenth validation picture. */
async function noiseShare({ model, set, soundSession, seed }: MeasureOptions): Promise<number> {
  const random = seededRandom(seedOf('noises of the card', seed));
  let [here, count] = [0, 0];
  for (let index = 0; index < NOISES; index++) {
    const { patches } = await hear(model, soundSession, { sampleRate: 16000, samples: noise(random) });
    const heard = combinePatches(patches);
    for (let picture = index % 10; picture < set.pictures.length; picture += 10) {
      count++;
      if (heard && isHere(model, set.pictures[picture].evidence, heard)) here++;
    }
  }
  return here / count;
}
