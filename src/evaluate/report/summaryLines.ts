/** An evaluation in a screenful of the terminal: the few figures that matter, with their floors beside them. */
import type { Evaluation } from '../evaluation.ts';
import { decimal, isSaid, percent } from './figures.ts';
import { leaksFound } from './sections/origin.ts';
import { countsSentence, shortTable, verdict } from './sections/scores.ts';
import { textTable } from './textTable.ts';

/** Without colours and control characters. */
export function summaryLines(evaluation: Evaluation): string[] {
  const { correlation, negatives, leaks, protocol, model } = evaluation;
  const lines = [
    `${model.name} ${model.version} on ${protocol.title}`,
    countsSentence(evaluation),
    '',
    ...textTable(shortTable(evaluation), 'percent'),
    '',
    ...verdict(evaluation),
  ];
  if (isSaid(correlation.value)) {
    lines.push(`Maps under the own and a wrong sound correlate by ${decimal(correlation.value)}.`);
  }
  if (negatives !== null) lines.push(`F_LOC ${percent(negatives.fLoc)}, F_AUC ${percent(negatives.fAuc)}.`);
  if (leaks !== null) lines.push(`${leaksFound(leaks)}.`);
  return lines.map((line) => line.replace(/\p{Cc}+/gu, ' '));
}
