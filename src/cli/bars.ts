/** Labels with their scores, as bars that a terminal can show. */
import type { Scored } from '../localize/strongest.ts';
import { percent } from './numbers.ts';

const barCharacters = 24;

/** `  dog          ████████████████████       83 %` */
export function barLines(scores: readonly Scored[]): string[] {
  const width = Math.max(12, ...scores.map(({ label }) => label.length));
  return scores.map(({ label, score }) => `  ${label.padEnd(width)} ${bar(score)} ${percent(score)}`);
}

/** Filled in eighths of a character. */
function bar(score: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, score)) * barCharacters * 8);
  const last = eighths % 8 === 0 ? '' : '▏▎▍▌▋▊▉'[(eighths % 8) - 1];
  return ('█'.repeat(Math.floor(eighths / 8)) + last).padEnd(barCharacters);
}
