/** Where the model does well and where not: by size, number of sources and class, and what it heard. */
import type { Evaluation, GroupScores } from '../../evaluation.ts';
import { count, counted, decimal, percent } from '../figures.ts';
import type { Section, Table } from '../table.ts';
import { reasonMeanings } from '../words.ts';

export function groupsSection({ sizes, sources, misses }: Evaluation): Section {
  const tables: Table[] = [];
  if (sizes.length > 0) {
    tables.push(
      groupTable(
        'size',
        sizes,
        'By the area of the source in pixels of 224 x 224: small below 32², medium below 96², large below 144², huge above.',
      ),
    );
  }
  if (sources.length > 0) tables.push(groupTable('sources', sources, 'One source in the picture against several.'));
  if (misses.length > 0) tables.push(missesTable(misses));
  return {
    id: 'groups',
    title: 'By size and number of sources, and what was missed',
    paragraphs: tables.length > 0 ? [] : ['No pair with a source in the picture was scored.'],
    tables,
  };
}

export function classesSection({ classes }: Evaluation): Section {
  return {
    id: 'classes',
    title: 'By class',
    paragraphs: classes.length > 0 ? [] : ['The benchmark names no classes.'],
    tables: classes.length > 0 ? [groupTable('class', classes, 'The most frequent first.')] : [],
  };
}

function missesTable(misses: Evaluation['misses']): Table {
  return {
    caption:
      'Sources with a cIoU below 0.5 under align_adaptive, by why, as far as the evidence of the model itself says.',
    columns: ['why', 'pairs'],
    rows: misses.map(({ reason, count: pairs }) => ({ cells: [`${reason}: ${reasonMeanings[reason]}`, count(pairs)] })),
  };
}

function groupTable(what: string, groups: readonly GroupScores[], caption: string): Table {
  return {
    caption: `${caption} Under align_adaptive, in percent; "centre" is the Gaussian in the middle of the picture.`,
    columns: [what, 'pairs', 'success', 'centre', 'AUC', 'centre'],
    rows: groups.map(({ name, count: pairs, success, centreSuccess, auc, centreAuc }) => ({
      cells: [name, count(pairs), ...[success, centreSuccess, auc, centreAuc].map(percent)],
    })),
  };
}

/** So many confusions are listed. */
const mostConfusions = 20;

/** The most frequent wrong names; HTML shows the whole of it as well. */
export function confusionSection({ confusion: { rows, columns, counts } }: Evaluation): Section {
  const confusions = rows
    .flatMap((label, row) => columns.map((heard, column) => ({ label, heard, times: counts[row][column] })))
    .filter(({ label, heard, times }) => times > 0 && label !== heard)
    .sort((a, b) => b.times - a.times);
  const totals = new Map(rows.map((label, row) => [label, counts[row].reduce((sum, times) => sum + times, 0)]));
  const rest = confusions.length - mostConfusions;
  return {
    id: 'confusion',
    title: 'What was heard',
    paragraphs: rows.length > 0 ? [] : ['The benchmark names no classes, so it cannot be said what was heard wrongly.'],
    tables:
      confusions.length === 0
        ? []
        : [
            {
              caption: `What was heard most where something of another name sounds, the most frequent first${rest > 0 ? `; ${counted(rest, 'rarer one')} left out` : ''}. Names of the benchmark and of the model may say the same in other words.`,
              columns: ['sounds', 'heard', 'times', 'of'],
              wordColumns: [1],
              rows: confusions.slice(0, mostConfusions).map(({ label, heard, times }) => ({
                cells: [label, heard, count(times), count(totals.get(label)!)],
              })),
            },
          ],
  };
}

export const galleryGroups = [
  { key: 'positive', title: 'Positive: found', meaning: 'cIoU of 0.5 or more' },
  { key: 'moderate', title: 'Moderate: roughly', meaning: 'cIoU of 0.25 to 0.5' },
  { key: 'negative', title: 'Negative: not found', meaning: 'cIoU below 0.25, with the reason' },
] as const;

export function gallerySection({ gallery }: Evaluation): Section {
  const tables = galleryGroups
    .filter(({ key }) => gallery[key].length > 0)
    .map(({ key, title, meaning }): Table => {
      return {
        caption: `${title} (${meaning}).`,
        columns: ['pair', 'sounds', 'heard', 'answer', 'cIoU', ...(key === 'negative' ? ['why'] : [])],
        wordColumns: [1, 2, 3, 5],
        rows: gallery[key].map(({ id, label, heard, answer, ciou, reason }) => ({
          cells: [
            id,
            label ?? '-',
            heard ?? '-',
            answer,
            decimal(ciou),
            ...(key === 'negative' ? [reason ?? '-'] : []),
          ],
        })),
      };
    });
  return {
    id: 'gallery',
    title: 'Examples',
    paragraphs:
      tables.length > 0
        ? ['Drawn by lot, not by beauty. cIoU is that under align_adaptive.']
        : ['No pair with a source in the picture was scored.'],
    tables,
  };
}
