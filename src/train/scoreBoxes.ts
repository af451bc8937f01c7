/** A map against boxes, under the two rules that cards and studies tell of. */
import { boxesToMask } from '../metrics/groundTruth.ts';
import { scoreMap } from '../metrics/scoreMap.ts';
import type { Box, PixelMap } from '../picture/picture.ts';

/** Consensus IoU by rule. */
export type MapScore = Readonly<Record<'align_adaptive' | 'half_ez', number>>;

/** @param boxes in pixels of a picture of the given size, whose whole area the map covers */
export function scoreBoxes(map: PixelMap, boxes: readonly Box[], width: number, height: number): MapScore {
  return scoreMap(map, boxesToMask(boxes, width, height).data, { rules: ['align_adaptive', 'half_ez'] });
}
