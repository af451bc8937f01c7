/**
 * What an evaluation says: the object that `lookhear evaluate --json` prints and that the Markdown and HTML reports
 * show. Shares are 0..1; null stands for "cannot be said" (no such items, 0/0).
 */
import type { ReliabilityBin } from '../metrics/reliability.ts';
import type { MissReason } from './itemRecord.ts';
import type { LeakReport } from './leaks.ts';

export const evaluationSchema = 'lookhear/evaluation@1';

/** A mean over items with its 95 % interval, by bootstrap over scenes. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Under one rule that makes a mask of a map. */
export interface RuleScores {
  /** Share of items with a consensus IoU of 0.5 or more. */
  readonly success: Estimate;
  /** Area under the success curve. */
  readonly auc: Estimate;
  readonly meanCiou: Estimate;
  /** Share of items that reach 0, 0.05, ... 1: 21 numbers. */
  readonly curve: readonly number[];
}

/** A row of the main table: the model with its own sounds, or something that it must be better than. */
export interface SystemScores {
  readonly name: string;
  /** `ceiling`: what the half rule can reach at best. */
  readonly kind: 'model' | 'control' | 'floor' | 'ceiling';
  readonly count: number;
  readonly rules: Readonly<Record<string, RuleScores>>;
}

/** The model with its own sounds less a control or floor, item by item. */
export interface PairedDifference {
  readonly against: string;
  readonly rule: string;
  readonly measure: 'success' | 'auc';
  readonly count: number;
  readonly difference: Estimate;
  /** Two-sided, from sign flips of scenes; null where nothing can be compared. */
  readonly p: number | null;
}

export interface AnswerCounts {
  readonly condition: string;
  /** Whether what sounds is in the picture. */
  readonly present: boolean;
  readonly count: number;
  readonly here: number;
  readonly unsure: number;
  readonly notInPicture: number;
  readonly silent: number;
}

/** One sort of sound that nothing in the picture makes (METRICS section 7); at the universal threshold. */
export interface NegativeScores {
  readonly condition: string;
  readonly count: number;
  /** Predicted pixels / all pixels: 0 is best. */
  readonly pia: number | null;
  readonly aucN: number | null;
}

/** A row of a table by class, size or number of sources. */
export interface GroupScores {
  readonly name: string;
  readonly count: number;
  /** Under `align_adaptive`. */
  readonly auc: number;
  readonly success: number;
  readonly centreAuc: number;
  readonly centreSuccess: number;
}

export interface GalleryItem {
  /** Place in the benchmark. */
  readonly index: number;
  readonly id: string;
  readonly label: string | null;
  /** Under `align_adaptive`. */
  readonly ciou: number;
  readonly answer: string;
  readonly heard: string | null;
  /** For those that were not found. */
  readonly reason: MissReason | null;
}

export interface Evaluation {
  readonly schema: typeof evaluationSchema;
  /** The command that makes these figures again, on one machine. */
  readonly command: string;
  readonly protocol: {
    readonly name: string;
    readonly benchmark: string;
    readonly title: string;
    /** Of the annotation files, by file name. */
    readonly annotations: Readonly<Record<string, string>>;
    /** Of all items with their paths' names, annotations and whether their files are there. */
    readonly dataSha256: string;
    readonly seed: number;
    /** Universal threshold; null: none was given. */
    readonly threshold: number | null;
    /** Where the threshold was calibrated, in words; null without one. */
    readonly thresholdFrom: string | null;
    readonly notes: readonly string[];
  };
  readonly model: { readonly name: string; readonly version: string; readonly sha256: string };
  readonly counts: {
    readonly items: number;
    readonly scored: number;
    readonly positives: number;
    readonly negatives: number;
    readonly missing: number;
    readonly unreadable: number;
  };
  readonly systems: readonly SystemScores[];
  readonly differences: readonly PairedDifference[];
  readonly answers: readonly AnswerCounts[];
  /** SLAVC's extended metrics under `align_adaptive` and `half_ez`; null where no item is without a source. */
  readonly extended: Readonly<
    Record<string, { ap: number | null; maxF1: number | null; locAcc: number | null }>
  > | null;
  /** SSLalignment's, over pictures of several sources; null where there are none. */
  readonly interactive: Readonly<Record<string, { iiou: number; iauc: number; pictures: number }>> | null;
  /** Null without a universal threshold. */
  readonly negatives: {
    readonly conditions: readonly NegativeScores[];
    readonly fLoc: number | null;
    readonly fAuc: number | null;
  } | null;
  /** What a universal threshold would be if it were set on these negatives: largest heat, 1.1 of it, third quartile. */
  readonly thresholds: {
    readonly count: number;
    readonly max: number | null;
    readonly max10: number | null;
    readonly maxq3: number | null;
  };
  /** Pointing game, mean over classes; `centre` is the middle of the picture. */
  readonly pointing: { readonly own: number | null; readonly wrong: number | null };
  /** Mean Pearson correlation of the maps under the own and a wrong sound: 1 says that the sound does not matter. */
  readonly correlation: Estimate;
  /** Of the probability of presence; what happened is that what sounds is in the picture. */
  readonly reliability: { readonly bins: readonly ReliabilityBin[]; readonly error: number | null };
  readonly classes: readonly GroupScores[];
  readonly sizes: readonly GroupScores[];
  readonly sources: readonly GroupScores[];
  /** Sources that were missed under `align_adaptive`, by why; reasons that never came up are left out. */
  readonly misses: readonly { readonly reason: MissReason; readonly count: number }[];
  /** Rows: what sounds; columns: what was heard most; counts. */
  readonly confusion: {
    readonly rows: readonly string[];
    readonly columns: readonly string[];
    readonly counts: readonly (readonly number[])[];
  };
  /** Null where the model brings no list of what it was trained on. */
  readonly leaks: LeakReport | null;
  readonly gallery: {
    readonly positive: readonly GalleryItem[];
    readonly moderate: readonly GalleryItem[];
    readonly negative: readonly GalleryItem[];
  };
  /** Items that were not scored, the first hundred. */
  readonly skipped: readonly { readonly id: string; readonly problem: string }[];
}
