/**
 * A few threads that each take the next request when they are done with the last. The native engine blocks the thread
 * that it runs in, so each model has its own, and the main thread stays free for Ctrl-C and progress.
 */
import { parentPort, type Worker } from 'node:worker_threads';
import { LookhearError } from '../errors.ts';
import { messageOf, startWorkers, type WorkerMessage } from './startWorker.ts';

export interface WorkerPool<Ready, Request, Answer> {
  /** What the first worker said when it was ready. */
  readonly ready: Ready;
  /**
   * Hands out requests until there are none left or the signal says stop, then waits for those in work.
   * @param next The next request; undefined when there are none left.
   * @param done Told of each answer, in the order in which they come.
   */
  run(
    next: () => Request | undefined,
    done: (request: Request, answer: Answer) => void,
    signal: AbortSignal,
  ): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param script The compiled file that calls `serveRequests`.
 * @param setup Handed to every worker as `workerData`.
 * Fails with what the workers' preparation throws as LookhearError.
 */
export async function startWorkerPool<Ready, Request, Answer>(
  script: URL,
  count: number,
  setup: unknown,
): Promise<WorkerPool<Ready, Request, Answer>> {
  const started = await startWorkers<Ready, Answer>(script, count, setup);
  return {
    ready: started[0].ready,
    async run(next, done, signal) {
      const keepBusy = async (worker: Worker): Promise<void> => {
        while (!signal.aborted) {
          const request = next();
          if (request === undefined) return;
          worker.postMessage(request);
          const message = await messageOf<WorkerMessage<Ready, Answer>>(worker);
          if (message.kind === 'done') done(request, message.answer);
        }
      };
      await Promise.all(started.map(({ worker }) => keepBusy(worker)));
    },
    async close() {
      await Promise.all(started.map(({ worker }) => worker.terminate()));
    },
  };
}

/**
 * The other side, called once in the worker's own file.
 * @param prepare What each worker does first, such as opening a model; its LookhearErrors end the pool's start.
 * @param work Answers one request; it must not throw, because a failure is an answer too.
 * @param transferOf The buffers of an answer that are handed over, not copied.
 */
export async function serveRequests<State, Ready, Request, Answer>(
  prepare: () => Promise<{ readonly state: State; readonly ready: Ready }>,
  work: (state: State, request: Request) => Promise<Answer>,
  transferOf: (answer: Answer) => readonly ArrayBuffer[] = () => [],
): Promise<void> {
  const reply = (message: WorkerMessage<Ready, Answer>, transfer: readonly ArrayBuffer[] = []): void =>
    parentPort?.postMessage(message, transfer);
  try {
    const { state, ready } = await prepare();
    parentPort?.on('message', (request: Request) => {
      work(state, request).then((answer) => reply({ kind: 'done', answer }, transferOf(answer)));
    });
    reply({ kind: 'ready', ready });
  } catch (error) {
    if (!(error instanceof LookhearError)) throw error;
    const { code, message, hint } = error;
    reply({ kind: 'unusable', code, message, hint });
  }
}
