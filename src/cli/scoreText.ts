/** The scores of `lookhear score` as a table for people, in percent as the papers have them. */
import type { CiouTally } from '../metrics/consensusIou.ts';
import { count } from './progress.ts';
import type { Scores } from './scoresJson.ts';

/** So many ids are named; JSON names all. */
const mostNamed = 5;

export function scoreLines(scores: Scores): string[] {
  const { rules, floors, ceiling, withoutSource, missing, unreadable } = scores;
  const row = (name: string, own: CiouTally | undefined, ...others: (CiouTally | undefined)[]): string => {
    const cells = [own, ...others].flatMap((tally) => {
      const { success, auc, meanCiou } = tally?.scores() ?? { success: NaN, auc: NaN, meanCiou: NaN };
      return tally === own ? [success, auc, meanCiou] : [success, auc];
    });
    return [name.padEnd(16), ...cells.map((value) => cell(Number.isNaN(value) ? '-' : (100 * value).toFixed(2)))].join(
      '',
    );
  };
  const heading = ['rule'.padEnd(16), ...['success', 'auc', 'mean', 'success', 'auc', 'success', 'auc'].map(cell)];
  const table =
    rules.size === 0
      ? []
      : [
          `${' '.repeat(16 + 27)}${'centre Gaussian'.padStart(18)}${'whole picture'.padStart(18)}`,
          heading.join(''),
          ...[...rules].map(([name, tally]) =>
            row(name, tally, floors['centre Gaussian'].get(name), floors['whole picture'].get(name)),
          ),
          row('at best, by half', ceiling),
        ];
  return [
    `${count(ceiling.count)} maps scored, figures in percent`,
    ...(withoutSource > 0 ? [`${count(withoutSource)} of them have nothing annotated: they count as misses`] : []),
    ...(table.length > 0 ? ['', ...table] : []),
    ...namedLines('missing', missing),
    ...namedLines(
      'unreadable',
      unreadable.map(({ problem }) => problem),
    ),
  ];
}

const cell = (text: string): string => text.padStart(9);

function namedLines(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length > mostNamed ? [`  and ${count(names.length - mostNamed)} more`] : [];
  return ['', `${count(names.length)} ${what}:`, ...names.slice(0, mostNamed).map((name) => `  ${name}`), ...more];
}
