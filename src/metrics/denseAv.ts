/**
 * DenseAV's segmentation scores (Hamilton et al., CVPR 2024; METRICS section 10). They choose the threshold that suits
 * the ground truth best, so they say what a map could be cut to, not what a program would answer: an oracle, and named so.
 * Maps are taken together: stretched to 0..1 over the whole batch, all pixels of a class pooled.
 */

const thresholdCount = 20;

/**
 * Best intersection by union over 20 thresholds from the least to the largest value, strictly above each.
 * @param values Pooled pixels. @param mask Not 0 on the thing, of the same length.
 */
export function oracleIou(values: Float32Array, mask: ArrayLike<number>): number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const step = Math.fround(Math.fround(high - low) / (thresholdCount - 1));
  let best = 0;
  for (let index = 0; index < thresholdCount; index++) {
    // torch.linspace counts its second half from the end, in float32.
    const threshold =
      index < thresholdCount / 2
        ? Math.fround(low + Math.fround(step * index))
        : Math.fround(high - Math.fround(step * (thresholdCount - 1 - index)));
    best = Math.max(best, iouAbove(values, mask, threshold));
  }
  return best;
}

/** Intersection by union of what lies above 0; 1 where nothing is predicted and nothing there. */
export function iouAboveZero(values: Float32Array, mask: ArrayLike<number>): number {
  return iouAbove(values, mask, 0);
}

/** Mean over classes of the best intersection by union. */
export function oracleMeanIou(
  classes: readonly { readonly values: Float32Array; readonly mask: ArrayLike<number> }[],
): number {
  return classes.reduce((sum, { values, mask }) => sum + oracleIou(values, mask), 0) / classes.length;
}

/**
 * Pixel average precision: sum over distinct values, the largest first, of precision times the gain in recall, as
 * scikit-learn's average_precision_score. NaN where no pixel is on the thing (scikit-learn says 0 and warns).
 */
export function pixelAveragePrecision(values: Float32Array, mask: ArrayLike<number>): number {
  const order = Uint32Array.from(values, (_, index) => index).sort((a, b) => values[b] - values[a]);
  const total = order.reduce((count, pixel) => count + (mask[pixel] !== 0 ? 1 : 0), 0);
  let [hits, gained, area] = [0, 0, 0];
  for (let place = 0; place < order.length; place++) {
    if (mask[order[place]] !== 0) {
      hits++;
      gained++;
    }
    const isLastOfValue = place + 1 === order.length || values[order[place + 1]] !== values[order[place]];
    if (!isLastOfValue) continue;
    area += (hits / (place + 1)) * gained;
    gained = 0;
  }
  return total === 0 ? Number.NaN : area / total;
}

function iouAbove(values: Float32Array, mask: ArrayLike<number>, threshold: number): number {
  let [both, either] = [0, 0];
  for (let pixel = 0; pixel < values.length; pixel++) {
    const isPredicted = values[pixel] > threshold;
    const isTrue = mask[pixel] !== 0;
    if (isPredicted && isTrue) both++;
    if (isPredicted || isTrue) either++;
  }
  return either === 0 ? 1 : both / either;
}
