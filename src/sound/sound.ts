/** A sound as every other room sees it: one channel of samples in time order. */
export interface Sound {
  /** Samples per second, in hertz. */
  readonly sampleRate: number;
  /** Mono samples; full scale is -1..1, larger values are allowed. Always finite. */
  readonly samples: Float32Array;
}
