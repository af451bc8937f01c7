import { expect, it } from 'vitest';
import { evaluateGraph } from '../../test/evaluateGraph.ts';
import { chooseEngine } from '../engine/chooseEngine.node.ts';
import { input } from '../graph/tensor.ts';
import { helpWithClasses } from './small.ts';

it('gives a share of the background to helped labels, and all still add up to 1', async () => {
  const probabilities = input('p', [1, 3, 2, 2]);
  const classLogits = input('c', [1, 4, 1, 1]);
  const helped = helpWithClasses(probabilities, classLogits, [
    { label: 1, classes: [0] },
    { label: 2, classes: [2, 3] },
  ]);
  const p = [0.1, 0.2, 0.3, 0.4, 0.2, 0.2, 0.2, 0.2, 0.7, 0.6, 0.5, 0.4];
  // Softmax of these is 0.4, 0.3, 0.2, 0.1 in the one cell.
  const c = [0.4, 0.3, 0.2, 0.1].map(Math.log);
  const { q } = await evaluateGraph(await chooseEngine(), { q: helped }, { p, c });
  const channel = (index: number): number[] => [...q.subarray(4 * index, 4 * index + 4)];
  const background = p.slice(8);
  const expected = [
    p.slice(0, 4),
    background.map((share) => 0.2 + 0.4 * share),
    background.map((share) => 0.3 * share),
    background.map((share) => 0.3 * share),
  ];
  for (const [index, values] of expected.entries()) {
    for (const [cell, value] of values.entries()) expect(channel(index)[cell]).toBeCloseTo(value, 5);
  }
}, 60_000);
