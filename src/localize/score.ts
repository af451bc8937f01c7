/**
 * The cross-modal step, s(x,y) = q^T R p(x,y): how well what is heard (q, over sound labels) fits what each cell shows
 * (p, over picture labels), through a relation R between the two label sets. Background and "other" never match, so a
 * picture without the thing that is heard scores near zero everywhere.
 */
import { blurMap } from '../picture/blur.ts';
import type { PixelMap } from '../picture/picture.ts';
import type { Model } from '../weights/model.ts';
import { correspondences } from './correspondence.ts';
import type { Heard, PictureEvidence } from './evidence.ts';

/** Labels that are heard with less than this probability have no part of their own: blurring them would take most of the time. */
const negligible = 5e-4;

/** Width of the centre prior: one standard deviation is a quarter of the side. */
const centreSigma = 0.25;

/** R p: for each sound label, how surely each cell shows something that makes it. Sound labels x rows x columns. */
export function relate(relation: Model['relation'], picture: PictureEvidence): Float32Array {
  if (relation.kind === 'identity') return picture.probabilities;
  const cells = picture.rows * picture.columns;
  const related = new Float32Array(relation.rows.length * cells);
  relation.rows.forEach((row, heard) => {
    row.forEach((weight, seen) => {
      if (weight === 0) return;
      for (let cell = 0; cell < cells; cell++) {
        related[heard * cells + cell] += weight * picture.probabilities[seen * cells + cell];
      }
    });
  });
  // A row may count several sights (a siren is a car, a van or a truck); their sum stays a probability.
  for (let index = 0; index < related.length; index++) related[index] = Math.min(1, related[index]);
  return related;
}

export interface Match {
  /** R p, sound labels x rows x columns. */
  readonly related: Float32Array;
  /** The part of a sound label in the dot product, q_l (R p)_l, blurred; zeros where the label is hardly heard. */
  readonly partOf: (label: number) => PixelMap;
  readonly map: PixelMap;
  /** Mean of the best cells of `map`, 0..1. */
  readonly score: number;
}

/** The match of all labels together, and of each, on the grid of the picture network. */
export function matchSoundToPicture(model: Model, picture: PictureEvidence, heard: Heard): Match {
  const { columns, rows } = picture;
  const cells = rows * columns;
  const related = relate(model.relation, picture);
  const grid = (data: Float32Array): PixelMap => ({ width: columns, height: rows, data });
  const partOf = (label: number): PixelMap => {
    const weight = heard.probabilities[label];
    if (weight < negligible) return grid(new Float32Array(cells));
    const data = related.slice(label * cells, (label + 1) * cells);
    for (let cell = 0; cell < cells; cell++) data[cell] *= weight;
    return blurred(grid(data), model.map.blur);
  };
  // For the dot product, blurring the sum is the sum of all blurred parts, the negligible ones too, which order the
  // faint pixels where a sound was heard wrongly.
  const correspond = correspondences[model.map.correspondence ?? 'dot'];
  const map = blurred(grid(correspond(heard.probabilities, related)), model.map.blur);
  return { related, partOf, map, score: meanOfBest(map.data, model.answer.topCells) };
}

/**
 * Heat, 0..1: the match, and beneath it two faint terms that order the pixels where the labels say nothing: anything
 * but background, as far as the sound is of no label, and the centre. Neither is part of the score.
 */
export function heatMap(model: Model, picture: PictureEvidence, heard: Heard, match: Match): PixelMap {
  const { fallback, centre } = model.map;
  const prior = centrePrior(picture.columns, picture.rows).data;
  const data = match.map.data.map((value, cell) => {
    const heat = value + fallback * heard.other * (1 - picture.background[cell]) + centre * prior[cell];
    return Math.min(1, Math.max(0, heat));
  });
  return { ...match.map, data };
}

/** People put what matters in the middle: a Gaussian bump around the centre, 1 there. */
export function centrePrior(width: number, height: number): PixelMap {
  const falloff = (position: number, length: number): number =>
    Math.exp(-0.5 * (((position + 0.5) / length - 0.5) / centreSigma) ** 2);
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data[y * width + x] = falloff(x, width) * falloff(y, height);
  }
  return { width, height, data };
}

/** Mean of the `count` largest values (of all where there are fewer). */
export function meanOfBest(values: Float32Array, count: number): number {
  // Sorting 1600 cells for each of 57 labels would take longer than blurring them; a short list of the best does not.
  const best: number[] = [];
  for (const value of values) {
    if (best.length === count && value <= best[0]) continue;
    if (best.length === count) best.shift();
    const place = best.findIndex((kept) => kept > value);
    best.splice(place < 0 ? best.length : place, 0, value);
  }
  return best.reduce((sum, value) => sum + value, 0) / best.length;
}

function blurred(map: PixelMap, sigma: number): PixelMap {
  return sigma > 0 ? blurMap(map, sigma) : map;
}
