/** The threads of an evaluation. */
import type { BenchmarkItem } from '../benchmarks/benchmark.ts';
import type { EngineChoice } from '../engine/chooseEngine.node.ts';
import type { EngineName } from '../engine/engine.ts';
import { startWorkerPool, type WorkerPool } from '../parallel/workerPool.ts';
import type { GalleryGroup } from './gallery.ts';
import type { ItemRecord } from './itemRecord.ts';
import type { Partners } from './partners.ts';

export interface EvaluationSetup {
  readonly model: string | undefined;
  readonly engine: EngineChoice | undefined;
  /** Threads of the engine inside each worker. */
  readonly threads: number;
  /** Universal threshold; null: none. */
  readonly threshold: number | null;
  readonly seed: number;
  /** Whether pictures and sounds are compared with what the model was trained on. */
  readonly fingerprints: boolean;
}

export interface EvaluationRequest {
  /** Place among the items of the shard. */
  readonly position: number;
  /** Place in the benchmark. */
  readonly index: number;
  readonly item: BenchmarkItem;
  readonly partners: Partners;
  /** An item of a group is painted where its priority is below this; a missing group has all painted. */
  readonly limits: Readonly<Partial<Record<GalleryGroup, number>>>;
}

export interface EvaluationAnswer {
  readonly record: ItemRecord;
  /** Its picture in the gallery, jpeg; null where it will not be there. */
  readonly shown: Uint8Array | null;
}

/** Says which engine it is. */
export type EvaluationWorkers = WorkerPool<EngineName, EvaluationRequest, EvaluationAnswer>;

/** @throws LookhearError MODEL_MISSING, MODEL_INVALID or ENGINE_MISSING */
export function startEvaluationWorkers(count: number, setup: EvaluationSetup): Promise<EvaluationWorkers> {
  return startWorkerPool(new URL('./evaluationWorker.js', import.meta.url), count, setup);
}
