/** What a training reads: pictures, each with its sound and what is known of where the sound comes from. */
import type { Box } from '../picture/picture.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Where the thing that sounds is:
 * - `none`: nobody looked, the pair is unlabelled;
 * - `boxes`: in any of these boxes; an empty list says that it is not in the picture. Boxes are in units of `frame`,
 *   which lies over the whole picture and is the picture itself where it is left out;
 * - `annotators`: what several people marked, a list of boxes for each of them, in units of `frame`;
 * - `mask`: where the picture at the absolute path is not black.
 */
export type Target =
  | { readonly kind: 'none' }
  | { readonly kind: 'boxes'; readonly boxes: readonly Box[]; readonly frame?: Size | undefined }
  | { readonly kind: 'annotators'; readonly annotators: readonly (readonly Box[])[]; readonly frame: Size }
  | { readonly kind: 'mask'; readonly path: string };

export interface TrainingPair {
  /** Unique in its set. */
  readonly id: string;
  /** Absolute path. */
  readonly image: string;
  /** Absolute path. */
  readonly audio: string;
  /** Of the upright picture in pixels, where the set says it. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly target: Target;
  /** What sounds, for balanced sampling. */
  readonly category?: string | undefined;
  /** Pairs of one recording or scene; they stay on one side of a split. A pair without it is a group of its own. */
  readonly group?: string | undefined;
  readonly fold?: number | undefined;
}

export type Layout = 'pairs' | 'flickr-soundnet' | 'vgg-ss';

export interface TrainingSet {
  readonly layout: Layout;
  /** The pairs whose files are all there, in the order of the set. */
  readonly pairs: readonly TrainingPair[];
  /** Paths of files that the set names and that are not there; their pairs are left out. */
  readonly missing: readonly string[];
  /** Ids of pairs that are left out because they belong to a published test set. */
  readonly refused: readonly string[];
  /** Plain sentences about the set that a training should show. */
  readonly notes: readonly string[];
}
