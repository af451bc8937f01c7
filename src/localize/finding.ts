/**
 * What lookhear answers about one picture and one sound. `answer` is always one of four words; "no" is an answer,
 * never an error.
 */
import type { Box, PixelMap } from '../picture/picture.ts';

/**
 * - `here`: what is heard is in the picture, at the heat;
 * - `not in the picture`: something is heard, and no pixel can make it;
 * - `silent`: there is no sound to speak of;
 * - `unsure`: the evidence lies between the calibrated thresholds.
 */
export type Answer = 'here' | 'not in the picture' | 'silent' | 'unsure';

export interface ClassFinding {
  readonly label: string;
  /** P(label | sound), 0..1, all patches combined. */
  readonly heard: number;
  /** How surely the label is anywhere in the picture, 0..1: mean of P(label | pixel) over its strongest cells. */
  readonly seen: number;
  /** The label's part in the match between sound and picture, 0..1. */
  readonly here: number;
}

/** A connected part of the heat map. */
export interface Region extends Box {
  /** The label that contributes most of the heat in the region. */
  readonly label: string;
  /** Largest heat in the region, 0..1. */
  readonly score: number;
  /** Number of pixels. */
  readonly area: number;
}

/** What was heard in one stretch of the sound, in seconds from its beginning. */
export interface HeardPatch {
  readonly start: number;
  readonly end: number;
  /** The most probable labels, best first; empty where the patch is silent. */
  readonly heard: readonly { readonly label: string; readonly score: number }[];
}

export interface Finding {
  readonly answer: Answer;
  /** Calibrated probability that `answer` is right, 0..1. */
  readonly confidence: number;
  /** One sentence why the answer is not `here`; null where it is. */
  readonly reason: string | null;
  /** Every label, the most heard first. */
  readonly classes: readonly ClassFinding[];
  /** Connected regions of the heat, strongest first; empty unless the answer is `here` or `unsure`. */
  readonly regions: readonly Region[];
  /** As large as the picture, 0..1. */
  readonly heat: PixelMap;
  readonly picture: { readonly width: number; readonly height: number };
  readonly sound: { readonly seconds: number; readonly patches: readonly HeardPatch[] };
  readonly model: { readonly name: string; readonly version: string; readonly sha256: string };
  readonly timing: {
    readonly loadMs: number;
    readonly soundMs: number;
    readonly pictureMs: number;
    readonly totalMs: number;
  };
  /** Plain sentences about what was done to the input (a short sound repeated, say). */
  readonly notes: readonly string[];
}
