/** A picture as every other room sees it: upright, opaque, 8 bits a channel. */
export interface Picture {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** RGB, interleaved, row by row from the top left: length 3 * width * height. */
  readonly data: Uint8Array;
}

/** One number a pixel, row by row from the top left. Heat is 0..1 and is never stretched to its own maximum. */
export interface PixelMap {
  readonly width: number;
  readonly height: number;
  /** Length width * height. */
  readonly data: Float32Array;
}

/** A rectangle in pixels; the maximum is exclusive. */
export interface Box {
  readonly xmin: number;
  readonly ymin: number;
  readonly xmax: number;
  readonly ymax: number;
}
