/** The threads of `score`: each reads a map and scores it under all rules. */
import type { Annotation } from '../metrics/groundTruth.ts';
import type { RuleName } from '../metrics/mapToMask.ts';
import { ownRules } from '../metrics/scoreMap.ts';
import { startWorkerPool, type WorkerPool } from '../parallel/workerPool.ts';

export interface ScoreSetup {
  /** Where the maps are. */
  readonly folder: string;
  /** Universal threshold; null: none. */
  readonly threshold: number | null;
}

export interface ScoreRequest {
  readonly index: number;
  readonly id: string;
  readonly annotation: Annotation;
}

/** NaN where undefined. */
export type Cious = Readonly<Partial<Record<RuleName, number>>>;

export interface Scored {
  readonly cious: Cious;
  /** What neither looks nor hears has against the same annotation. */
  readonly floors: Readonly<Record<FloorName, Cious>>;
  /** Consensus IoU of the best mask of half of the picture. */
  readonly ceiling: number;
  /** Whether anything is annotated. */
  readonly hasSource: boolean;
}

export type ScoreAnswer = Scored | { readonly missing: true } | { readonly unreadable: string };

export const floorNames = ['whole picture', 'centre Gaussian'] as const;
export type FloorName = (typeof floorNames)[number];

/** The universal threshold is one of the system's own values, which says nothing about the Gaussian's. */
export const gaussianRules = ownRules;

export type ScoreWorkers = WorkerPool<null, ScoreRequest, ScoreAnswer>;

export function startScoreWorkers(count: number, setup: ScoreSetup): Promise<ScoreWorkers> {
  return startWorkerPool(new URL('./scoreWorker.js', import.meta.url), count, setup);
}
