/**
 * Whether probabilities can be believed: of all that was said with 0.8, four in five should be so. Reliability bins and
 * the expected calibration error (Naeini et al., AAAI 2015).
 */
import { LookhearError } from '../errors.ts';

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

/**
 * @param binCount Unset: 10.
 * @returns bins of equal width, each with its lower end and without its upper (the last includes 1), and the expected
 *   calibration error: the mean distance of prediction and observation, weighted by count; null without predictions.
 *   Fails with INPUT_UNSUPPORTED where a prediction is not in 0..1.
 */
export function reliability(
  predictions: readonly Prediction[],
  binCount = 10,
): { readonly bins: readonly ReliabilityBin[]; readonly error: number | null } {
  const tallies = Array.from({ length: binCount }, () => ({ count: 0, predicted: 0, happened: 0 }));
  for (const { predicted, happened } of predictions) {
    if (!(predicted >= 0 && predicted <= 1)) {
      throw new LookhearError('INPUT_UNSUPPORTED', `Expected a probability from 0 to 1, got ${predicted}.`);
    }
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
