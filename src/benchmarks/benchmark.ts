/**
 * A test set as the evaluation sees it: pictures, the sounds that belong to them, and where the sound comes from. The
 * published sets each have a reader in this room; the annotations and media are the user's.
 */
import type { Annotation } from '../metrics/groundTruth.ts';

export interface BenchmarkItem {
  /** Unique in the benchmark. */
  readonly id: string;
  /** Absolute paths, whether or not the files are there. */
  readonly picture: string;
  readonly sound: string;
  /** What sounds, in the benchmark's own words; null where it does not say. */
  readonly label: string | null;
  /**
   * What is said to sound or to be seen in the picture beside `label`: no sound of these may stand for one that is not
   * in the picture.
   */
  readonly others: readonly string[];
  /** Items of one picture (its several sources) share it: IIoU is over these. */
  readonly pictureGroup: string;
  /** Items that are not independent (one scene, one video) share it: intervals are over these. */
  readonly scene: string;
  /** Where the sound comes from; nothing in the picture where there are no boxes. */
  readonly truth: Annotation | MaskFile;
}

/** A mask on the disk: where the picture is not black. */
export interface MaskFile {
  readonly kind: 'mask file';
  readonly path: string;
}

export interface AnnotationFile {
  /** Absolute path. */
  readonly path: string;
  /** Of what the file holds once unpacked, so that a copy with .gz has the checksum of the published file. */
  readonly sha256: string;
}

export interface Benchmark {
  /** As in `--benchmark`: `vgg-ss`. */
  readonly name: string;
  /** For people: `VGG-SS (Chen et al., CVPR 2021)`. */
  readonly title: string;
  readonly annotations: readonly AnnotationFile[];
  readonly items: readonly BenchmarkItem[];
  /** Plain sentences: oddities of the annotations, and how each was handled. */
  readonly notes: readonly string[];
  /**
   * Where the annotations of single items were expected that are not there; those items are left out. Only sets with a
   * file for each item have it.
   */
  readonly missingAnnotations?: readonly string[];
}

/** What a reader of a published set makes of its files; name, title and checksums are the registry's business. */
export type BenchmarkContent = Pick<Benchmark, 'items' | 'notes' | 'missingAnnotations'>;
