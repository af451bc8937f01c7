/** A network's table as Keras prints it; on a narrow terminal two lines a layer. */
import type { NetworkTable, TableRow } from '../convert/networkTables.ts';
import type { LayerTotals } from '../networks/summary.ts';
import { count } from './progress.ts';

const headings = ['Layer (type)', 'Output shape', 'Param #', 'Connected to'] as const;
const gap = '  ';

/**
 * @param columns of the terminal; infinite where the text goes into a file
 * @param batch stands before the sizes of shapes that are without it
 */
export function tableLines({ name, rows, totals }: NetworkTable, columns: number, batch?: string): string[] {
  const cells = rows.map((row) => cellsOf(row, batch));
  const widthOf = (index: 0 | 1 | 2): number =>
    Math.max(headings[index].length, ...cells.map((row) => row[index].length));
  const widths = [widthOf(0), widthOf(1), widthOf(2)] as const;
  const connected = Math.max(headings[3].length, ...rows.flatMap(({ inputs }) => inputs.map((input) => input.length)));
  const width = widths[0] + widths[1] + widths[2] + connected + 3 * gap.length;
  const isNarrow = width > columns;
  const line = (first: string, second: string, third: string, fourth: string): string =>
    [first.padEnd(widths[0]), second.padEnd(widths[1]), third.padStart(widths[2]), fourth].join(gap).trimEnd();
  const ruler = '='.repeat(Math.min(width, columns));
  const body = cells.flatMap(([layer, shape, parameters], index) => {
    const { inputs } = rows[index];
    if (isNarrow) return [layer, `${gap}${[shape, parameters, inputs.join(', ')].join(gap)}`.trimEnd()];
    const [first = '', ...rest] = inputs;
    return [line(layer, shape, parameters, first), ...rest.map((input) => line('', '', '', input))];
  });
  return [
    `The ${name} network`,
    ...(isNarrow ? [] : [ruler, line(...headings)]),
    ruler,
    ...body,
    ruler,
    ...totalLines(totals),
  ];
}

function cellsOf({ name, type, shape, parameters }: TableRow, batch: string | undefined): [string, string, string] {
  const sizes = batch === undefined ? shape : [batch, ...shape];
  return [`${name} (${type})`, `(${sizes.join(', ')})`, count(parameters)];
}

export function totalLines({ parameters, trainable, fixed, multiplyAdds }: LayerTotals): string[] {
  return [
    `Total params: ${count(parameters)}`,
    `Trainable params: ${count(trainable)}`,
    `Non-trainable params: ${count(fixed)}`,
    `Multiply-adds: ${count(multiplyAdds)}`,
  ];
}
