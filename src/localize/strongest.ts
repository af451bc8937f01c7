/** The labels that a network is surest of. */
import { rounded } from './jsonNumbers.ts';

export interface Scored {
  readonly label: string;
  /** 0..1. */
  readonly score: number;
}

/** How many labels are named where nobody says how many. */
export const defaultTop = 5;

/** The `count` strongest, best first. */
export function strongest(scores: readonly Scored[], count: number): Scored[] {
  return scores
    .toSorted((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ label, score }) => ({ label, score: rounded(score) }));
}
