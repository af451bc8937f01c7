/** What the study found: numbers for programs, and Markdown made of the same numbers for docs/composed.md. */

import type { Marks } from '../markedPage.ts';
import { areaOf, interval, meanOverLabels } from '../objectivesStudy/figures.ts';
import type { MapScore } from '../scoreBoxes.ts';
import { type Figures, figuresOf, type Method, methods, type Verdict } from './judge.ts';
import type { Judgement, StudyResult, StudySettings } from './study.ts';
import { trainingSteps } from './trainDense.ts';

interface Row extends Figures {
  readonly map: string;
}

/** A difference of mean areas, and the range that holds 95 % of it when scenes are drawn anew. */
interface Difference {
  readonly of: string;
  readonly auc: number;
  readonly interval: readonly [number, number];
}

interface Answers {
  readonly model: string;
  readonly sound: 'own' | 'wrong';
  readonly here: number;
  readonly unsure: number;
  readonly absent: number;
  readonly silent: number;
}

interface Part {
  readonly pairs: number;
  readonly scenes: number;
  readonly rows: readonly Row[];
  /** Areas of every training, for the spread. */
  readonly trainedAucs: readonly number[];
  readonly differences: readonly Difference[];
  readonly kinds: readonly {
    readonly kind: string;
    readonly pairs: number;
    readonly composed: number;
    readonly trained: number;
    readonly centre: number;
  }[];
}

export interface StudyNumbers {
  readonly schema: 'lookhear/composed-study@1';
  readonly settings: Pick<StudySettings, 'pictures' | 'clips' | 'trainings'>;
  readonly relation: StudyResult['relation'];
  readonly learnt: StudyResult['learnt'];
  readonly hearsMostly: StudyResult['hearsMostly'];
  readonly real: Part;
  readonly watched: Part;
  readonly answers: readonly Answers[];
}

/** Areas and shares are 0..1. */
export function studyNumbers(result: StudyResult, settings: StudySettings): StudyNumbers {
  const { real, watched, beside, relation, learnt, hearsMostly } = result;
  const ofBeside: Row = {
    map: `the model \`${beside.name}\`, its own sound`,
    ...figuresOf(beside.verdict.scores['its own sound'].flat()),
  };
  const part = partOf(real);
  return {
    schema: 'lookhear/composed-study@1',
    settings: { pictures: settings.pictures, clips: settings.clips, trainings: settings.trainings },
    relation,
    learnt,
    hearsMostly,
    real: { ...part, rows: [...part.rows, ofBeside] },
    watched: partOf(watched),
    answers: [
      ...answersOf('joined', [real.composed]),
      ...answersOf('dense layer trained', real.trained),
      ...answersOf(beside.name, [beside.verdict]),
    ],
  };
}

function partOf({ pairs, centre, bestSight, composed, trained }: Judgement): Part {
  const rows: Row[] = [
    ...methods
      .filter((method) => method !== 'silence')
      .map((method) => ({ map: `joined, ${method}`, ...figuresOf(composed.scores[method].flat()) })),
    ...methods
      .filter((method) => method !== 'silence')
      .map((method) => ({ map: `dense layer trained, ${method}`, ...meanFigures(trained, method) })),
    { map: 'silence: an empty map', ...figuresOf(composed.scores.silence.flat()) },
    { map: 'a bump in the centre', ...figuresOf(centre) },
    { map: 'the best of the 150 sights, if one knew which', ...figuresOf(bestSight) },
  ];
  const areas = (scores: readonly (readonly MapScore[])[]): number[] =>
    scores.map((of) => of.reduce((total, { align_adaptive }) => total + areaOf(align_adaptive), 0) / of.length);
  const trainedAreas = (method: Method): number[] => meanOfEach(trained.map(({ scores }) => areas(scores[method])));
  const own = areas(composed.scores['its own sound']);
  const centreAreas = areas(centre.map((score) => [score]));
  const difference = (of: string, a: readonly number[], b: readonly number[]): Difference => {
    const judgements = pairs.map(({ scene }, index) => ({ label: 'all', group: scene, value: a[index] - b[index] }));
    return { of, auc: meanOverLabels(judgements), interval: interval(judgements, 1) };
  };
  return {
    pairs: pairs.length,
    scenes: new Set(pairs.map(({ scene }) => scene)).size,
    rows,
    trainedAucs: trained.map(({ scores }) => figuresOf(scores['its own sound'].flat()).auc),
    differences: [
      difference('joined: its own sound - a wrong sound', own, areas(composed.scores['a wrong sound'])),
      difference('joined: its own sound - picture only', own, areas(composed.scores['no sound: picture only'])),
      difference('joined - centre', own, centreAreas),
      difference('dense layer trained - joined', trainedAreas('its own sound'), own),
      difference(
        'dense layer trained: its own sound - a wrong sound',
        trainedAreas('its own sound'),
        trainedAreas('a wrong sound'),
      ),
      difference('dense layer trained - centre', trainedAreas('its own sound'), centreAreas),
    ],
    kinds: [...new Set(pairs.map(({ kind }) => kind))].sort().map((kind) => {
      const places = pairs.flatMap((pair, index) => (pair.kind === kind ? [index] : []));
      const meanAt = (values: readonly number[]): number =>
        places.reduce((total, place) => total + values[place], 0) / places.length;
      return {
        kind,
        pairs: places.length,
        composed: meanAt(own),
        trained: meanAt(trainedAreas('its own sound')),
        centre: meanAt(centreAreas),
      };
    }),
  };
}

/** The mean over several trainings, item by item. */
function meanOfEach(lists: readonly (readonly number[])[]): number[] {
  return lists[0].map((_, index) => lists.reduce((total, list) => total + list[index], 0) / lists.length);
}

function meanFigures(verdicts: readonly Verdict[], method: Method): Figures {
  const all = verdicts.map(({ scores }) => figuresOf(scores[method].flat()));
  const mean = (figure: keyof Figures): number => all.reduce((total, of) => total + of[figure], 0) / all.length;
  return { auc: mean('auc'), success: mean('success'), half: mean('half') };
}

/** Shares of the answers, over all trainings. */
function answersOf(model: string, verdicts: readonly Verdict[]): Answers[] {
  return (['own', 'wrong'] as const).map((sound) => {
    const count = (answer: keyof Verdict['answers']['own']): number =>
      verdicts.reduce((total, { answers }) => total + answers[sound][answer], 0);
    const all = count('here') + count('unsure') + count('not in the picture') + count('silent');
    return {
      model,
      sound,
      here: count('here') / all,
      unsure: count('unsure') / all,
      absent: count('not in the picture') / all,
      silent: count('silent') / all,
    };
  });
}

const percent = (value: number): string => (100 * value).toFixed(1);
const signed = (value: number): string => `${value < 0 ? '-' : '+'}${percent(Math.abs(value))}`;
const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function studyText({ real, watched, answers, learnt, hearsMostly, relation, settings }: StudyNumbers): string {
  const figures = ({ rows }: Part): string =>
    table(
      ['map', 'AUC', 'success', 'half'],
      rows.map(({ map, auc, success, half }) => [map, percent(auc), percent(success), percent(half)]),
    );
  const differences = (part: Part): string =>
    table(
      ['difference of AUC', 'points', '95 % of redrawn scenes'],
      part.differences.map(({ of, auc, interval: [low, high] }) => [
        of,
        signed(auc),
        `${signed(low)} to ${signed(high)}`,
      ]),
    );
  const spread = ({ trainedAucs }: Part): string => trainedAucs.map(percent).join(', ');
  return [
    `### Real clips: ${real.pairs} pairs of ${real.scenes} scenes`,
    figures(real),
    differences(real),
    `AUC of the ${settings.trainings} trainings of the layer: ${spread(real)}.`,
    table(
      ['what sounds', 'pairs', 'joined', 'dense layer trained', 'centre'],
      real.kinds.map(({ kind, pairs, composed, trained, centre }) => [
        kind,
        pairs,
        percent(composed),
        percent(trained),
        percent(centre),
      ]),
    ),
    '### What is answered',
    table(
      ['model', 'sound', 'here', 'unsure', 'not in the picture', 'silent'],
      answers.map(({ model, sound, here, unsure, absent, silent }) => [
        model,
        sound,
        percent(here),
        percent(unsure),
        percent(absent),
        percent(silent),
      ]),
    ),
    `### Fold 0: ${watched.pairs} composed pairs of ${watched.scenes} groups`,
    figures(watched),
    differences(watched),
    `AUC of the ${settings.trainings} trainings of the layer: ${spread(watched)}.`,
    `The layer learnt from ${learnt.pictures} pictures and ${learnt.clips} clips of folds 1 to 4 in ${trainingSteps} steps. On the average it hears ${hearsMostly.map(({ label, share }) => `${label} ${percent(share)} %`).join(', ')}. The relation of the joined model gives ${relation.soundsWithSight} of ${relation.sounds} sounds a sight.`,
  ].join('\n\n');
}

/** Where the tables stand in the page. */
export const marks: Marks = { begin: '<!-- begin: npm run study:composed -->', end: '<!-- end -->' };
