/** The compact table of systems that a script places into README, card and docs. */
import type { Evaluation } from '../evaluation.ts';
import { count, shortSum, withInterval } from './figures.ts';
import { escapeMarkdown, markdownTable } from './markdownReport.ts';
import { measureNames, rulesOf } from './sections/scores.ts';

/** Markdown: the table, and a line that says of what it is and which command made it. */
export function tableForDocs(evaluation: Evaluation): string {
  const { systems, counts, protocol, model, command } = evaluation;
  const { compared } = rulesOf(evaluation);
  const figures = compared.flatMap((rule) => (['success', 'auc'] as const).map((measure) => ({ rule, measure })));
  const table = markdownTable({
    caption: '',
    columns: ['percent', ...figures.map(({ rule, measure }) => `${measureNames[measure]}, ${rule}`)],
    rows: systems.map(({ name, kind, rules }) => ({
      cells: [name, ...figures.map(({ rule, measure }) => withInterval(rules[rule]?.[measure]))],
      isMain: kind === 'model',
    })),
  });
  const origin = `${count(counts.positives)} pairs of ${protocol.title} with a source in the picture; 95 % intervals in brackets; model ${model.name} ${model.version} (${shortSum(model.sha256)}). Made by`;
  return `${table}\n\n${escapeMarkdown(origin)} ${codeSpan(command)}.`;
}

/** Fenced by more backticks than stand in it. */
function codeSpan(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, ' ');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}
