/**
 * A few threads that answer requests as they come, for as long as the process lives: what a service needs. Each takes
 * one request at a time; further ones wait in a line of bounded length. A thread that dies or takes too long costs the
 * request that it had, and is replaced.
 */
import type { Worker } from 'node:worker_threads';
import { startWorker, startWorkers, type WorkerMessage } from './startWorker.ts';

export type RequestFailureReason =
  /** The line is full. */
  | 'full'
  /** The thread ended before it answered. */
  | 'died'
  /** It took longer than allowed, and was ended. */
  | 'late'
  /** The caller's signal. */
  | 'aborted'
  /** The pool was closed. */
  | 'closed';

export class RequestFailure extends Error {
  readonly reason: RequestFailureReason;

  constructor(reason: RequestFailureReason, options?: ErrorOptions) {
    super(`The request was not answered: ${reason}.`, options);
    this.name = 'RequestFailure';
    this.reason = reason;
  }
}

export interface RequestPoolOptions {
  readonly workers: number;
  /** The most requests that wait while all threads are busy. */
  readonly mostWaiting: number;
  /** The longest that a thread may take for one request, milliseconds. */
  readonly timeLimitMs: number;
}

export interface PoolLoad {
  /** Threads that live, and those of them that work. */
  readonly workers: number;
  readonly busy: number;
  readonly waiting: number;
  /** Threads that had to be replaced so far. */
  readonly replaced: number;
}

export interface AskOptions {
  /** Takes a request out of the line; what is in work is finished, and its answer thrown away. */
  readonly signal?: AbortSignal | undefined;
  /** Buffers of the request that are handed over, not copied. */
  readonly transfer?: readonly ArrayBuffer[];
}

export interface RequestPool<Ready, Request, Answer> {
  /** What the first worker said when it was ready. */
  readonly ready: Ready;
  load(): PoolLoad;
  /** Fails with a RequestFailure. */
  ask(request: Request, options?: AskOptions): Promise<Answer>;
  /** Ends the threads at once; whoever still waits is told `closed`. */
  close(): Promise<void>;
}

interface Task<Request, Answer> {
  readonly request: Request;
  readonly transfer: readonly ArrayBuffer[];
  readonly resolve: (answer: Answer) => void;
  readonly reject: (failure: RequestFailure) => void;
}

/** Milliseconds before a thread that could not be replaced is tried again; doubled each time. */
const firstRetryMs = 100;
const longestRetryMs = 10_000;

/**
 * @param script The compiled file that calls `serveRequests`.
 * @param setup Handed to every worker as `workerData`.
 * Fails with what the workers' preparation throws as LookhearError.
 */
export async function startRequestPool<Ready, Request, Answer>(
  script: URL,
  setup: unknown,
  { workers: count, mostWaiting, timeLimitMs }: RequestPoolOptions,
): Promise<RequestPool<Ready, Request, Answer>> {
  type Waiting = Task<Request, Answer>;
  const line: Waiting[] = [];
  const idle: Worker[] = [];
  const living = new Set<Worker>();
  const inWork = new Map<Worker, { readonly task: Waiting; readonly timer: NodeJS.Timeout }>();
  let replaced = 0;
  let isClosed = false;

  function employ(worker: Worker): void {
    living.add(worker);
    worker.on('message', (message: WorkerMessage<Ready, Answer>) => {
      if (message.kind === 'done') finish(worker, (task) => task.resolve(message.answer));
    });
    // The end of the thread follows, and says what is to be done.
    let cause: unknown;
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', () => bury(worker, cause));
    idle.push(worker);
    handOut();
  }

  function handOut(): void {
    while (line.length > 0 && idle.length > 0) {
      const task = line.shift()!;
      const worker = idle.pop()!;
      const timer = setTimeout(() => {
        // Before its end is told, so that nothing more is handed to it.
        inWork.delete(worker);
        living.delete(worker);
        task.reject(new RequestFailure('late'));
        worker.terminate();
      }, timeLimitMs);
      inWork.set(worker, { task, timer });
      worker.postMessage(task.request, task.transfer);
    }
  }

  function finish(worker: Worker, settle: (task: Waiting) => void): void {
    const work = inWork.get(worker);
    if (work === undefined) return;
    clearTimeout(work.timer);
    inWork.delete(worker);
    settle(work.task);
    idle.push(worker);
    handOut();
  }

  function bury(worker: Worker, cause: unknown): void {
    living.delete(worker);
    const place = idle.indexOf(worker);
    if (place >= 0) idle.splice(place, 1);
    const work = inWork.get(worker);
    if (work !== undefined) {
      clearTimeout(work.timer);
      inWork.delete(worker);
      work.task.reject(new RequestFailure('died', { cause }));
    }
    if (!isClosed) replace(firstRetryMs);
  }

  async function replace(retryMs: number): Promise<void> {
    if (isClosed) return;
    try {
      const { worker } = await startWorker<Ready, Answer>(script, setup);
      replaced++;
      if (isClosed) await worker.terminate();
      else employ(worker);
    } catch {
      setTimeout(() => replace(Math.min(2 * retryMs, longestRetryMs)), retryMs).unref();
    }
  }

  const started = await startWorkers<Ready, Answer>(script, count, setup);
  for (const { worker } of started) employ(worker);

  return {
    ready: started[0].ready,
    load: () => ({ workers: living.size, busy: inWork.size, waiting: line.length, replaced }),
    ask(request, { signal, transfer = [] } = {}) {
      return new Promise((resolve, reject) => {
        if (isClosed) return reject(new RequestFailure('closed'));
        if (signal?.aborted) return reject(new RequestFailure('aborted'));
        if (idle.length === 0 && line.length >= mostWaiting) return reject(new RequestFailure('full'));
        const leave = (): void => {
          const place = line.indexOf(task);
          if (place >= 0) line.splice(place, 1);
          reject(new RequestFailure('aborted'));
        };
        const task: Waiting = {
          request,
          transfer,
          resolve(answer) {
            signal?.removeEventListener('abort', leave);
            resolve(answer);
          },
          reject(failure) {
            signal?.removeEventListener('abort', leave);
            reject(failure);
          },
        };
        signal?.addEventListener('abort', leave, { once: true });
        line.push(task);
        handOut();
      });
    },
    async close() {
      isClosed = true;
      for (const task of line.splice(0)) task.reject(new RequestFailure('closed'));
      for (const { task, timer } of inWork.values()) {
        clearTimeout(timer);
        task.reject(new RequestFailure('closed'));
      }
      await Promise.all([...living].map((worker) => worker.terminate()));
    },
  };
}
