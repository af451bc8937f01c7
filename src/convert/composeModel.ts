/**
 * Two halves become a model: the relation R between their labels, the numbers of the answer, and what a person has to
 * know of it. Nothing is trained and nothing is calibrated, so the thresholds are wide and the card says so.
 */
import { LookhearError } from '../errors.ts';
import { relationByNames } from '../labels/relationByNames.ts';
import type { Model } from '../weights/model.ts';
import { composedCard } from './composeCard.ts';
import type { PictureHalf, SoundHalf } from './composeHalves.ts';

export interface ComposeOptions {
  /** Small letters, digits, dots, dashes and underscores. */
  readonly name: string;
  readonly picture: PictureHalf;
  readonly sound: SoundHalf;
  /** Sound labels x picture labels, 0..1. Unset: by names, with the shipped table of AudioSet and ADE20K. */
  readonly relation?: { readonly rows: number[][]; readonly origin: string } | undefined;
}

/** How much of the two label lists R joins. */
export interface RelationCounts {
  readonly sounds: number;
  readonly soundsWithSight: number;
  readonly sights: number;
  readonly sightsWithSound: number;
}

/** What model.json will say, but for what only its files can tell. */
export type ComposedDescription = Omit<Model, 'schema' | 'picture' | 'sound'> & {
  readonly picture: PictureHalf['network'];
  readonly sound: SoundHalf['network'];
};

export interface ComposedModel {
  readonly description: ComposedDescription;
  readonly networks: { readonly picture: Uint8Array; readonly sound: Uint8Array };
  readonly card: string;
  readonly counts: RelationCounts;
}

/**
 * The answer, without calibration: P(in the picture) = score / (score + middle). A sound that is heard at 0.5 and a
 * thing that is seen at 0.5 give a score of 0.25, and that or more is `here`; below 0.05, where one of the two is
 * hardly there, it is `not in the picture`. Between them lies a wide `unsure`, because nobody has measured.
 */
const hereScore = 0.25;
const absentScore = 0.05;
const middleScore = Math.sqrt(hereScore * absentScore);
const presenceAt = (score: number): number => Math.round((100 * score) / (score + middleScore)) / 100;

/** Share of the cells whose mean is the score. */
const bestCells = 0.005;

/** Fails with MODEL_INVALID where R joins no sound to any sight. */
export function composeModel({ name, picture, sound, relation }: ComposeOptions): ComposedModel {
  const [heard, seen] = [sound.network.labels, picture.network.labels];
  const isSame = relation === undefined && heard.length === seen.length && heard.every((label, i) => label === seen[i]);
  const rows = relation?.rows ?? relationByNames(heard, seen);
  const counts = countRelation(rows, seen.length);
  if (counts.soundsWithSight === 0) {
    throw new LookhearError('MODEL_INVALID', 'No sound label of the one has a picture label of the other.', {
      hint: 'Give the relation with --relation FILE: {"sound label": {"picture label": weight}}.',
    });
  }
  const { rows: gridRows, columns } = picture.grid;
  const [seenLicence, heardLicence] = [picture.provenance.licence, sound.provenance.licence];
  const description: ComposedDescription = {
    name,
    version: '1.0.0',
    licence: seenLicence === heardLicence ? seenLicence : `picture ${seenLicence}; sound ${heardLicence}`,
    origin: [
      ...picture.provenance.origin.map((line) => `picture network: ${line}`),
      ...sound.provenance.origin.map((line) => `sound network: ${line}`),
      `relation: ${relation?.origin ?? (isSame ? 'the same labels' : 'names, and the table of AudioSet and ADE20K')}`,
      'joined by lookhear models compose; nothing was trained or calibrated',
    ],
    picture: picture.network,
    sound: sound.network,
    relation: isSame ? { kind: 'identity' } : { kind: 'table', rows },
    // Neither of the two faint terms: a composed model shows what its networks say, and where they say nothing, nothing.
    map: { blur: 1, fallback: 0, centre: 0 },
    silence: { dbfs: -60 },
    answer: {
      topCells: Math.max(1, Math.round(bestCells * gridRows * columns)),
      slope: 1,
      offset: -Math.log(middleScore),
      here: presenceAt(hereScore),
      absent: presenceAt(absentScore),
    },
  };
  return {
    description,
    networks: { picture: picture.bytes, sound: sound.bytes },
    card: composedCard(description, counts),
    counts,
  };
}

function countRelation(rows: readonly (readonly number[])[], sights: number): RelationCounts {
  const isRelated = (weight: number): boolean => weight > 0;
  return {
    sounds: rows.length,
    soundsWithSight: rows.filter((row) => row.some(isRelated)).length,
    sights,
    sightsWithSound: Array.from({ length: sights }, (_, sight) => rows.some((row) => isRelated(row[sight]))).filter(
      Boolean,
    ).length,
  };
}
