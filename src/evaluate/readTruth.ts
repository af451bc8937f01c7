/** The annotation of an item as a map on the evaluation grid. */
import type { BenchmarkItem } from '../benchmarks/benchmark.ts';
import { readMask } from '../data/readMask.ts';
import { groundTruthOf } from '../metrics/groundTruth.ts';

export interface Truth {
  /** 224 x 224, 0..1. */
  readonly map: Float32Array;
  /** Boxes of the annotation, 1 for a mask; 0 where nothing in the picture makes the sound. */
  readonly sources: number;
}

export async function readTruth(truth: BenchmarkItem['truth']): Promise<Truth> {
  const annotation = truth.kind === 'mask file' ? ({ kind: 'mask', mask: await readMask(truth.path) } as const) : truth;
  const map = groundTruthOf(annotation).data;
  if (annotation.kind !== 'mask') return { map, sources: annotation.boxes.length };
  return { map, sources: map.some((weight) => weight !== 0) ? 1 : 0 };
}
