/** A made-up plan and records of items for tests. */
import type { MapRecord, MissReason, ScoredItem } from './itemRecord.ts';
import type { Plan } from './plan.ts';

export const madeUpPlan: Plan = {
  schema: 'lookhear/evaluation-plan@1',
  command: 'lookhear evaluate pairs.jsonl',
  benchmark: 'ours',
  title: 'pairs.jsonl',
  annotations: {},
  notes: [],
  items: 4,
  dataSha256: 'abc',
  seed: 1,
  threshold: null,
  thresholdFrom: null,
  trainingSha256: null,
  model: { name: 'small', version: '0.1.0', sha256: 'def' },
};

export function mapRecord(changes: Partial<MapRecord> = {}): MapRecord {
  return {
    answer: 'here',
    presence: 0.9,
    max: 0.8,
    confidence: 0.4,
    ciou: { half_ez: 0.5, align_adaptive: 0.5 },
    pia: null,
    pointing: true,
    heard: { label: 'dog', score: 0.9 },
    ...changes,
  };
}

/** @param changes `ciou`: of the own sound, under both rules */
export function scoredItem(
  changes: Partial<ScoredItem> & { readonly ciou?: number; readonly miss?: MissReason | null } = {},
): ScoredItem {
  const { ciou = 0.5, index = 0, ...rest } = changes;
  const cious = { half_ez: ciou, align_adaptive: ciou };
  const low = { half_ez: 0.2, align_adaptive: 0.1 };
  return {
    index,
    id: `item${index}`,
    label: 'dog',
    pictureGroup: `picture${index}`,
    scene: `scene${index}`,
    sources: 1,
    area: 5000,
    ceiling: 0.2,
    maps: {
      own: mapRecord({ ciou: cious }),
      wrong: mapRecord({ ciou: low, answer: 'not in the picture', presence: 0.1 }),
    },
    offscreen: [],
    floors: {
      'whole picture': { any: 0.1 },
      'centred square 25 %': { any: 0.3 },
      'centred square 51 %': { any: 0.2 },
      'centre Gaussian': low,
    },
    correlation: 0.2,
    miss: null,
    ...rest,
  };
}
