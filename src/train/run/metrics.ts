/** The figures of a run as they come, one JSON object a line in `metrics.jsonl`. */
import { readFile } from 'node:fs/promises';

/** A validation score. */
export interface Score {
  readonly value: number;
  /** What one gets for nothing; a score says little without it. */
  readonly baseline?: { readonly name: string; readonly value: number };
}

export interface MetricsEntry {
  /** Steps done. */
  readonly step: number;
  /** Epochs done, with their fraction. */
  readonly epoch: number;
  /** Mean over the steps since the entry before. */
  readonly loss: number;
  readonly learningRate: number;
  readonly picturesPerSecond?: number;
  /** By name, where there are new ones. */
  readonly validation?: Readonly<Record<string, Score>>;
}

/** The entries of a file, none where there is no file. A last line that a kill cut off is left out. */
export async function readMetrics(path: string): Promise<MetricsEntry[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole.split('\n').flatMap((line) => (line === '' ? [] : (JSON.parse(line) as MetricsEntry)));
}

export function metricsText(entries: readonly MetricsEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}
