/**
 * The cross-modal step, s(x,y) = q^T R p(x,y): how well what is heard (q, over sound labels) fits what each cell shows
 * (p, over picture labels), through a relation R between the two label sets. Background and "other" never match, so a
 * picture without the thing that is heard scores near zero everywhere.
 */
import { blurMap } from '../picture/blur.ts';
import type { PixelMap } from '../picture/picture.ts';
import type { Model } from '../weights/model.ts';
import type { Heard, PatchEvidence, PictureEvidence } from './evidence.ts';

/** A patch counts where its level is at least this fraction of the loudest patch's (-16.5 dB). */
const quietestFraction = 0.15;

/** Labels that are heard with less than this probability have no part of their own: blurring them would take most of the time. */
const negligible = 5e-4;

/** Width of the centre prior: one standard deviation is a quarter of the side. */
const centreSigma = 0.25;

/**
 * All patches as one: the mean over those that are loud enough. A dog that barks once in half a minute is loud in one
 * patch; the others hold the hum of the room, for which a network must answer something too, and a mean over all of
 * them would be about the room. Silent patches never count.
 * @returns null where every patch is silent
 */
export function combinePatches(patches: readonly PatchEvidence[]): Heard | null {
  const audible = patches.flatMap(({ level, heard }) => (heard === null ? [] : [{ level, heard }]));
  const loudest = Math.max(...audible.map(({ level }) => level));
  const counted = audible.filter(({ level }) => level >= loudest + 20 * Math.log10(quietestFraction));
  if (counted.length === 0) return null;
  const probabilities = new Float32Array(counted[0].heard.probabilities.length);
  let other = 0;
  for (const { heard } of counted) {
    for (let label = 0; label < probabilities.length; label++) {
      probabilities[label] += heard.probabilities[label] / counted.length;
    }
    other += heard.other / counted.length;
  }
  return { probabilities, other };
}

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
  /** Parts of the match, q_l (R p)_l, blurred, for each sound label; nothing where the label is hardly heard. */
  readonly parts: readonly PixelMap[];
  readonly map: PixelMap;
  /** Mean of the best cells of `map`, 0..1. */
  readonly score: number;
}

/** The match of each label and of all together, on the grid of the picture network. */
export function matchSoundToPicture(model: Model, picture: PictureEvidence, heard: Heard): Match {
  const { columns, rows } = picture;
  const cells = rows * columns;
  const related = relate(model.relation, picture);
  const sum = new Float32Array(cells);
  const nothing: PixelMap = { width: columns, height: rows, data: new Float32Array(cells) };
  const parts = Array.from(heard.probabilities, (weight, label) => {
    const data = related.slice(label * cells, (label + 1) * cells).map((value) => weight * value);
    for (let cell = 0; cell < cells; cell++) sum[cell] += data[cell];
    return weight < negligible ? nothing : blurred({ width: columns, height: rows, data }, model.map.blur);
  });
  // Blurring is linear: the sum blurred once is the sum of all blurred parts, the negligible ones too, which order the
  // faint pixels where a sound was heard wrongly.
  const map = blurred({ width: columns, height: rows, data: sum }, model.map.blur);
  return { related, parts, map, score: meanOfBest(map.data, model.answer.topCells) };
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
