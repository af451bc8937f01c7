import { expect, it } from 'vitest';
import { boxTargets } from './boxTargets.ts';

const box = (xmin: number, ymin: number, xmax: number, ymax: number) => ({ xmin, ymin, xmax, ymax });

it('says how much of each cell lies in the box', () => {
  // A picture of 80 x 40 in 2 x 2 cells of 40 x 20: the box covers the left half of the upper right cell.
  expect([...boxTargets([box(40, 0, 60, 20)], 80, 40, 2)]).toEqual([0, 0.5, 0, 0]);
  expect([...boxTargets([box(0, 0, 80, 40)], 80, 40, 2)]).toEqual([1, 1, 1, 1]);
});

it('counts what lies in two boxes once', () => {
  expect([...boxTargets([box(0, 0, 40, 20), box(0, 0, 40, 20)], 80, 40, 2)]).toEqual([1, 0, 0, 0]);
});

it('leaves a picture without boxes empty', () => {
  expect([...boxTargets([], 80, 40, 2)]).toEqual([0, 0, 0, 0]);
});
