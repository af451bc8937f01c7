/** What is left of an annotated box on the evaluation grid, for the notes on odd boxes. */
import { evaluationSide } from '../metrics/groundTruth.ts';
import type { Box } from '../picture/picture.ts';

/** Share of the grid that a box covers, 0..1, after its corners were cut and truncated as the ground truth does. */
export function gridArea({ xmin, ymin, xmax, ymax }: Box, width: number, height: number): number {
  const cut = (value: number, size: number): number =>
    Math.trunc(Math.min(evaluationSide, Math.max(0, (evaluationSide * value) / size)));
  const columns = Math.max(0, cut(xmax, width) - cut(xmin, width));
  const rows = Math.max(0, cut(ymax, height) - cut(ymin, height));
  return (columns * rows) / evaluationSide ** 2;
}
