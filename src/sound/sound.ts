/** A sound as every other room sees it: one channel of samples in time order. */
export interface Sound {
  /** Samples per second, in hertz. */
  readonly sampleRate: number;
  /** Mono samples; full scale is -1..1, larger values are allowed. Always finite. */
  readonly samples: Float32Array;
}

/** A stretch of sound as decoders give it, before it is mixed and resampled. */
export interface SoundBlock {
  /** Hertz. */
  readonly sampleRate: number;
  /** One array a channel, all of equal length. */
  readonly channels: readonly Float32Array[];
  /** Samples of one channel in the whole sound, where the file says so; a promise that the decoder checks. */
  readonly total?: number;
}
