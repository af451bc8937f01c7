import { expect, it } from 'vitest';
import type { NetworkTable } from '../convert/networkTables.ts';
import { tableLines } from './summaryText.ts';

const table: NetworkTable = {
  name: 'picture',
  rows: [
    { name: 'input_1', type: 'InputLayer', shape: [4, 4, 3], parameters: 0, multiplyAdds: 0, inputs: [] },
    { name: 'conv1', type: 'Conv2D', shape: [4, 4, 64], parameters: 1728, multiplyAdds: 27648, inputs: ['input_1'] },
    { name: 'add_1', type: 'Add', shape: [4, 4, 64], parameters: 0, multiplyAdds: 0, inputs: ['conv1', 'input_1'] },
  ],
  totals: { parameters: 1728, trainable: 1700, fixed: 28, multiplyAdds: 27648 },
};

it('prints a table as Keras does, a line more for each further input', () => {
  expect(tableLines(table, Number.POSITIVE_INFINITY, 'None')).toEqual([
    'The picture network',
    '='.repeat(61),
    'Layer (type)          Output shape      Param #  Connected to',
    '='.repeat(61),
    'input_1 (InputLayer)  (None, 4, 4, 3)         0',
    'conv1 (Conv2D)        (None, 4, 4, 64)    1,728  input_1',
    'add_1 (Add)           (None, 4, 4, 64)        0  conv1',
    '                                                 input_1',
    '='.repeat(61),
    'Total params: 1,728',
    'Trainable params: 1,700',
    'Non-trainable params: 28',
    'Multiply-adds: 27,648',
  ]);
});

it('gives each layer two lines on a narrow terminal', () => {
  const lines = tableLines(table, 50);
  expect(lines.slice(0, 8)).toEqual([
    'The picture network',
    '='.repeat(50),
    'input_1 (InputLayer)',
    '  (4, 4, 3)  0',
    'conv1 (Conv2D)',
    '  (4, 4, 64)  1,728  input_1',
    'add_1 (Add)',
    '  (4, 4, 64)  0  conv1, input_1',
  ]);
});
