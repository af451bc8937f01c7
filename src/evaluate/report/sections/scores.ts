/** The scores of the model beside what it must be better than. */
import type { Estimate, Evaluation, PairedDifference, SystemScores } from '../../evaluation.ts';
import {
  count,
  counted,
  decimal,
  difference,
  interval,
  isSaid,
  percent,
  probability,
  shareOf,
  withInterval,
} from '../figures.ts';
import type { Section, Table } from '../table.ts';
import { kindMeanings, meaningOfRule } from '../words.ts';

/** The rules under which the model stands beside others, in the order of the report. */
const comparedRules = ['half_ez', 'align_adaptive', 'universal'];

export function modelOf({ systems }: Evaluation): SystemScores | undefined {
  return systems.find(({ kind }) => kind === 'model');
}

export function rulesOf(evaluation: Evaluation): { readonly compared: string[]; readonly others: string[] } {
  const rules = Object.keys(modelOf(evaluation)?.rules ?? {});
  return {
    compared: comparedRules.filter((rule) => rules.includes(rule)),
    others: rules.filter((rule) => !comparedRules.includes(rule)),
  };
}

/** Those of the short table: what one wants to see first beside the model. */
export const rivals = [
  { system: 'wrong sound', heading: 'wrong sound' },
  { system: 'picture only', heading: 'picture only' },
  { system: 'centre Gaussian', heading: 'centre' },
] as const;

export interface ShortFigure {
  readonly name: string;
  readonly own: Estimate;
  /** In the order of `rivals`; null where there is none. */
  readonly rivals: readonly (number | null)[];
}

/** The few figures that matter, each beside its controls and floor. */
export function shortFigures(evaluation: Evaluation): ShortFigure[] {
  const { systems, answers } = evaluation;
  const others = rivals.map(({ system }) => systems.find(({ name }) => name === system));
  const scores = Object.entries(modelOf(evaluation)?.rules ?? {})
    .filter(([rule]) => comparedRules.includes(rule))
    .flatMap(([rule, own]) =>
      (['success', 'auc'] as const).map((measure) => ({
        name: `${measureNames[measure]}, ${rule}`,
        own: own[measure],
        rivals: others.map((other) => other?.rules[rule]?.[measure].value ?? null),
      })),
    );
  const answered = (condition: string): number | null => {
    const counts = answers.find((entry) => entry.condition === condition);
    return counts ? shareOf(counts.here, counts.count) : null;
  };
  if (answers.length === 0) return scores;
  const own = { value: answered('own sound'), low: null, high: null };
  return [...scores, { name: 'answered "here"', own, rivals: [answered('wrong sound'), null, null] }];
}

export function shortTable(evaluation: Evaluation): Table {
  return {
    caption: 'In percent. What stands to the right of the interval is what the model must be better than.',
    columns: ['', 'own sound', '95 %', ...rivals.map(({ heading }) => heading)],
    rows: shortFigures(evaluation).map(({ name, own, rivals: others }) => ({
      cells: [name, percent(own.value), interval(own), ...others.map(percent)],
    })),
  };
}

export const measureNames = { success: 'success', auc: 'AUC' } as const;

export function shortSection(evaluation: Evaluation): Section {
  return {
    id: 'short',
    title: 'In short',
    paragraphs: [verdict(evaluation).join(' ')],
    tables: [shortTable(evaluation)],
  };
}

/** Whether the model is better than the centre and than itself with a wrong sound: a sentence for each. */
export function verdict({ counts, differences }: Evaluation): string[] {
  if (counts.positives === 0)
    return ['No pair with a source in the picture was scored, so nothing can be said of places.'];
  const sentences = ['centre Gaussian', 'wrong sound'].flatMap((against) => {
    const found = differences.find(
      (entry) => entry.against === against && entry.rule === 'align_adaptive' && entry.measure === 'auc',
    );
    if (!isSaid(found?.difference.value)) return [];
    return `${sureness(found)} ${against === 'wrong sound' ? 'the same model with a wrong sound' : 'a spot in the middle of the picture'}: AUC ${difference(found.difference)} points under align_adaptive, p ${probability(found.p)}.`;
  });
  return sentences;
}

function sureness({ difference: { low, high } }: PairedDifference): string {
  if (low !== null && low > 0) return 'Better than';
  if (high !== null && high < 0) return 'Worse than';
  return 'Not surely other than';
}

export function systemsSection(evaluation: Evaluation): Section {
  const { compared, others } = rulesOf(evaluation);
  const tables = compared.map((rule) => systemsTable(evaluation, rule));
  const model = modelOf(evaluation);
  if (model && others.length > 0) tables.push(otherRules(model, others));
  return {
    id: 'systems',
    title: 'Scores beside floors',
    paragraphs: model
      ? [
          'Each rule decides otherwise which pixels of a map count as the answer, so scores compare only under one rule.',
          `${kindsOf(evaluation).join(' ')}`,
        ]
      : ['No pair with a source in the picture was scored.'],
    tables,
  };
}

function kindsOf({ systems }: Evaluation): string[] {
  return [...new Set(systems.map(({ kind }) => kind))].map((kind) => `A ${kind} is ${kindMeanings[kind]}.`);
}

function systemsTable({ systems }: Evaluation, rule: string): Table {
  const shown = systems.filter(({ rules }) => rule in rules);
  return {
    caption: `${rule}: ${meaningOfRule(rule)}. In percent.`,
    columns: ['system', 'success', 'AUC', 'mean cIoU', 'pairs', 'kind'],
    wordColumns: [5],
    rows: shown.map(({ name, kind, count: pairs, rules }) => {
      const { success, auc, meanCiou } = rules[rule];
      return {
        cells: [name, withInterval(success), withInterval(auc), withInterval(meanCiou), count(pairs), kind],
        isMain: kind === 'model',
      };
    }),
  };
}

function otherRules({ rules }: SystemScores, names: readonly string[]): Table {
  return {
    caption: 'The model under the other rules of the field, for comparison with what others published. In percent.',
    columns: ['rule', 'success', 'AUC', 'mean cIoU', 'what counts'],
    wordColumns: [4],
    rows: names.map((rule) => {
      const { success, auc, meanCiou } = rules[rule];
      return {
        cells: [rule, withInterval(success), withInterval(auc), withInterval(meanCiou), meaningOfRule(rule)],
      };
    }),
  };
}

export function differencesSection(evaluation: Evaluation): Section {
  const { differences, correlation } = evaluation;
  const rules = [...new Set(differences.map(({ rule }) => rule))];
  const tables = rules.map((rule): Table => {
    const rows = differences.filter((entry) => entry.rule === rule);
    const of = (against: string, measure: PairedDifference['measure']): readonly [string, string] => {
      const found = rows.find((entry) => entry.against === against && entry.measure === measure);
      return found ? [difference(found.difference), probability(found.p)] : ['-', '-'];
    };
    return {
      caption: `${rule}: the model with its own sounds less each other, pair by pair, in percentage points.`,
      columns: ['less', 'success', 'p', 'AUC', 'p', 'pairs'],
      rows: [...new Set(rows.map(({ against }) => against))].map((against) => {
        const pairs = rows.find((entry) => entry.against === against)!.count;
        return { cells: [against, ...of(against, 'success'), ...of(against, 'auc'), count(pairs)] };
      }),
    };
  });
  const { value, low, high } = correlation;
  const range = isSaid(low) && isSaid(high) ? ` (${decimal(low)} to ${decimal(high)})` : '';
  return {
    id: 'differences',
    title: 'Differences, pair by pair',
    paragraphs: !isSaid(value)
      ? []
      : [
          `The map under the own sound and under a wrong one correlate by ${decimal(value)}${range}: 1 would say that the model does not listen, 0 that its maps have nothing in common.`,
        ],
    tables,
  };
}

/** `43 of 45 pairs scored (40 with a source in the picture, 3 without), 2 missing, 0 unreadable`. */
export function countsSentence({ counts }: Evaluation): string {
  const { items, scored, positives, negatives, missing, unreadable } = counts;
  return `${count(scored)} of ${counted(items, 'pair')} scored (${count(positives)} with a source in the picture, ${count(negatives)} without), ${count(missing)} missing, ${count(unreadable)} unreadable`;
}
