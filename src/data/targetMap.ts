/**
 * Where the sound comes from as a map that a network can be trained on. Boxes, annotations and masks are spread over
 * the map by area: a cell's value is the mean of the label over the part of the picture that it covers, so that a map
 * of any size holds the same area as the label. On a map as fine as 473 x 473 nearly all cells are 0 or 1.
 *
 * The evaluators of the field truncate corners to whole cells instead (metrics/groundTruth.ts); that is the rule to be
 * compared by, and this is the one to learn from.
 */
import type { Box } from '../picture/picture.ts';
import { filterSeparably, kernelTaps, type Taps } from '../picture/separable.ts';
import { readMask } from './readMask.ts';
import type { Size, Target } from './trainingPair.ts';

/** How many annotators must agree for a cell to count fully, as Senocak et al. (CVPR 2018) define it. */
const CONSENSUS = 2;

/**
 * A target as a map over the whole picture, row by row, 0..1; undefined where the pair is unlabelled.
 * - boxes: 1 inside any of them; no boxes give zeros;
 * - annotators: min(1, n / 2) where n of them marked. An annotator whose boxes overlap counts once;
 * - mask: 1 where it is not black, whatever its size: it lies over the whole picture.
 * @param picture size of the upright picture, the frame of boxes that name none
 * @param size of the map
 * @throws LookhearError as `readMask`, for masks only
 */
export async function targetMap(
  target: Target,
  picture: Size,
  size: Size,
): Promise<Float32Array<ArrayBuffer> | undefined> {
  switch (target.kind) {
    case 'none':
      return undefined;
    case 'boxes':
      return consensusMap([target.boxes], target.frame ?? picture, size, 1);
    case 'annotators':
      return consensusMap(target.annotators, target.frame, size, CONSENSUS);
    case 'mask': {
      const mask = await readMask(target.path);
      return filterSeparably(
        mask.data,
        mask.width,
        1,
        areaTaps(mask.width, size.width),
        areaTaps(mask.height, size.height),
      );
    }
  }
}

/**
 * The mean over each cell of min(1, n / consensus), n being the number of annotators of whose boxes one covers the
 * place. Exact: box edges cut the frame into rectangles of constant n, and each is spread over the cells by area.
 * @param annotators their boxes, in units of `frame`; what lies outside the frame is cut off
 * @returns row by row, 0..1, length size.width * size.height
 */
export function consensusMap(
  annotators: readonly (readonly Box[])[],
  frame: Size,
  size: Size,
  consensus: number,
): Float32Array<ArrayBuffer> {
  const { width, height } = size;
  const inCells = annotators.map((boxes) => boxes.map((box) => scaledBox(box, frame, size)));
  const columns = edges(inCells.flat().flatMap(({ xmin, xmax }) => [xmin, xmax]));
  const rows = edges(inCells.flat().flatMap(({ ymin, ymax }) => [ymin, ymax]));
  const sums = new Float64Array(width * height);
  for (const [top, bottom] of rows) {
    const profile = new Float64Array(width);
    for (const [left, right] of columns) {
      const x = (left + right) / 2;
      const y = (top + bottom) / 2;
      const marked = inCells.filter((boxes) => boxes.some((box) => isInside(box, x, y))).length;
      addCovered(left, right, (cell, share) => {
        profile[cell] += share * Math.min(1, marked / consensus);
      });
    }
    addCovered(top, bottom, (row, share) => {
      for (let x = 0; x < width; x++) sums[row * width + x] += share * profile[x];
    });
  }
  return Float32Array.from(sums);
}

function scaledBox(box: Box, frame: Size, size: Size): Box {
  const scaled = (value: number, from: number, to: number) => (to * Math.min(from, Math.max(0, value))) / from;
  return {
    xmin: scaled(box.xmin, frame.width, size.width),
    ymin: scaled(box.ymin, frame.height, size.height),
    xmax: scaled(box.xmax, frame.width, size.width),
    ymax: scaled(box.ymax, frame.height, size.height),
  };
}

// The stretches between neighbouring edges.
function edges(values: readonly number[]): [number, number][] {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  return sorted.slice(1).map((end, index) => [sorted[index], end]);
}

function isInside(box: Box, x: number, y: number): boolean {
  return box.xmin < x && x < box.xmax && box.ymin < y && y < box.ymax;
}

// Calls `add` for every cell that the stretch touches, with the share of the cell that it covers.
function addCovered(start: number, end: number, add: (cell: number, share: number) => void): void {
  for (let cell = Math.floor(start); cell < end; cell++) add(cell, Math.min(end, cell + 1) - Math.max(start, cell));
}

// Each output cell is the mean of the input under it; an input cell at its border counts by the part that lies under it.
function areaTaps(inputLength: number, length: number): Taps {
  const scale = inputLength / length;
  return kernelTaps(
    length,
    inputLength,
    (scale + 1) / 2,
    (index) => (index + 0.5) * scale,
    (distance) => Math.max(0, Math.min(distance + 0.5, scale / 2) - Math.max(distance - 0.5, -scale / 2)),
  );
}
