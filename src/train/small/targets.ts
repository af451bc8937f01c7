/**
 * What a training picture says about each pixel. Annotation is partial: a mask knows its classes only, a box knows
 * neither its corners nor the thing's outline, a bare label no place at all. So a pixel has a set of classes that it
 * may be, and the loss asks only that the network's probability falls into the set.
 */
import type { PictureRow } from '../../data/manifests.ts';
import type { IndexMap } from '../../media/readLayers.ts';
import { exhaustiveClasses, pictureIndex, pictureLabels } from './labels.ts';

/** Index of the background in the picture network's output. */
export const background = pictureLabels.length;

export const pictureClassCount = pictureLabels.length + 1;

export type CellKind = 'label' | 'background' | 'unknown';

export interface PixelMeaning {
  readonly kind: CellKind;
  /** Classes that the pixel may be; one for `label`. */
  readonly allowed: readonly number[];
}

export interface Annotation {
  readonly width: number;
  readonly height: number;
  /** Index into `meanings` for every pixel. */
  readonly codes: Uint8Array;
  readonly meanings: readonly PixelMeaning[];
  /** Labels that are somewhere in the picture, without a place. */
  readonly placeless: readonly number[];
}

/** The part of a box, along each axis, whose ellipse is taken to be the thing. */
const INNER_ELLIPSE = 0.8;

const person = pictureIndex.get('person')!;

export function annotate(
  row: PictureRow,
  mask: IndexMap | undefined,
  classNames: ReadonlyMap<number, string>,
): Annotation {
  const { width, height } = mask ?? row;
  const present = [...new Set(row.labels.flatMap((name) => pictureIndex.get(name) ?? []))];
  const list = row.exhaustive && row.label_list ? exhaustiveClasses[row.label_list] : undefined;
  const personIsKnown = list?.has('person') || row.labels.includes('person');
  const boxed = new Set(row.boxes.flatMap(({ label }) => pictureIndex.get(label) ?? []));
  const masked = maskedLabels(mask, classNames);
  const placeless = present.filter((label) => !boxed.has(label) && !masked.has(label));

  const elsewhere = [background, ...placeless, ...(personIsKnown ? [] : [person])];
  const anywhere = [...new Set([background, ...present, ...(personIsKnown ? [] : [person])])];
  const hasPlaces = boxed.size > 0 || masked.size > 0;
  const meanings: PixelMeaning[] = [
    hasPlaces ? { kind: 'background', allowed: [...new Set(elsewhere)] } : { kind: 'unknown', allowed: anywhere },
    { kind: 'unknown', allowed: anywhere },
  ];
  const codes = new Uint8Array(width * height);
  const codeOf = (kind: CellKind, allowed: readonly number[]): number => {
    const known = meanings.findIndex((meaning) => meaning.kind === kind && `${meaning.allowed}` === `${allowed}`);
    return known >= 0 ? known : meanings.push({ kind, allowed }) - 1;
  };

  // Boxes of large things first, so that small things in front of them keep their place.
  const scaleX = width / row.width;
  const scaleY = height / row.height;
  const boxes = [...row.boxes].sort((a, b) => boxArea(b) - boxArea(a));
  for (const box of boxes) {
    const label = pictureIndex.get(box.label);
    if (label === undefined) continue;
    const ring = codeOf('unknown', [...new Set([label, background, ...(personIsKnown ? [] : [person]), ...placeless])]);
    const inside = masked.has(label) ? ring : codeOf('label', [label]);
    fillBox(
      codes,
      width,
      height,
      [box.xmin * scaleX, box.ymin * scaleY, box.xmax * scaleX, box.ymax * scaleY],
      inside,
      ring,
    );
  }
  if (mask) {
    const byIndex = new Map<number, number>([[255, 1]]);
    for (const [index, name] of classNames) {
      const label = pictureIndex.get(name);
      // A class of no label is background where it was outlined.
      byIndex.set(index, label === undefined ? 0 : codeOf('label', [label]));
    }
    for (let pixel = 0; pixel < codes.length; pixel++) {
      if (mask.data[pixel] !== 0) codes[pixel] = byIndex.get(mask.data[pixel]) ?? 1;
    }
  }
  return { width, height, codes, meanings, placeless };
}

const boxArea = (box: { xmin: number; ymin: number; xmax: number; ymax: number }): number =>
  (box.xmax - box.xmin) * (box.ymax - box.ymin);

function maskedLabels(mask: IndexMap | undefined, classNames: ReadonlyMap<number, string>): Set<number> {
  const found = new Set<number>();
  for (const index of new Set(mask?.data)) {
    const label = pictureIndex.get(classNames.get(index) ?? '');
    if (label !== undefined) found.add(label);
  }
  return found;
}

function fillBox(
  codes: Uint8Array,
  width: number,
  height: number,
  [xmin, ymin, xmax, ymax]: readonly [number, number, number, number],
  inside: number,
  ring: number,
): void {
  const centreX = (xmin + xmax) / 2;
  const centreY = (ymin + ymax) / 2;
  const radiusX = ((xmax - xmin) / 2) * INNER_ELLIPSE;
  const radiusY = ((ymax - ymin) / 2) * INNER_ELLIPSE;
  for (let y = Math.max(0, Math.floor(ymin)); y < Math.min(height, Math.ceil(ymax)); y++) {
    for (let x = Math.max(0, Math.floor(xmin)); x < Math.min(width, Math.ceil(xmax)); x++) {
      const distance = ((x + 0.5 - centreX) / radiusX) ** 2 + ((y + 0.5 - centreY) / radiusY) ** 2;
      codes[y * width + x] = distance <= 1 ? inside : ring;
    }
  }
}

/** Weights of the parts of the loss: a picture's label cells and background cells count 1 each. */
const UNKNOWN_WEIGHT = 0.5;
/** A cell means one thing if at least this share of its pixels does. */
const MAJORITY = 0.6;
/** Samples along each side of a cell. */
const SAMPLES = 4;

export interface CellTargets {
  /** 1 where the class is allowed in the cell, [classes, cells]. */
  readonly allowed: Uint8Array;
  /** Weight of each cell in the loss, [cells]. */
  readonly weights: Float32Array;
  /** 1 for each label that is somewhere without a place, [classes]. */
  readonly placeless: Uint8Array;
}

/** Turns an annotation into targets for a grid of side x side cells. */
export function cellTargets(annotation: Annotation, side: number): CellTargets {
  const { width, height, codes, meanings } = annotation;
  const cells = side * side;
  const allowed = new Uint8Array(pictureClassCount * cells);
  const kinds: CellKind[] = [];
  const cellLabel = new Int16Array(cells).fill(-1);
  const labelCells = new Map<number, number>();
  const counts = { label: 0, background: 0, unknown: 0 };
  const votes = new Uint8Array(meanings.length);
  for (let cell = 0; cell < cells; cell++) {
    votes.fill(0);
    for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
      const x = (((cell % side) * SAMPLES + (sample % SAMPLES) + 0.5) * width) / (side * SAMPLES);
      const y = ((Math.floor(cell / side) * SAMPLES + Math.floor(sample / SAMPLES) + 0.5) * height) / (side * SAMPLES);
      votes[codes[Math.floor(y) * width + Math.floor(x)]]++;
    }
    const winner = votes.indexOf(Math.max(...votes));
    const isClear = votes[winner] >= MAJORITY * SAMPLES * SAMPLES;
    const kind = isClear ? meanings[winner].kind : 'unknown';
    kinds.push(kind);
    counts[kind]++;
    for (let code = 0; code < meanings.length; code++) {
      if (isClear ? code !== winner : votes[code] === 0) continue;
      for (const index of meanings[code].allowed) allowed[index * cells + cell] = 1;
    }
    if (kind === 'label') {
      cellLabel[cell] = meanings[winner].allowed[0];
      labelCells.set(cellLabel[cell], (labelCells.get(cellLabel[cell]) ?? 0) + 1);
    }
  }
  // A small thing beside a large one would drown in a plain mean, so labels share by the root of their size.
  const rootSum = [...labelCells.values()].reduce((total, count) => total + Math.sqrt(count), 0);
  const weights = Float32Array.from(kinds, (kind, cell) => {
    if (kind === 'background') return 1 / counts.background;
    if (kind === 'unknown') return UNKNOWN_WEIGHT / cells;
    return 1 / (Math.sqrt(labelCells.get(cellLabel[cell])!) * rootSum);
  });
  const placeless = new Uint8Array(pictureClassCount);
  for (const label of annotation.placeless) placeless[label] = 1;
  return { allowed, weights, placeless };
}
