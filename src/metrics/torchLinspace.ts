/**
 * The thresholds that AVSBench's and DenseAV's evaluators ask PyTorch for, to the last bit: a value that lies on one must
 * fall on the same side. PyTorch fills eight lanes of float32 at a time, two by two, each from its first value up, and
 * the rest one by one; the second half is counted from the end (version 1.13 on a processor with AVX2; elsewhere the last
 * bit of some values differs).
 */
const { fround } = Math;

const lanes = 8;

/** torch.linspace(start, end, count) in float32. */
export function torchLinspace(start: number, end: number, count: number): Float32Array {
  const [first, last] = [fround(start), fround(end)];
  const step = fround(fround(last - first) / (count - 1));
  const inLanes = count - (count % (2 * lanes));
  // The products are exact in float64, so that rounding the sum is what a fused multiply-add does.
  const alone = (index: number): number =>
    fround(index < count >> 1 ? first + step * index : last - step * (count - 1 - index));
  return Float32Array.from({ length: count }, (_, index) => {
    if (index >= inLanes) return alone(index);
    const lane = index % lanes;
    return fround(alone(index - lane) + fround(step * lane));
  });
}
