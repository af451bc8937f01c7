/** An evaluation in a screenful of the terminal: the few figures that matter, with their floors beside them. */
import type { Evaluation } from '../evaluation.ts';
import { decimal, percent } from './figures.ts';
import { leaksSentence } from './sections/origin.ts';
import { countsSentence, shortTable, verdict } from './sections/scores.ts';
import { titleOf } from './sections.ts';
import { textTable } from './textTable.ts';

/** Without colours and control characters. */
export function summaryLines(evaluation: Evaluation): string[] {
  const { correlation, negatives, leaks, protocol, model } = evaluation;
  const lines = [
    titleOf(evaluation),
    `${countsSentence(evaluation)}; ${protocol.name}, model ${model.version}, seed ${protocol.seed}`,
    '',
    ...textTable(shortTable(evaluation), 'percent'),
    '',
    ...verdict(evaluation),
  ];
  if (correlation.value !== null) {
    lines.push(`Maps under the own and a wrong sound correlate by ${decimal(correlation.value)}.`);
  }
  if (negatives !== null) lines.push(`F_LOC ${percent(negatives.fLoc)}, F_AUC ${percent(negatives.fAuc)}.`);
  if (leaks !== null) lines.push(`In common with the training: ${lowerFirst(leaksSentence(leaks))}`);
  return lines.map((line) => line.replace(/\p{Cc}+/gu, ' '));
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
