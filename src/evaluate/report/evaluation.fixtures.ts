/** Evaluations for tests, made up: one with all figures, one of nothing, one that would break out of its report. */
import { areaUnderCurve, success } from '../../metrics/consensusIou.ts';
import type { Estimate, Evaluation, GalleryItem, GroupScores, PairedDifference, SystemScores } from '../evaluation.ts';
import { missReasons } from '../itemRecord.ts';

const unknown: Estimate = { value: null, low: null, high: null };

/** Evenly spread cIoUs from `low` to `high` stand for the pairs of a system. */
function system(
  name: string,
  kind: SystemScores['kind'],
  ranges: Record<string, readonly [number, number]>,
): SystemScores {
  const pairs = 40;
  const rules = Object.entries(ranges).map(([rule, [low, high]]) => {
    const cious = Array.from({ length: pairs }, (_, index) => low + ((high - low) * index) / (pairs - 1));
    const curve = Array.from({ length: 21 }, (_, step) => cious.filter((ciou) => ciou >= 0.05 * step).length / pairs);
    const mean = cious.reduce((sum, ciou) => sum + ciou, 0) / pairs;
    return [
      rule,
      { success: around(success(cious)), auc: around(areaUnderCurve(cious)), meanCiou: around(mean), curve },
    ];
  });
  return { name, kind, count: pairs, rules: Object.fromEntries(rules) };
}

function around(value: number): Estimate {
  return { value, low: Math.max(0, value - 0.08), high: Math.min(1, value + 0.07) };
}

const both = (low: number, high: number) =>
  ({ half_ez: [0.8 * low, 0.8 * high], align_adaptive: [low, high] }) as const;

const systems: readonly SystemScores[] = [
  system('own sound', 'model', { ...both(0.2, 1), universal: [0.1, 0.9], half_lvs: [0.1, 0.8], fixed_half: [0, 0.9] }),
  system('wrong sound', 'control', { ...both(0, 0.8), universal: [0, 0.4] }),
  system('shuffled sound', 'control', { ...both(0, 0.83), universal: [0, 0.45] }),
  system('picture only', 'control', { ...both(0.05, 0.9), universal: [0, 0.6] }),
  system('silence', 'control', { ...both(0, 0), universal: [0, 0] }),
  system('white noise', 'control', { ...both(0, 0.3), universal: [0, 0] }),
  system('whole picture', 'floor', { half_ez: [0, 0.6], align_adaptive: [0, 0.6] }),
  system('centred square 25 %', 'floor', { half_ez: [0, 0.5], align_adaptive: [0, 0.5] }),
  system('centred square 51 %', 'floor', { half_ez: [0, 0.7], align_adaptive: [0, 0.7] }),
  system('centre Gaussian', 'floor', { half_ez: [0, 0.74], align_adaptive: [0, 0.86] }),
  system('best possible under the half rule', 'ceiling', { half_ez: [0.3, 1] }),
];

function differenceTo(other: SystemScores, rule: string, measure: PairedDifference['measure']): PairedDifference {
  const value = systems[0].rules[rule][measure].value! - other.rules[rule][measure].value!;
  const difference = { value, low: value - 0.06, high: value + 0.06 };
  return { against: other.name, rule, measure, count: 40, difference, p: value > 0.3 ? 0.0002 : 0.041 };
}

function group(name: string, pairs: number, auc: number): GroupScores {
  return { name, count: pairs, auc, success: auc - 0.05, centreAuc: 0.45, centreSuccess: 0.4 };
}

const labels = ['dog barking', 'violin', 'race car', 'rain', 'person speaking'];

function galleryItem(index: number, more: Partial<GalleryItem>): GalleryItem {
  const label = labels[index % labels.length];
  return { index, id: `pair-${index}`, label, ciou: 0.7, answer: 'here', heard: 'dog', reason: null, ...more };
}

export function madeUpEvaluation(more: Partial<Evaluation> = {}): Evaluation {
  return {
    schema: 'lookhear/evaluation@1',
    command: 'lookhear evaluate pairs/ --model small --threshold 0.34 --seed 0',
    protocol: {
      name: 'lookhear@1',
      benchmark: 'pairs',
      title: 'Made-up pairs',
      annotations: { 'pairs.jsonl': 'ab'.repeat(32) },
      dataSha256: 'cd'.repeat(32),
      seed: 0,
      threshold: 0.34,
      thresholdFrom: 'negatives of the validation data',
      notes: ['Two boxes lie upside down and are left out, as EZ-VSL does.'],
    },
    model: { name: 'small', version: '0.1.0', sha256: 'ef'.repeat(32) },
    counts: { items: 45, scored: 43, positives: 40, negatives: 3, missing: 1, unreadable: 1 },
    systems,
    differences: systems
      .filter(({ kind }) => kind === 'control' || kind === 'floor')
      .flatMap((other) =>
        ['half_ez', 'align_adaptive'].flatMap((rule) =>
          (['success', 'auc'] as const).map((measure) => differenceTo(other, rule, measure)),
        ),
      ),
    answers: [
      { condition: 'own sound', present: true, count: 40, here: 33, unsure: 4, notInPicture: 3, silent: 0 },
      { condition: 'wrong sound', present: false, count: 40, here: 5, unsure: 6, notInPicture: 29, silent: 0 },
      { condition: 'white noise', present: false, count: 40, here: 0, unsure: 1, notInPicture: 39, silent: 0 },
      { condition: 'silence', present: false, count: 40, here: 0, unsure: 0, notInPicture: 0, silent: 40 },
    ],
    extended: {
      half_ez: { ap: 0.31, maxF1: 0.52, locAcc: 0.44 },
      align_adaptive: { ap: 0.42, maxF1: null, locAcc: 0.62 },
    },
    interactive: { align_adaptive: { iiou: 0.4, iauc: 0.45, pictures: 10 } },
    negatives: {
      conditions: [
        { condition: 'silence', count: 40, pia: 0, aucN: 1 },
        { condition: 'white noise', count: 40, pia: 0.012, aucN: 0.99 },
        { condition: 'off-screen sound', count: 400, pia: 0.071, aucN: 0.93 },
      ],
      fLoc: 0.61,
      fAuc: 0.66,
    },
    thresholds: { count: 480, max: 0.81, max10: 0.891, maxq3: 0.2345 },
    pointing: { own: 0.71, wrong: 0.34 },
    correlation: { value: 0.42, low: 0.35, high: 0.5 },
    reliability: {
      bins: Array.from({ length: 10 }, (_, bin) => ({
        from: bin / 10,
        to: (bin + 1) / 10,
        count: bin === 4 ? 0 : 2 + (bin - 4) ** 2,
        predicted: bin === 4 ? null : bin / 10 + 0.05,
        observed: bin === 4 ? null : Math.min(1, 0.01 * (bin + 1) ** 2),
      })),
      error: 0.083,
    },
    classes: labels.map((label, index) => group(label, 12 - 2 * index, 0.9 - 0.12 * index)),
    sizes: [group('small', 6, 0.21), group('medium', 14, 0.55), group('large', 12, 0.7), group('huge', 8, 0.88)],
    sources: [group('one source', 30, 0.64), group('several sources', 10, 0.45)],
    misses: [
      { reason: 'not heard', count: 5 },
      { reason: 'seen elsewhere', count: 3 },
    ],
    confusion: {
      rows: labels,
      columns: ['(silent)', 'dog barking', 'person speaking', 'rain', 'violin', 'water'],
      counts: [
        [0, 11, 1, 0, 0, 0],
        [0, 0, 0, 0, 9, 1],
        [1, 0, 2, 5, 0, 0],
        [1, 0, 0, 2, 0, 3],
        [0, 0, 4, 0, 0, 0],
      ],
    },
    leaks: {
      training: { pictures: 5000, sounds: 4100 },
      test: { pictures: 43, sounds: 41 },
      ids: ['pair-7'],
      pictures: [{ test: 'pair-9', training: 'train-123', distance: 0.03 }],
      sounds: [],
    },
    gallery: {
      positive: [0, 1, 2, 3, 4, 5, 6, 7].map((index) => galleryItem(index, { ciou: 0.95 - 0.05 * index })),
      moderate: [8, 9, 10].map((index) => galleryItem(index, { ciou: 0.4, answer: 'unsure' })),
      negative: missReasons.map((reason, index) =>
        galleryItem(20 + index, { ciou: 0.1, answer: 'not in the picture', heard: index === 0 ? null : 'cat', reason }),
      ),
    },
    skipped: [
      { id: 'pair-44', problem: 'Cannot read pair-44.wav: there is no such file.' },
      { id: 'pair-45', problem: 'Cannot read pair-45.jpg: it is cut off.' },
    ],
    ...more,
  };
}

/** Of no item: all that may be null is. */
export function emptyEvaluation(): Evaluation {
  const { protocol } = madeUpEvaluation();
  return madeUpEvaluation({
    protocol: { ...protocol, annotations: {}, threshold: null, thresholdFrom: null, notes: [] },
    counts: { items: 0, scored: 0, positives: 0, negatives: 0, missing: 0, unreadable: 0 },
    systems: [],
    differences: [],
    answers: [],
    extended: null,
    interactive: null,
    negatives: null,
    thresholds: { count: 0, max: null, max10: null, maxq3: null },
    pointing: { own: null, wrong: null },
    correlation: unknown,
    reliability: { bins: [], error: null },
    classes: [],
    sizes: [],
    sources: [],
    misses: [],
    confusion: { rows: [], columns: [], counts: [] },
    leaks: null,
    gallery: { positive: [], moderate: [], negative: [] },
    skipped: [],
  });
}

/** All tables are there, and nothing in them can be said. */
export function unsaidEvaluation(): Evaluation {
  const full = madeUpEvaluation();
  const scores = {
    success: unknown,
    auc: unknown,
    meanCiou: unknown,
    curve: Array.from({ length: 21 }, () => Number.NaN),
  };
  const nothing = { auc: Number.NaN, success: Number.NaN, centreAuc: Number.NaN, centreSuccess: Number.NaN };
  const emptied = (groups: readonly GroupScores[]): GroupScores[] => groups.map((each) => ({ ...each, ...nothing }));
  return madeUpEvaluation({
    systems: full.systems.map((each) => ({
      ...each,
      rules: Object.fromEntries(Object.keys(each.rules).map((rule) => [rule, scores])),
    })),
    differences: full.differences.map((each) => ({ ...each, difference: unknown, p: null })),
    answers: full.answers.map((each) => ({ ...each, count: 0, here: 0, unsure: 0, notInPicture: 0, silent: 0 })),
    extended: { half_ez: { ap: null, maxF1: null, locAcc: null } },
    negatives: { conditions: [{ condition: 'silence', count: 0, pia: null, aucN: null }], fLoc: null, fAuc: null },
    thresholds: { count: 3, max: null, max10: null, maxq3: null },
    pointing: { own: null, wrong: null },
    correlation: unknown,
    reliability: { bins: [{ from: 0, to: 1, count: 1, predicted: null, observed: null }], error: null },
    classes: emptied(full.classes),
    sizes: emptied(full.sizes),
    sources: emptied(full.sources),
  });
}

/** Every text that comes from files of others is this one. */
export function hostileEvaluation(text: string): Evaluation {
  const { protocol, model, confusion, reliability } = madeUpEvaluation();
  const item = galleryItem(0, { id: text, label: text, answer: text, heard: text });
  return madeUpEvaluation({
    command: text,
    protocol: {
      ...protocol,
      title: text,
      benchmark: text,
      annotations: { [text]: text },
      thresholdFrom: text,
      notes: [text],
    },
    model: { ...model, name: text, version: text, sha256: text },
    classes: [group(text, 3, 0.5)],
    confusion: {
      ...confusion,
      rows: confusion.rows.map((row) => row + text),
      columns: confusion.columns.map(() => text),
    },
    reliability,
    leaks: {
      training: { pictures: 1, sounds: 1 },
      test: { pictures: 1, sounds: 1 },
      ids: [text],
      pictures: [{ test: text, training: text, distance: 0 }],
      sounds: [{ test: text, training: text, distance: 0 }],
    },
    gallery: { positive: [item], moderate: [item], negative: [{ ...item, reason: 'abstained' }] },
    skipped: [{ id: text, problem: text }],
  });
}

/** As many classes as VGG-SS has, and more. */
export function manyClassesEvaluation(classes = 300): Evaluation {
  const names = Array.from({ length: classes }, (_, index) => `class number ${index}`);
  return madeUpEvaluation({
    classes: names.map((name, index) => group(name, classes - index, 0.2 + (0.7 * index) / classes)),
    confusion: {
      rows: names,
      columns: names,
      counts: names.map((_, row) => names.map((__, column) => (row === column ? classes - row : Number(column === 5)))),
    },
  });
}
