/** What was answered to sounds that do and do not belong, and the field's other figures. */
import type { Evaluation } from '../../evaluation.ts';
import { count, decimal, percent, shareOf } from '../figures.ts';
import type { Row, Section, Table } from '../table.ts';

export function answersSection({ answers, reliability }: Evaluation): Section {
  const tables: Table[] = [];
  if (answers.length > 0) {
    tables.push({
      caption:
        'Answers in percent of the looks of a line. "Here" is right where the source is in the picture, and wrong everywhere else.',
      columns: ['sound', 'here', 'unsure', 'not in the picture', 'silent', 'looks', 'is it there'],
      wordColumns: [6],
      rows: answers.map(({ condition, present, count: looks, here, unsure, notInPicture, silent }) => ({
        cells: [
          condition,
          ...[here, unsure, notInPicture, silent].map((part) => percent(shareOf(part, looks))),
          count(looks),
          present ? 'yes' : 'no',
        ],
        isMain: present,
      })),
    });
  }
  const bins = reliability.bins.filter((bin) => bin.count > 0);
  if (bins.length > 0) {
    tables.push({
      caption: `How far the probability of presence can be believed, over own and wrong sounds, as many of each. Mean error of calibration: ${percent(reliability.error)} percent.`,
      columns: ['predicted between', 'pairs', 'predicted', 'observed'],
      rows: bins.map((bin) => ({
        cells: [
          `${percent(bin.from)} and ${percent(bin.to)}`,
          count(bin.count),
          percent(bin.predicted),
          percent(bin.observed),
        ],
      })),
    });
  }
  return {
    id: 'answers',
    title: 'Answers, and whether they can be believed',
    paragraphs: answers.length > 0 ? [] : ['Nothing was asked.'],
    tables,
  };
}

export function negativesSection({ negatives, thresholds, protocol }: Evaluation): Section {
  const { threshold, thresholdFrom } = protocol;
  const tables: Table[] = [];
  if (negatives !== null) {
    tables.push({
      caption:
        'Sounds that nothing in the picture makes. pIA: predicted pixels of all pixels, in percent; 0 is best. AUC_N: area under the share of pictures of at most so many predicted pixels, in percent; 100 is best.',
      columns: ['sound', 'looks', 'pIA', 'AUC_N'],
      rows: negatives.conditions.map(({ condition, count: looks, pia, aucN }) => ({
        cells: [condition, count(looks), percent(pia), percent(aucN)],
      })),
    });
    tables.push({
      caption:
        'Places and silences in one figure, in percent. F_LOC: harmonic mean of the mean cIoU of pairs with a source and of 100 - pIA; F_AUC: of AUC and AUC_N.',
      columns: ['figure', 'percent'],
      rows: [{ cells: ['F_LOC', percent(negatives.fLoc)] }, { cells: ['F_AUC', percent(negatives.fAuc)] }],
    });
  }
  const { count: looks, max, max10, maxq3 } = thresholds;
  if (looks > 0) {
    tables.push({
      caption: `What the threshold would be if it were set on the ${count(looks)} looks of this set that must find nothing. It belongs to validation data: take it from there, never from a test.`,
      columns: ['rule', 'threshold'],
      rows: [
        { cells: ['max: largest heat of all', decimal(max, 4)] },
        { cells: ['max10: 1.1 of it', decimal(max10, 4)] },
        { cells: ['maxq3: third quartile of the largest heats', decimal(maxq3, 4)] },
      ],
    });
  }
  return {
    id: 'negatives',
    title: 'Sounds that nothing in the picture makes',
    paragraphs: [
      threshold === null
        ? 'No threshold for all pictures was given, so it cannot be said how many pixels the model would mark.'
        : `One threshold for all pictures: ${decimal(threshold, 4)}${thresholdFrom === null ? '' : `, from ${thresholdFrom}`}.`,
    ],
    tables,
  };
}

/** SLAVC's and SSLalignment's metrics, and the pointing game. */
export function fieldSection({ extended, interactive, pointing }: Evaluation): Section {
  const tables: Table[] = [];
  if (extended !== null) {
    tables.push({
      caption:
        "SLAVC's metrics over pairs with and without a source, in percent. AP: average precision of placing, by confidence; max-F1: best harmonic mean of precision and recall; LocAcc: success over the pairs with a source.",
      columns: ['rule', 'AP', 'max-F1', 'LocAcc'],
      rows: Object.entries(extended).map(([rule, { ap, maxF1, locAcc }]) => ({
        cells: [rule, percent(ap), percent(maxF1), percent(locAcc)],
      })),
    });
  }
  if (interactive !== null) {
    tables.push({
      caption:
        'Pictures of several sources, in percent. IIoU: share of pictures all of whose sources are found (cIoU of 0.5 or more); IAUC: the area under that share.',
      columns: ['rule', 'pictures', 'IIoU', 'IAUC'],
      rows: Object.entries(interactive).map(([rule, { iiou, iauc, pictures }]) => ({
        cells: [rule, count(pictures), percent(iiou), percent(iauc)],
      })),
    });
  }
  const pointings: Row[] = [
    { cells: ['own sound', percent(pointing.own)], isMain: true },
    { cells: ['wrong sound', percent(pointing.wrong)] },
  ];
  tables.push({
    caption:
      'Pointing game: how often the hottest pixel lies within 15 pixels (of 224) of the source; mean over classes, in percent.',
    columns: ['sound', 'hits'],
    rows: pointings,
  });
  return { id: 'field', title: 'Other figures of the field', paragraphs: [], tables };
}
