/** What a model's training and a test set have in common, if anything. */

export interface LeakReport {
  /** Pictures and sounds of the training that were compared. */
  readonly training: { readonly pictures: number; readonly sounds: number };
  readonly test: { readonly pictures: number; readonly sounds: number };
  readonly ids: readonly string[];
  /** Near duplicates by perceptual hash or fingerprint; `distance` in differing bits, as a share of all. */
  readonly pictures: readonly { readonly test: string; readonly training: string; readonly distance: number }[];
  readonly sounds: readonly { readonly test: string; readonly training: string; readonly distance: number }[];
}
