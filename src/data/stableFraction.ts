/**
 * Chance that is the same everywhere: a number for a name. Splits and orders are made from it instead of from a running
 * generator, so that a pair's lot does not depend on the other pairs, on their order or on how often it was asked for.
 */
import { createHash } from 'node:crypto';

/**
 * Uniform in 0..1 (1 excluded), 48 bits: the head of the SHA-256 of the parts written as JSON.
 */
export function stableFraction(...parts: readonly (string | number)[]): number {
  return createHash('sha256').update(JSON.stringify(parts)).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** Sorts by such a number; equal ones, which hardly ever occur, by name. */
export function byFraction(
  a: { readonly fraction: number; readonly name: string },
  b: { readonly fraction: number; readonly name: string },
): number {
  return a.fraction - b.fraction || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
