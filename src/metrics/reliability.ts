/**
 * Whether probabilities can be believed: of all that was said with 0.8, four in five should be so. Reliability bins and
 * the expected calibration error (Naeini et al., AAAI 2015).
 */

export interface Prediction {
  /** 0..1. */
  readonly predicted: number;
  readonly happened: boolean;
}

export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean prediction; null in an empty bin. */
  readonly predicted: number | null;
  /** Share that happened; null in an empty bin. */
  readonly observed: number | null;
}

const binCount = 10;

/** @returns ten bins of equal width (the last includes 1), and the mean distance of the two, weighted by count */
export function reliability(predictions: readonly Prediction[]): {
  readonly bins: readonly ReliabilityBin[];
  readonly error: number | null;
} {
  const tallies = Array.from({ length: binCount }, () => ({ count: 0, predicted: 0, happened: 0 }));
  for (const { predicted, happened } of predictions) {
    const tally = tallies[Math.min(binCount - 1, Math.floor(predicted * binCount))];
    tally.count++;
    tally.predicted += predicted;
    if (happened) tally.happened++;
  }
  const bins = tallies.map(({ count, predicted, happened }, index) => ({
    from: index / binCount,
    to: (index + 1) / binCount,
    count,
    predicted: count === 0 ? null : predicted / count,
    observed: count === 0 ? null : happened / count,
  }));
  const distance = tallies.reduce((sum, { predicted, happened }) => sum + Math.abs(predicted - happened), 0);
  return { bins, error: predictions.length === 0 ? null : distance / predictions.length };
}
