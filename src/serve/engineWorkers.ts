/** The threads that run the engine, so that the event loop stays free for uploads and health checks. */
import type { EngineChoice } from '../engine/chooseEngine.node.ts';
import type { EngineName } from '../engine/engine.ts';
import { type RequestPool, startRequestPool } from '../parallel/requestPool.ts';
import type { EngineAnswer, EngineRequest } from './engineAnswer.ts';
import type { Limits } from './limits.ts';

export interface EngineSetup {
  readonly model: string | undefined;
  readonly engine: EngineChoice | undefined;
  readonly pixels: number;
  readonly soundSeconds: number;
}

export interface EngineReady {
  readonly engine: EngineName;
  readonly model: {
    readonly name: string;
    readonly version: string;
    readonly licence: string;
    readonly labels: readonly string[];
    readonly sha256: string;
  };
}

export type EngineWorkers = RequestPool<EngineReady, EngineRequest, EngineAnswer>;

export interface EngineWorkersOptions {
  /** Name or folder; unset: the environment's LOOKHEAR_MODEL, else "small". */
  readonly model?: string | undefined;
  readonly engine?: EngineChoice | undefined;
  /** How many; each holds the model and runs it on one thread. */
  readonly workers: number;
  readonly limits: Limits;
}

/** @throws LookhearError MODEL_MISSING, MODEL_INVALID or ENGINE_MISSING */
export function startEngineWorkers({ model, engine, workers, limits }: EngineWorkersOptions): Promise<EngineWorkers> {
  const { pixels, soundSeconds, waiting, workMs } = limits;
  const setup: EngineSetup = { model, engine, pixels, soundSeconds };
  const script = new URL('./engineWorker.js', import.meta.url);
  return startRequestPool(script, setup, { workers, mostWaiting: waiting, timeLimitMs: workMs });
}
