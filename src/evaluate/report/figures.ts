/**
 * Figures as text, the same in every report: shares 0..1 become percent with one decimal, what cannot be said (null, or
 * not finite) becomes "-".
 */
import type { Estimate } from '../evaluation.ts';

const nothing = '-';

/** `53.5`; the heading says that it is percent. */
export function percent(share: number | null | undefined): string {
  return isSaid(share) ? (100 * share).toFixed(1) : nothing;
}

/** `38.1 to 68.0`. */
export function interval({ low, high }: Estimate): string {
  return isSaid(low) && isSaid(high) ? `${percent(low)} to ${percent(high)}` : nothing;
}

/** `53.5 (38.1 to 68.0)`. */
export function withInterval(estimate: Estimate | undefined): string {
  if (!isSaid(estimate?.value)) return nothing;
  const range = interval(estimate);
  return range === nothing ? percent(estimate.value) : `${percent(estimate.value)} (${range})`;
}

/** A difference in percentage points, with its sign: `+11.6 (-2.1 to 25.3)`. */
export function difference(estimate: Estimate): string {
  const text = withInterval(estimate);
  return isSaid(estimate.value) && estimate.value > 0 ? `+${text}` : text;
}

/** `0.023`, `< 0.001`. */
export function probability(p: number | null): string {
  if (!isSaid(p)) return nothing;
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** A number that is no share: a correlation, a threshold, a consensus IoU. */
export function decimal(value: number | null | undefined, digits = 2): string {
  return isSaid(value) ? value.toFixed(digits) : nothing;
}

/** `12,400`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 pair`, `12,400 pairs`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function shareOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

/** The first digits of a checksum: enough to tell two apart by eye. */
export function shortSum(sha256: string): string {
  return sha256.slice(0, 12);
}

export function isSaid(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
