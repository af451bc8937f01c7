/**
 * Mel bands: triangles, evenly spaced on the HTK mel scale 1127 ln(1 + f/700) and straight on that scale too, peak 1,
 * not normalised by area. The VGGish reference and Kaldi build their matrices this way. A triangle touches few bins, so
 * only those are kept.
 */

export interface MelBands {
  /** For each band, the first bin that counts. */
  readonly first: Int32Array;
  /** For each band, where its weights begin in `weights`; one entry more than bands. */
  readonly start: Int32Array;
  /** The weights of all bands, one after another. */
  readonly weights: Float64Array;
}

export interface MelOptions {
  /** Hertz. */
  readonly sampleRate: number;
  readonly fftLength: number;
  readonly bands: number;
  /** Lower edge of the lowest triangle and upper edge of the highest, hertz. */
  readonly lowest: number;
  readonly highest: number;
}

export function melBands({ sampleRate, fftLength, bands, lowest, highest }: MelOptions): MelBands {
  const first = new Int32Array(bands);
  const start = new Int32Array(bands + 1);
  const weights: number[] = [];
  const step = (mel(highest) - mel(lowest)) / (bands + 1);
  for (let band = 0; band < bands; band++) {
    const centre = mel(lowest) + step * (band + 1);
    start[band] = weights.length;
    // Bin 0 is the offset of the recording, which no one hears: both references leave it out.
    for (let bin = 1; bin <= fftLength / 2; bin++) {
      const weight = 1 - Math.abs(mel((bin * sampleRate) / fftLength) - centre) / step;
      if (weight <= 0) continue;
      if (weights.length === start[band]) first[band] = bin;
      weights.push(weight);
    }
  }
  start[bands] = weights.length;
  return { first, start, weights: Float64Array.from(weights) };
}

/** Sums a spectrum (bins 0..fftLength / 2) into bands: one number a band into `row`. */
export function sumBands(spectrum: Float64Array, { first, start, weights }: MelBands, row: Float64Array): void {
  for (let band = 0; band < row.length; band++) {
    const skip = first[band] - start[band];
    let sum = 0;
    for (let w = start[band]; w < start[band + 1]; w++) sum += weights[w] * spectrum[w + skip];
    row[band] = sum;
  }
}

function mel(hertz: number): number {
  return 1127 * Math.log1p(hertz / 700);
}
