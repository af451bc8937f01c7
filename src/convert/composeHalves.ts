/** The two halves that a model is joined from: networks that passed their trial, with what model.json will say of them. */
import type { PictureNetwork, SoundNetwork } from '../weights/model.ts';

/** Where a half comes from, for the record of the model. */
export interface Provenance {
  /** What it is and where it was got, in words. */
  readonly origin: readonly string[];
  /** As its authors state it; `unknown` where they do not. */
  readonly licence: string;
}

export interface PictureHalf {
  readonly network: Omit<PictureNetwork, 'file' | 'sha256'>;
  /** The ONNX file, as it was found. */
  readonly bytes: Uint8Array;
  /** Cells of its answer about one picture. */
  readonly grid: { readonly rows: number; readonly columns: number };
  readonly provenance: Provenance;
}

export interface SoundHalf {
  readonly network: Omit<SoundNetwork, 'file' | 'sha256'>;
  /** The ONNX file, as it was found. */
  readonly bytes: Uint8Array;
  readonly provenance: Provenance;
}

/** What the outputs of a network still need to be probabilities; `none` where it has seen to that itself. */
export type Activation = 'softmax' | 'sigmoid' | 'none';
