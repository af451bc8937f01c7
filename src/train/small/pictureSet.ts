/** The training folder's pictures with their annotations, and endless sources of others for augmentation. */
import { join } from 'node:path';
import {
  type CutoutRow,
  type PictureRow,
  readCutoutRows,
  readPictureClasses,
  readPictureRows,
} from '../../data/manifests.ts';
import { type Random, seedOf } from '../../layers/random.ts';
import { readCutout, readIndexMap } from '../../media/readLayers.ts';
import { readPicture } from '../../media/readPicture.ts';
import { type AnnotatedPicture, type AugmentSources, type CutoutSource, cutOut } from './augment.ts';
import { pictureIndex } from './labels.ts';
import { annotate } from './targets.ts';

export interface PictureSet {
  readonly folder: string;
  readonly rows: readonly PictureRow[];
  readonly cutouts: readonly CutoutRow[];
  readonly classNames: ReadonlyMap<number, string>;
}

/** Pictures that show at least one label, in an order without meaning, so that any first part is a fair sample. */
export async function readPictureSet(folder: string): Promise<PictureSet> {
  const rows = await readPictureRows(folder);
  const shown = rows.filter(({ labels }) => labels.some((label) => pictureIndex.has(label)));
  return {
    folder,
    rows: shown.sort((a, b) => seedOf(a.id, 0) - seedOf(b.id, 0)),
    cutouts: (await readCutoutRows(folder)).filter(({ label }) => pictureIndex.has(label)),
    classNames: await readPictureClasses(folder),
  };
}

export async function loadPicture(set: PictureSet, row: PictureRow): Promise<AnnotatedPicture> {
  const base = join(set.folder, 'pictures');
  const picture = await readPicture(join(base, row.image));
  const mask = row.mask === null ? undefined : await readIndexMap(join(base, row.mask));
  return { picture, annotation: annotate(row, mask, set.classNames) };
}

/**
 * How often each row should be drawn: 1 / sqrt(number of rows with the label), for the rarest of its labels, so that
 * a label with 10 pictures is not lost beside one with 1,200.
 */
export function samplingWeights(rows: readonly PictureRow[]): Float64Array {
  const counts = new Map<number, number>();
  const labelsOf = (row: PictureRow): Set<number> =>
    new Set(row.labels.flatMap((label) => pictureIndex.get(label) ?? []));
  for (const row of rows) for (const label of labelsOf(row)) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Float64Array.from(rows, (row) =>
    Math.max(...[...labelsOf(row)].map((label) => 1 / Math.sqrt(counts.get(label)!))),
  );
}

/** Draws indices in proportion to weights. */
export function weightedSampler(weights: Float64Array, random: Random): () => number {
  const cumulative = new Float64Array(weights.length);
  let total = 0;
  for (const [index, weight] of weights.entries()) {
    total += weight;
    cumulative[index] = total;
  }
  return () => {
    const target = random() * total;
    let [low, high] = [0, weights.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle] <= target) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Cut-outs of the folder itself, and things with a good outline cut from `rows`; at most `count` of the latter. */
export async function collectCutouts(
  set: PictureSet,
  rows: readonly PictureRow[],
  count: number,
  random: Random,
): Promise<CutoutSource[]> {
  const sources = await Promise.all(
    set.cutouts.map(
      async ({ image, label }): Promise<CutoutSource> => ({
        cutout: await readCutout(join(set.folder, 'cutouts', image)),
        label: pictureIndex.get(label)!,
      }),
    ),
  );
  const outlined = rows.filter(({ mask }) => mask !== null);
  const draw = weightedSampler(samplingWeights(outlined), random);
  for (let drawn = 0; drawn < count && outlined.length > 0; drawn++) {
    const row = outlined[draw()];
    const source = await loadPicture(set, row);
    const candidates = row.labels.flatMap((label) => pictureIndex.get(label) ?? []);
    const thing = cutOut(source, candidates[Math.floor(random() * candidates.length)]);
    if (thing) sources.push(thing);
  }
  return sources;
}

/** Draws cut-outs label by label, so that the many birds do not crowd out the one harp. */
export function augmentSources(
  set: PictureSet,
  rows: readonly PictureRow[],
  cutouts: readonly CutoutSource[],
  random: Random,
): AugmentSources {
  const drawRow = weightedSampler(samplingWeights(rows), random);
  const byLabel = [...new Set(cutouts.map(({ label }) => label))].map((label) =>
    cutouts.filter((source) => source.label === label),
  );
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)];
  return { other: () => loadPicture(set, rows[drawRow()]), cutout: () => pick(pick(byLabel)) };
}
