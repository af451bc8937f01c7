/**
 * Values made from a name alone, by a rule of 32-bit integers that any language computes alike; so that neither inputs
 * nor weights need to be stored beside expected results. scripts/fixtures/pytorch.py has the same rule.
 */

/** Uniform in low..high, `count` of them. */
export function hashValues(name: string, count: number, low = -1, high = 1): Float32Array {
  let key = 2166136261;
  for (const byte of new TextEncoder().encode(name)) key = Math.imul(key ^ byte, 16777619);
  return Float32Array.from({ length: count }, (_, index) => {
    let mixed = (Math.imul(index, 0x9e3779b1) + key) | 0;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
    mixed ^= mixed >>> 16;
    return low + (high - low) * (mixed >>> 8) * 2 ** -24;
  });
}
