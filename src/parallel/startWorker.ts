/** Starting a thread that calls `serveRequests`, and what such a thread says. */
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { type ErrorCode, LookhearError } from '../errors.ts';

/** What a worker says. */
export type WorkerMessage<Ready, Answer> =
  | { readonly kind: 'ready'; readonly ready: Ready }
  | { readonly kind: 'unusable'; readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined }
  | { readonly kind: 'done'; readonly answer: Answer };

export interface StartedWorker<Ready> {
  readonly worker: Worker;
  /** What it said when it was ready. */
  readonly ready: Ready;
}

/** All of them, or none: fails with what the first failing worker's preparation throws as LookhearError. */
export async function startWorkers<Ready, Answer>(
  script: URL,
  count: number,
  setup: unknown,
): Promise<StartedWorker<Ready>[]> {
  const starting = Array.from({ length: count }, () => startWorker<Ready, Answer>(script, setup));
  const outcomes = await Promise.allSettled(starting);
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure === undefined) return Promise.all(starting);
  await Promise.all(outcomes.map((outcome) => outcome.status === 'fulfilled' && outcome.value.worker.terminate()));
  throw failure.reason;
}

/** Fails with what the worker's preparation throws as LookhearError. */
export async function startWorker<Ready, Answer>(script: URL, setup: unknown): Promise<StartedWorker<Ready>> {
  // With an environment of its own, what a worker sets there (the native engine: to report nothing to its maker) would
  // not be seen by the libraries that it loads.
  const worker = new Worker(script, { workerData: setup, env: SHARE_ENV });
  try {
    const message = await messageOf<WorkerMessage<Ready, Answer>>(worker);
    if (message.kind === 'ready') return { worker, ready: message.ready };
    if (message.kind === 'done') throw new Error('A worker answered before it was asked.');
    const { code, hint } = message;
    throw new LookhearError(code, message.message, hint === undefined ? {} : { hint });
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

/** Fails where the worker does: out of memory, say. */
export function messageOf<Content>(worker: Worker): Promise<Content> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    const onMessage = (message: Content): void => {
      settle();
      resolve(message);
    };
    const onError = (error: Error): void => {
      settle();
      reject(error);
    };
    const onExit = (): void => onError(new Error('A worker ended before it answered.'));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
