/** What the study found, as Markdown, and its place in a page. */
import type { Marks } from '../markedPage.ts';
import { areaOf, interval, type Judgement, meanOverLabels, successOf } from './figures.ts';
import type { JudgedPair, PairScore } from './judge.ts';
import { lessons, type StudyResult, type StudySettings } from './study.ts';
import { batchSize, peakRate } from './trainPairs.ts';

/** Labels with fewer judged pairs say nothing by themselves, and have no part in the means, as in the model's card. */
const LEAST_PAIRS = 5;

const percent = (value: number): string => (100 * value).toFixed(1);
const signed = (value: number): string => `${value < 0 ? '-' : '+'}${percent(Math.abs(value))}`;
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

/** The value of each pair that is kept. */
function judge(
  pairs: readonly JudgedPair[],
  value: (index: number) => number,
  keeps: (pair: JudgedPair) => boolean = () => true,
): Judgement[] {
  return pairs.flatMap((pair, index) =>
    keeps(pair) ? [{ label: pair.label, group: pair.row.group, value: value(index) }] : [],
  );
}

const range = ([low, high]: readonly [number, number]): string => `${signed(low)} to ${signed(high)}`;

/** The pairs that count, with the scores of the centre prior and of every lesson beside them. */
interface Judged {
  readonly pairs: readonly JudgedPair[];
  readonly labels: readonly string[];
  readonly centre: readonly PairScore[];
  readonly taught: ReadonlyMap<string, readonly PairScore[]>;
}

function keepWellJudged({ pairs, centre, taught }: StudyResult): Judged {
  const labels = [...new Set(pairs.map(({ label }) => label))].filter(
    (label) => pairs.filter((pair) => pair.label === label).length >= LEAST_PAIRS,
  );
  const kept = pairs.flatMap((pair, index) => (labels.includes(pair.label) ? [index] : []));
  const pick = (scores: readonly PairScore[]): PairScore[] => kept.map((index) => scores[index]);
  return {
    pairs: kept.map((index) => pairs[index]),
    labels,
    centre: pick(centre),
    taught: new Map([...taught].map(([name, scores]) => [name, pick(scores)])),
  };
}

function objectiveTable({ pairs, centre, taught }: Judged, seed: number): string {
  const figures = (name: string, scores: readonly PairScore[]): string[] => {
    const mean = (value: (score: PairScore) => number, keeps?: (pair: JudgedPair) => boolean): string =>
      percent(meanOverLabels(judge(pairs, (index) => value(scores[index]), keeps)));
    const area = ({ iou }: PairScore): number => areaOf(iou);
    const gain = judge(pairs, (index) => area(scores[index]) - area(centre[index]));
    return [
      name,
      mean(area),
      scores === centre ? '' : range(interval(gain, seed)),
      mean(({ iou }) => successOf(iou)),
      mean(area, ({ isOneOfSeveral }) => isOneOfSeveral),
      scores === centre ? '' : mean(({ wrongIou }) => areaOf(wrongIou)),
    ];
  };
  const compared = lessons.filter(({ balance }) => balance === 0);
  return table(
    ['taught by', 'AUC', 'above the centre prior', 'success', 'AUC, several things', 'AUC, wrong sound'],
    [figures('centre prior', centre), ...compared.map(({ name }) => figures(name, taught.get(name)!))],
  );
}

/** A third of the labels each, those with the fewest things to learn from first. */
function thirds(result: StudyResult, labels: readonly string[]): readonly (readonly string[])[] {
  const byCount = labels.toSorted((a, b) => countOf(result, a) - countOf(result, b));
  const third = Math.ceil(byCount.length / 3);
  return [byCount.slice(0, third), byCount.slice(third, -third), byCount.slice(-third)];
}

function samplingTable({ pairs, taught }: Judged, groups: readonly (readonly string[])[], seed: number): string {
  const plain = taught.get('supervised, all boxes')!;
  const sampled = lessons.filter(({ objective, boxShare }) => objective === 'supervised' && boxShare === 1);
  return table(
    ['sampling', 'rare labels', 'middling', 'common', 'all labels', 'all pairs', 'gain of the rare labels'],
    sampled.map(({ name, balance }) => {
      const scores = taught.get(name)!;
      const area = (index: number): number => areaOf(scores[index].iou);
      const areas = (group: readonly string[]): Judgement[] => judge(pairs, area, ({ label }) => group.includes(label));
      const gain = judge(
        pairs,
        (index) => area(index) - areaOf(plain[index].iou),
        ({ label }) => groups[0].includes(label),
      );
      return [
        { 0: 'as the pairs come', 0.5: 'by the root of the count', 1: 'balanced' }[balance],
        ...groups.map((group) => percent(meanOverLabels(areas(group)))),
        percent(meanOverLabels(judge(pairs, area))),
        percent(pairs.reduce((mean, _, index) => mean + area(index) / pairs.length, 0)),
        scores === plain ? '' : range(interval(gain, seed)),
      ];
    }),
  );
}

/** Both tables and what they were made with. */
export function studyText(result: StudyResult, { seed, steps, fold }: StudySettings): string {
  const judged = keepWellJudged(result);
  const groups = thirds(result, judged.labels);
  const [rare] = groups;
  const things = [...result.thingsOf.values()].reduce((total, count) => total + count, 0);
  const pictures = new Set(judged.pairs.map(({ row: { id } }) => id)).size;
  const folds = [1, 2, 3, 4].filter((other) => other !== fold).join(', ');
  const sentences = [
    `Settings: seed ${seed}, ${steps} steps of ${batchSize} pairs, AdamW, peak rate ${peakRate}.`,
    `Taught with ${things} things in ${result.trainingPictures} pictures of folds ${folds};`,
    `judged on ${judged.pairs.length} pairs of ${judged.labels.length} labels in ${pictures} pictures of fold ${fold}.`,
    `The ${rare.length} rare labels have ${countOf(result, rare[0])} to ${countOf(result, rare.at(-1)!)} things to learn`,
    `from: ${rare.join('; ')}.`,
  ];
  return [objectiveTable(judged, seed), samplingTable(judged, groups, seed), sentences.join('\n')].join('\n\n');
}

const countOf = ({ thingsOf }: StudyResult, label: string): number => thingsOf.get(label) ?? 0;

/** Where the tables stand in the page. */
export const marks: Marks = { begin: '<!-- written by npm run study:objectives -->', end: '<!-- end -->' };
