/** Maps and masks that neither look nor hear: what a model's score must be read against (METRICS section 3). */
import { centrePrior } from '../localize/score.ts';
import { consensusIou } from '../metrics/consensusIou.ts';
import { evaluationSide } from '../metrics/groundTruth.ts';
import { ciousOf, finiteOrNull } from './cious.ts';
import type { Cious, FloorName } from './itemRecord.ts';

const side = evaluationSide;

const gaussian = centrePrior(side, side);
const masks = {
  'whole picture': squareMask(side),
  'centred square 25 %': squareMask(112),
  'centred square 51 %': squareMask(160),
} as const;

/**
 * Masks have one consensus IoU whatever the rule; the Gaussian is a map, of which each rule makes its own mask.
 * @param truth sum of annotators on the evaluation grid
 */
export function floorsOf(truth: Float32Array): Record<FloorName, Cious> {
  const ofMask = (mask: Uint8Array): Cious => ({ any: finiteOrNull(consensusIou(mask, truth)) });
  return {
    'whole picture': ofMask(masks['whole picture']),
    'centred square 25 %': ofMask(masks['centred square 25 %']),
    'centred square 51 %': ofMask(masks['centred square 51 %']),
    'centre Gaussian': ciousOf(gaussian, truth, { threshold: null, rules: 'reported' }),
  };
}

function squareMask(width: number): Uint8Array {
  const mask = new Uint8Array(side * side);
  const start = (side - width) / 2;
  for (let y = start; y < start + width; y++) mask.fill(1, y * side + start, y * side + start + width);
  return mask;
}

/** Of an item that has no source. */
export const noFloors: Readonly<Record<FloorName, Cious>> = {
  'whole picture': {},
  'centred square 25 %': {},
  'centred square 51 %': {},
  'centre Gaussian': {},
};
