/**
 * Which items the report shows as pictures, like figures 11 to 13 of the report of 2019: found (positive), roughly
 * (moderate) and not at all (negative), the last with the reason. They are drawn by lot, not by beauty: those of the
 * lowest priority, a hash of the id, in each group. So any part of a run knows early which it may need, and parts joined
 * show what one run would have shown.
 */
import { seededRandom, seedOf } from '../layers/random.ts';
import type { GalleryItem } from './evaluation.ts';
import { type ItemRecord, type MissReason, missReasons, type ScoredItem } from './itemRecord.ts';

export type GalleryGroup = 'positive' | 'moderate' | MissReason;

/** Consensus IoU under `align_adaptive` from which a source counts as found, and as roughly found. */
const found = 0.5;
const roughly = 0.25;

const mostOfGroup: Readonly<Record<GalleryGroup, number>> = {
  positive: 8,
  moderate: 8,
  'not heard': 4,
  'heard but not seen': 4,
  'seen elsewhere': 4,
  abstained: 4,
  'too wide or narrow': 4,
};

export const galleryGroups = Object.keys(mostOfGroup) as GalleryGroup[];

/** Null for an item without a source in the picture. */
export function groupOf(item: ScoredItem): GalleryGroup | null {
  if (item.sources === 0) return null;
  const ciou = adaptiveCiou(item);
  if (ciou >= found) return 'positive';
  return ciou >= roughly || item.miss === null ? 'moderate' : item.miss;
}

/** Uniform in 0..1, the same wherever it is asked for. */
export function priorityOf(id: string, seed: number): number {
  return seededRandom(seedOf(`gallery ${id}`, seed))();
}

/** The chosen, as records come in any order. */
export class GalleryChoice {
  readonly #seed: number;
  readonly #chosen = new Map<GalleryGroup, { readonly priority: number; readonly item: ScoredItem }[]>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  add(item: ItemRecord): void {
    if ('skipped' in item) return;
    const group = groupOf(item);
    if (group === null) return;
    const candidates = [...(this.#chosen.get(group) ?? []), { priority: priorityOf(item.id, this.#seed), item }];
    candidates.sort((a, b) => a.priority - b.priority || a.item.index - b.item.index);
    this.#chosen.set(group, candidates.slice(0, mostOfGroup[group]));
  }

  /** Priorities from which an item can no longer be chosen; a group that is not full has none. */
  limits(): Partial<Record<GalleryGroup, number>> {
    const full = [...this.#chosen].filter(([group, items]) => items.length === mostOfGroup[group]);
    return Object.fromEntries(full.map(([group, items]) => [group, items[items.length - 1].priority]));
  }

  /** By consensus IoU, the best first; the negatives by reason. */
  result(): Readonly<Record<'positive' | 'moderate' | 'negative', GalleryItem[]>> {
    const of = (group: GalleryGroup): GalleryItem[] =>
      (this.#chosen.get(group) ?? [])
        .map(({ item }) => galleryItem(item))
        .sort((a, b) => b.ciou - a.ciou || a.index - b.index);
    return { positive: of('positive'), moderate: of('moderate'), negative: missReasons.flatMap(of) };
  }
}

const adaptiveCiou = (item: ScoredItem): number => item.maps.own?.ciou.align_adaptive ?? 0;

function galleryItem(item: ScoredItem): GalleryItem {
  const { index, id, label, maps, miss } = item;
  return {
    index,
    id,
    label,
    ciou: adaptiveCiou(item),
    answer: maps.own?.answer ?? 'silent',
    heard: maps.own?.heard?.label ?? null,
    reason: miss,
  };
}

/** Where the picture of an item lies in the folder of a run. */
export const galleryFile = (index: number): string => `gallery/${index}.jpg`;
