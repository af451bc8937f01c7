/** What the figures are of and how to make them again, and whether the test was clean. */
import type { Evaluation } from '../../evaluation.ts';
import type { LeakReport } from '../../leaks.ts';
import { count, counted, decimal, percent } from '../figures.ts';
import type { Row, Section, Table } from '../table.ts';
import { countsSentence } from './scores.ts';

/** So many leaks are listed. */
const mostLeaks = 50;

export function leaksSection({ leaks }: Evaluation): Section {
  return {
    id: 'leaks',
    title: 'What training and test have in common',
    paragraphs: [leaksSentence(leaks)],
    tables: leaks === null ? [] : leakTables(leaks),
  };
}

export function leaksSentence(leaks: LeakReport | null): string {
  if (leaks === null) return 'The model brings no list of what it was trained on, so nothing could be compared.';
  const { training, test } = leaks;
  return `${leaksFound(leaks)}. ${counted(test.pictures, 'picture')} and ${counted(test.sounds, 'sound')} of the test were compared with ${counted(training.pictures, 'picture')} and ${counted(training.sounds, 'sound')} of the training.`;
}

export function leaksFound({ ids, pictures, sounds }: LeakReport): string {
  if (ids.length + pictures.length + sounds.length === 0) return 'Nothing in common with the training was found';
  return `In common with the training: ${counted(ids.length, 'id')}, ${counted(pictures.length, 'picture')}, ${counted(sounds.length, 'sound')}`;
}

function leakTables({ ids, pictures, sounds }: LeakReport): Table[] {
  const found = [
    ...ids.map((id): Row => ({ cells: [id, id, 'id', '-'] })),
    ...pictures.map(({ test, training, distance }): Row => {
      return { cells: [test, training, 'picture', percent(distance)] };
    }),
    ...sounds.map(({ test, training, distance }): Row => ({ cells: [test, training, 'sound', percent(distance)] })),
  ];
  if (found.length === 0) return [];
  const rest = found.length - mostLeaks;
  return [
    {
      caption: `Alike by id, by the look of the picture or by the sound; "differs" in percent of the bits compared${rest > 0 ? `. ${counted(rest, 'more is', 'more are')} in report.json` : ''}.`,
      columns: ['test', 'training', 'alike', 'differs'],
      wordColumns: [1, 2],
      rows: found.slice(0, mostLeaks),
    },
  ];
}

export function originSection(evaluation: Evaluation): Section {
  const { protocol, model, command, skipped, counts } = evaluation;
  const facts: [string, string][] = [
    ['command', command],
    ['protocol', protocol.name],
    ['benchmark', `${protocol.title} (${protocol.benchmark})`],
    ['pairs', countsSentence(evaluation)],
    ['model', `${model.name} ${model.version}`],
    ['model sha256', model.sha256],
    ['data sha256', protocol.dataSha256],
    ...Object.entries(protocol.annotations).map(([file, sha256]): [string, string] => [`${file} sha256`, sha256]),
    ['seed', `${protocol.seed}`],
    ['threshold', protocol.threshold === null ? 'none' : decimal(protocol.threshold, 4)],
  ];
  const tables: Table[] = [
    {
      caption: 'The command makes these figures again.',
      columns: ['what', 'is'],
      wordColumns: [1],
      rows: facts.map((cells) => ({ cells })),
    },
  ];
  if (skipped.length > 0) {
    const rest = counts.missing + counts.unreadable - skipped.length;
    tables.push({
      caption: `Pairs that were not scored${rest > 0 ? `; ${count(rest)} more are in items.jsonl` : ''}.`,
      columns: ['pair', 'why'],
      wordColumns: [1],
      rows: skipped.map(({ id, problem }) => ({ cells: [id, problem] })),
    });
  }
  return { id: 'origin', title: 'Where the figures come from', paragraphs: protocol.notes, tables };
}
