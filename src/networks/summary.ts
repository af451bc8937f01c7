/**
 * A network as a table of its layers, in the order in which Keras prints them: by distance from the output, the
 * farthest first; layers of one distance in the order in which a walk back from the output meets them.
 */
import type { LayerRow } from './namedLayers.ts';

export interface LayerTotals {
  readonly parameters: number;
  readonly trainable: number;
  readonly fixed: number;
  readonly multiplyAdds: number;
}

/** @param rows with the output last */
export function inKerasOrder(rows: readonly LayerRow[]): LayerRow[] {
  const byName = new Map(rows.map((row) => [row.name, row]));
  const inputsOf = (row: LayerRow): LayerRow[] => row.inputs.flatMap((name) => byName.get(name) ?? []);
  const depth = new Map<LayerRow, number>(rows.map((row) => [row, 0]));
  // Rows stand behind their inputs, so that from the end every consumer is known before what it consumes.
  for (const row of rows.toReversed()) {
    for (const input of inputsOf(row)) depth.set(input, Math.max(depth.get(input)!, depth.get(row)! + 1));
  }
  const met = new Map<LayerRow, number>();
  const open = rows.slice(-1);
  while (open.length > 0) {
    const row = open.pop()!;
    if (met.has(row)) continue;
    met.set(row, met.size);
    open.push(...inputsOf(row).reverse());
  }
  return [...rows].sort((a, b) => depth.get(b)! - depth.get(a)! || met.get(a)! - met.get(b)!);
}

export function totalsOf(rows: readonly LayerRow[]): LayerTotals {
  const sum = (value: (row: LayerRow) => number): number => rows.reduce((total, row) => total + value(row), 0);
  const parameters = sum((row) => row.parameters);
  const fixed = sum((row) => row.fixedParameters);
  return { parameters, trainable: parameters - fixed, fixed, multiplyAdds: sum((row) => row.multiplyAdds) };
}
