/**
 * The compact table of systems that a script places into README, card and docs: the model beside what it must be better
 * than, a figure for each rule.
 */
import type { Evaluation, SystemScores } from '../evaluation.ts';
import { count, percent, shareOf, shortSum, withInterval } from './figures.ts';
import { escapeMarkdown, markdownTable } from './markdownReport.ts';
import { leaksSentence } from './sections/origin.ts';
import { modelOf } from './sections/scores.ts';

const figures = [
  { rule: 'half_ez', measure: 'success', heading: 'success, half_ez' },
  { rule: 'align_adaptive', measure: 'auc', heading: 'AUC, align_adaptive' },
  { rule: 'universal', measure: 'meanCiou', heading: 'mean cIoU, universal' },
] as const;

/**
 * Markdown: the table, a line of answers, and one that says of what the figures are and which command made them. Percent;
 * intervals for the model alone.
 */
export function tableForDocs(evaluation: Evaluation): string {
  const { counts, protocol, model, command, leaks } = evaluation;
  const rules = modelOf(evaluation)?.rules ?? {};
  const shown = figures.filter(({ rule }) => rule !== 'universal' || rule in rules);
  const table = markdownTable({
    caption: '',
    columns: ['percent', ...shown.map(({ heading }) => heading)],
    rows: systemsOf(evaluation).map(({ name, kind, rules: scores }) => {
      const write = kind === 'model' ? withInterval : (estimate?: { value: number | null }) => percent(estimate?.value);
      return {
        cells: [name, ...shown.map(({ rule, measure }) => write(scores[rule]?.[measure]))],
        isMain: kind === 'model',
      };
    }),
  });
  const origin = `${count(counts.positives)} pairs of ${protocol.title} with a source in the picture; 95 % intervals in brackets; model ${model.name} ${model.version} (${shortSum(model.sha256)}). Made by`;
  return [
    table,
    ...[answersLine(evaluation), leaks === null ? '' : leaksSentence(leaks)]
      .filter((line) => line !== '')
      .map(escapeMarkdown),
    `${escapeMarkdown(origin)} ${codeSpan(command)}.`,
  ].join('\n\n');
}

/** Of the centred squares only the best, that is, the hardest to beat. */
function systemsOf({ systems }: Evaluation): SystemScores[] {
  const named = (name: string): SystemScores[] => systems.filter((system) => system.name === name);
  const auc = ({ rules }: SystemScores): number => rules.align_adaptive?.auc.value ?? -1;
  const squares = systems.filter(({ name }) => name.startsWith('centred square')).sort((a, b) => auc(b) - auc(a));
  return [
    ...systems.filter(({ kind }) => kind === 'model'),
    ...['wrong sound', 'picture only', 'centre Gaussian'].flatMap(named),
    ...squares.slice(0, 1),
    ...systems.filter(({ kind }) => kind === 'ceiling'),
  ];
}

function answersLine({ answers, negatives }: Evaluation): string {
  const shares = answers.map(({ condition, count: looks, here }) => `${condition} ${percent(shareOf(here, looks))}`);
  const answered = shares.length === 0 ? '' : `Answered "here", in percent: ${shares.join(', ')}.`;
  const combined = negatives === null ? '' : `F_LOC ${percent(negatives.fLoc)}, F_AUC ${percent(negatives.fAuc)}.`;
  return [answered, combined].filter((part) => part !== '').join(' ');
}

/** Fenced by more backticks than stand in it. */
function codeSpan(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, ' ');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}
