/** Boxes as targets of a grid of cells. */
import type { Box } from '../../picture/picture.ts';

/** Samples along each side of a cell. */
const SAMPLES = 4;

/**
 * How much of each cell lies in any of the boxes, 0..1, row by row.
 * @param boxes in pixels of a picture of the given size, whose whole area the grid covers
 */
export function boxTargets(boxes: readonly Box[], width: number, height: number, side: number): Float32Array {
  const fine = side * SAMPLES;
  const targets = new Float32Array(side * side);
  for (let row = 0; row < fine; row++) {
    const y = ((row + 0.5) * height) / fine;
    for (let column = 0; column < fine; column++) {
      const x = ((column + 0.5) * width) / fine;
      const isInside = boxes.some(({ xmin, ymin, xmax, ymax }) => x >= xmin && x < xmax && y >= ymin && y < ymax);
      if (isInside) targets[Math.floor(row / SAMPLES) * side + Math.floor(column / SAMPLES)] += 1 / SAMPLES ** 2;
    }
  }
  return targets;
}
