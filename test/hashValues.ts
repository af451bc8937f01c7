/**
 * Values made from a name alone, by a rule of 32-bit integers that any language computes alike; so that neither inputs
 * nor weights need to be stored beside expected results. scripts/fixtures/pytorch.py has the same rule.
 */

/** Uniform in low..high, `count` of them. */
export function hashValues(name: string, count: number, low = -1, high = 1): Float32Array {
  const key = keyOf(name);
  return Float32Array.from({ length: count }, (_, index) => low + (high - low) * (mixed(index, key) >>> 8) * 2 ** -24);
}

/** FNV-1a. */
export function keyOf(name: string): number {
  let key = 2166136261;
  for (const byte of new TextEncoder().encode(name)) key = Math.imul(key ^ byte, 16777619);
  return key >>> 0;
}

/** 32 bits that look random. */
export function mixed(index: number, key: number): number {
  let x = (Math.imul(index, 0x9e3779b1) + key) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
