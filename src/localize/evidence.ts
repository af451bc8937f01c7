/**
 * What each half of a model says, before the halves meet. The picture becomes P(label | cell) on the coarse grid of its
 * network, the sound becomes P(label | patch) for each stretch of a few seconds.
 */

export interface PictureEvidence {
  readonly columns: number;
  readonly rows: number;
  /** P(label | cell), the model's picture labels x rows x columns. */
  readonly probabilities: Float32Array;
  /** P(background | cell), rows x columns; 0 everywhere where the model has no background. */
  readonly background: Float32Array;
}

export interface Heard {
  /** P(label | sound), one of each of the model's sound labels. */
  readonly probabilities: Float32Array;
  /** P(none of the labels | sound); 0 where the model cannot say so. */
  readonly other: number;
}

export interface PatchEvidence {
  /** Seconds from the beginning of the sound. */
  readonly start: number;
  readonly end: number;
  /** Root mean square level in decibels of full scale. */
  readonly level: number;
  /** Null where the patch is silent; the network is not asked about silence. */
  readonly heard: Heard | null;
}

export interface SoundEvidence {
  readonly seconds: number;
  readonly patches: readonly PatchEvidence[];
}
