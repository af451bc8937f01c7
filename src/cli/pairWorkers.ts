/** The threads of `localize --pairs`. */
import type { EngineChoice } from '../engine/chooseEngine.node.ts';
import type { EngineName } from '../engine/engine.ts';
import { startWorkerPool, type WorkerPool } from '../parallel/workerPool.ts';
import type { UsablePair } from './pairs.ts';

export interface PairWorkerSetup {
  readonly model: string | undefined;
  readonly engine: EngineChoice | undefined;
  /** Threads of the engine inside each worker. */
  readonly threads: number;
  /** Where the map and the overlay of each pair go. */
  readonly folder: string;
  readonly force: boolean;
}

export interface PairRequest {
  readonly index: number;
  readonly pair: UsablePair;
}

/** Says which engine it is, and answers with the finding as JSON, or `{ error }`. */
export type PairWorkers = WorkerPool<EngineName, PairRequest, object>;

/** @throws LookhearError MODEL_MISSING, MODEL_INVALID or ENGINE_MISSING */
export function startPairWorkers(count: number, setup: PairWorkerSetup): Promise<PairWorkers> {
  return startWorkerPool(new URL('./pairWorker.js', import.meta.url), count, setup);
}
