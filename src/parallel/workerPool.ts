/**
 * A few threads that each take the next request when they are done with the last. The native engine blocks the thread
 * that it runs in, so each model has its own, and the main thread stays free for Ctrl-C and progress.
 */
import { parentPort, Worker } from 'node:worker_threads';
import { type ErrorCode, LookhearError } from '../errors.ts';

type Message<Ready, Answer> =
  | { readonly kind: 'ready'; readonly ready: Ready }
  | { readonly kind: 'unusable'; readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined }
  | { readonly kind: 'done'; readonly answer: Answer };

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
  const workers = Array.from({ length: count }, () => new Worker(script, { workerData: setup }));
  const close = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  const nextMessage = (worker: Worker): Promise<Message<Ready, Answer>> => messageOf(worker);

  async function whenReady(worker: Worker): Promise<Ready> {
    const message = await nextMessage(worker);
    if (message.kind === 'ready') return message.ready;
    if (message.kind === 'done') throw new Error('A worker answered before it was asked.');
    const { code, hint } = message;
    throw new LookhearError(code, message.message, hint === undefined ? {} : { hint });
  }

  try {
    const [ready] = await Promise.all(workers.map(whenReady));
    return {
      ready,
      async run(next, done, signal) {
        const keepBusy = async (worker: Worker): Promise<void> => {
          while (!signal.aborted) {
            const request = next();
            if (request === undefined) return;
            worker.postMessage(request);
            const message = await nextMessage(worker);
            if (message.kind === 'done') done(request, message.answer);
          }
        };
        await Promise.all(workers.map(keepBusy));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Fails where the worker does: out of memory, say. */
function messageOf<Content>(worker: Worker): Promise<Content> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off('message', onMessage).off('error', onError);
    };
    const onMessage = (message: Content): void => {
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

/**
 * The other side, called once in the worker's own file.
 * @param prepare What each worker does first, such as opening a model; its LookhearErrors end the pool's start.
 * @param work Answers one request; it must not throw, because a failure is an answer too.
 */
export async function serveRequests<State, Ready, Request, Answer>(
  prepare: () => Promise<{ readonly state: State; readonly ready: Ready }>,
  work: (state: State, request: Request) => Promise<Answer>,
): Promise<void> {
  const reply = (message: Message<Ready, Answer>): void => parentPort?.postMessage(message);
  try {
    const { state, ready } = await prepare();
    parentPort?.on('message', (request: Request) => {
      work(state, request).then((answer) => reply({ kind: 'done', answer }));
    });
    reply({ kind: 'ready', ready });
  } catch (error) {
    if (!(error instanceof LookhearError)) throw error;
    const { code, message, hint } = error;
    reply({ kind: 'unusable', code, message, hint });
  }
}
