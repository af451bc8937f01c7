/** Medians as a table for people, or as data. */
import { pictures } from './pytorch.ts';
import type { Task } from './tasks.ts';

export interface Row {
  readonly name: string;
  readonly unit: Task['unit'];
  readonly value: number;
  /** Rate of the matrix products and convolutions inside, and the same as a share of the plain matrix product's. */
  readonly gigaflops: number | null;
  readonly rateShare: number | null;
  readonly rateTarget: number | null;
  /** PyTorch's value, and ours divided by it. */
  readonly pytorch: number | null;
  readonly ratio: number | null;
  readonly ratioTarget: number | null;
}

export interface Report {
  readonly schema: 'lookhear/bench@1';
  readonly machine: { readonly processor: string; readonly cores: number; readonly node: string };
  /** Load average over a minute, before and after. */
  readonly load: readonly [number, number];
  readonly engine: string;
  readonly threads: number;
  readonly rounds: number;
  /** Its version. */
  readonly pytorch: string | null;
  readonly rows: readonly Row[];
}

/** @param seconds medians by name of task, PyTorch's under its own */
export function rowOf(task: Task, yardstick: Task, seconds: ReadonlyMap<string, number>): Row {
  const ours = seconds.get(task.name)!;
  const theirs = task.pytorchTask && seconds.get(task.pytorchTask);
  const gigaflops = task.gigaoperations === undefined ? null : task.gigaoperations / ours;
  const plain = yardstick.gigaoperations! / seconds.get(yardstick.name)!;
  return {
    name: task.name,
    unit: task.unit,
    value: task.amount / ours,
    gigaflops,
    rateShare: gigaflops === null ? null : gigaflops / plain,
    rateTarget: task.rateTarget ?? null,
    pytorch: theirs === undefined ? null : task.amount / theirs,
    ratio: theirs === undefined ? null : theirs / ours,
    ratioTarget: task.pytorchTarget ?? null,
  };
}

export function formatReport({ machine, load, engine, threads, rounds, pytorch, rows }: Report): string {
  const head = [
    `${machine.processor}, ${machine.cores} cores, Node ${machine.node}; load ${load.map(short).join(' before, ')} after`,
    `${pictures.count} pictures of ${pictures.side} x ${pictures.side}; engine ${engine}, threads ${threads}; ` +
      `medians of ${rounds} rounds in turn with ${pytorch === null ? 'nothing: no PyTorch here' : `PyTorch ${pytorch}`}`,
    '',
  ];
  const table = [['', 'lookhear', 'PyTorch', 'ratio', 'of matrix product'], ...rows.map(cells)];
  return [...head, ...inColumns(table)].join('\n');
}

/** One line for each row, with its cells below one another. */
export function inColumns(table: readonly (readonly string[])[]): string[] {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}

/** What was reached, with what is aimed at. */
export function aimed(reached: number | null, target: number | null): string {
  return reached === null ? '' : `${reached.toFixed(2)}${target === null ? '' : ` (aim ${target.toFixed(2)})`}`;
}

function cells({ name, unit, value, rateShare, rateTarget, pytorch, ratio, ratioTarget }: Row): string[] {
  return [
    name,
    `${short(value)} ${unit}`,
    pytorch === null ? '' : `${short(pytorch)} ${unit}`,
    aimed(ratio, ratioTarget),
    aimed(rateShare, rateTarget),
  ];
}

export const short = (value: number): string => value.toFixed(value < 100 ? 1 : 0);
