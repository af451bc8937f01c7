/**
 * What is kept of one item of a benchmark: one line of items.jsonl. Every figure of the report is computed from these
 * lines alone, so that a run can stop and go on, and shards can be joined. NaN is written as null.
 */
import type { Answer } from '../localize/finding.ts';
import type { Prints } from './prints.ts';

/** The names of METRICS' rules for one map; `universal` only where a threshold was given. */
export type Cious = Readonly<Record<string, number | null>>;

/** One map of the model under one sound. */
export interface MapRecord {
  readonly answer: Answer;
  /** Probability that what is heard is in the picture, 0..1; 0 for silence. */
  readonly presence: number;
  /** Largest heat, 0..1. */
  readonly max: number;
  /** SLAVC's confidence: mean of the hottest quarter. */
  readonly confidence: number;
  /** Consensus IoU by rule; empty where the item has no source in the picture. */
  readonly ciou: Cious;
  /** Share of predicted pixels at the universal threshold; null without one. */
  readonly pia: number | null;
  /** Whether the hottest pixel lies within 15 pixels of the source; null without a source. */
  readonly pointing: boolean | null;
  /** What was heard most, and how surely; null where it was silent. */
  readonly heard: { readonly label: string; readonly score: number } | null;
}

/** The sounds that an item's picture is shown with; each may be missing where its sound could not be read. */
export const soundConditions = ['own', 'wrong', 'shuffled', 'picture only', 'silence', 'white noise'] as const;
export type SoundCondition = (typeof soundConditions)[number];

/** Maps and masks that neither look nor hear. */
export const floorNames = ['whole picture', 'centred square 25 %', 'centred square 51 %', 'centre Gaussian'] as const;
export type FloorName = (typeof floorNames)[number];

/** Why a source was not found, as far as the model's own evidence says. */
export const missReasons = [
  'not heard',
  'heard but not seen',
  'seen elsewhere',
  'abstained',
  'too wide or narrow',
] as const;
export type MissReason = (typeof missReasons)[number];

export interface ScoredItem {
  /** Place in the benchmark, from 0. */
  readonly index: number;
  readonly id: string;
  readonly label: string | null;
  readonly pictureGroup: string;
  readonly scene: string;
  /** Boxes of the annotation: 0 where nothing in the picture makes the sound. */
  readonly sources: number;
  /** sum(G) in pixels of 224 x 224. */
  readonly area: number;
  /** What the half rule can reach at best, whatever the map; null without a source. */
  readonly ceiling: number | null;
  readonly maps: Readonly<Partial<Record<SoundCondition, MapRecord>>>;
  /** The picture with ten sounds that belong to other pictures; only what negatives need. */
  readonly offscreen: readonly Pick<MapRecord, 'answer' | 'presence' | 'max' | 'pia'>[];
  readonly floors: Readonly<Record<FloorName, Cious>>;
  /** Pearson correlation of the maps under the own and the wrong sound, -1..1; null where one of them is constant. */
  readonly correlation: number | null;
  /** Where `own` misses the source under `align_adaptive`, why; null otherwise. */
  readonly miss: MissReason | null;
  /** What the leak check compares; only where the model brings a list of its training. */
  readonly prints?: Prints;
}

/** An item that could not be scored: a file is missing, or cannot be read. */
export interface SkippedItem {
  readonly index: number;
  readonly id: string;
  readonly skipped: 'missing' | 'unreadable';
  /** One sentence that names the file. */
  readonly problem: string;
}

export type ItemRecord = ScoredItem | SkippedItem;
