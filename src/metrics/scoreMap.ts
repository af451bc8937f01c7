/** Scores one map of any size against boxes, under the rules that the small model's card reports. */
import type { Box, PixelMap } from '../picture/picture.ts';
import { consensusIou } from './consensusIou.ts';
import { boxesToMask, evaluationSide } from './groundTruth.ts';
import { alignAdaptive, halfEz } from './mapToMask.ts';
import { resizeBilinear } from './resizeForEvaluation.ts';

export interface MapScore {
  /** Consensus IoU under `align_adaptive`. */
  readonly alignAdaptive: number;
  /** Consensus IoU under `half_ez`. */
  readonly halfEz: number;
}

/** @param boxes in pixels of a picture of the given size, whose whole area the map covers */
export function scoreMap(map: PixelMap, boxes: readonly Box[], width: number, height: number): MapScore {
  const truth = boxesToMask(boxes, width, height).data;
  const halfPixel = resizeBilinear(map, evaluationSide, 'half-pixel');
  const alignCorners = resizeBilinear(map, evaluationSide, 'align-corners');
  return {
    alignAdaptive: consensusIou(alignAdaptive(halfPixel, truth), truth),
    halfEz: consensusIou(halfEz(alignCorners, truth), truth),
  };
}
