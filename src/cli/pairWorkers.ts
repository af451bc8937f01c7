/** A few threads that each take the next pair when they are done with the last. */
import { Worker } from 'node:worker_threads';
import type { EngineChoice } from '../engine/chooseEngine.node.ts';
import type { EngineName } from '../engine/engine.ts';
import { type ErrorCode, LookhearError } from '../errors.ts';
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

export type PairReply =
  | { readonly kind: 'ready'; readonly engine: EngineName }
  | { readonly kind: 'unusable'; readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined }
  /** The finding as JSON, or `{ error }`. */
  | { readonly kind: 'done'; readonly index: number; readonly entry: object };

export interface PairWorkers {
  readonly engine: EngineName;
  /**
   * Asks for pairs until there are none left or the signal says stop, then waits for those in work.
   * @param next The next pair; undefined when there are none left.
   * @param done Told of each, in the order in which they end.
   */
  run(
    next: () => PairRequest | undefined,
    done: (index: number, entry: object) => void,
    signal: AbortSignal,
  ): Promise<void>;
  close(): Promise<void>;
}

/** @throws LookhearError MODEL_MISSING, MODEL_INVALID or ENGINE_MISSING */
export async function startPairWorkers(count: number, setup: PairWorkerSetup): Promise<PairWorkers> {
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL('./pairWorker.js', import.meta.url), { workerData: setup }),
  );
  const close = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  try {
    const [engine] = await Promise.all(workers.map(ready));
    return {
      engine,
      async run(next, done, signal) {
        await Promise.all(workers.map((worker) => keepBusy(worker, next, done, signal)));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ready(worker: Worker): Promise<EngineName> {
  const message = await nextReply(worker);
  if (message.kind === 'ready') return message.engine;
  if (message.kind === 'done') throw new Error('A worker answered before it was asked.');
  const { code, hint } = message;
  throw new LookhearError(code, message.message, hint === undefined ? {} : { hint });
}

async function keepBusy(
  worker: Worker,
  next: () => PairRequest | undefined,
  done: (index: number, entry: object) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const request = next();
    if (request === undefined) return;
    worker.postMessage(request);
    const message = await nextReply(worker);
    if (message.kind === 'done') done(message.index, message.entry);
  }
}

/** Fails where the worker does: out of memory, say. */
function nextReply(worker: Worker): Promise<PairReply> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off('message', onMessage).off('error', onError);
    };
    const onMessage = (message: PairReply): void => {
      settle();
      resolve(message);
    };
    const onError = (error: Error): void => {
      settle();
      reject(error);
    };
    worker.on('message', onMessage).on('error', onError);
  });
}
