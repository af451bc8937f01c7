import { afterEach, describe, expect, it } from 'vitest';
import { type RequestPool, startRequestPool } from './requestPool.ts';

/** Speaks the protocol of `serveRequests`, in a script that needs no build. */
const script = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, threadId, workerData } from 'node:worker_threads';
    if (workerData === 'unusable') parentPort.postMessage({ kind: 'unusable', code: 'MODEL_MISSING', message: 'There is no model.' });
    else parentPort.postMessage({ kind: 'ready', ready: 'native' });
    parentPort.on('message', ({ say, afterMs = 0, die = false, hang = false }) => {
      if (die) throw new Error('out of luck');
      while (hang);
      setTimeout(() => parentPort.postMessage({ kind: 'done', answer: { say, threadId } }), afterMs);
    });
  `)}`,
);

interface Request {
  readonly say?: string;
  readonly afterMs?: number;
  readonly die?: boolean;
  readonly hang?: boolean;
}

interface Answer {
  readonly say: string;
  readonly threadId: number;
}

let pool: RequestPool<string, Request, Answer>;

async function open(options: { workers?: number; mostWaiting?: number; timeLimitMs?: number } = {}): Promise<void> {
  pool = await startRequestPool(script, null, { workers: 1, mostWaiting: 2, timeLimitMs: 10_000, ...options });
}

describe('a pool of threads that answer requests', () => {
  afterEach(() => pool?.close());

  it('answers each request with its own answer, on as many threads as there are', async () => {
    await open({ workers: 2, mostWaiting: 100 });
    expect(pool.ready).toBe('native');
    const words = Array.from({ length: 20 }, (_, index) => `word ${index}`);
    const answers = await Promise.all(words.map((say, index) => pool.ask({ say, afterMs: index % 3 })));
    expect(answers.map(({ say }) => say)).toEqual(words);
    expect(new Set(answers.map(({ threadId }) => threadId)).size).toBe(2);
    expect(pool.load()).toEqual({ workers: 2, busy: 0, waiting: 0, replaced: 0 });
  });

  it('refuses what does not fit into the line', async () => {
    await open({ mostWaiting: 2 });
    const accepted = [pool.ask({ say: 'a', afterMs: 50 }), pool.ask({ say: 'b' }), pool.ask({ say: 'c' })];
    expect(pool.load()).toMatchObject({ busy: 1, waiting: 2 });
    await expect(pool.ask({ say: 'd' })).rejects.toMatchObject({ reason: 'full' });
    expect((await Promise.all(accepted)).map(({ say }) => say)).toEqual(['a', 'b', 'c']);
  });

  it('loses only the request of a thread that dies, and replaces the thread', async () => {
    await open();
    const [dead, next] = [pool.ask({ die: true }), pool.ask({ say: 'still here' })];
    await expect(dead).rejects.toMatchObject({
      reason: 'died',
      cause: expect.objectContaining({ message: 'out of luck' }),
    });
    expect(await next).toMatchObject({ say: 'still here' });
    expect(pool.load()).toMatchObject({ workers: 1, replaced: 1 });
  });

  it('ends a thread that hangs', async () => {
    await open({ timeLimitMs: 100 });
    await expect(pool.ask({ hang: true })).rejects.toMatchObject({ reason: 'late' });
    expect(await pool.ask({ say: 'on time' })).toMatchObject({ say: 'on time' });
  });

  it('takes a request out of the line when its caller has gone', async () => {
    await open();
    const first = pool.ask({ say: 'first', afterMs: 50 });
    const caller = new AbortController();
    const second = pool.ask({ say: 'second' }, { signal: caller.signal });
    caller.abort();
    await expect(second).rejects.toMatchObject({ reason: 'aborted' });
    expect(pool.load().waiting).toBe(0);
    expect(await first).toMatchObject({ say: 'first' });
  });

  it('tells everyone who still waits when it is closed', async () => {
    await open();
    const asked = [pool.ask({ say: 'in work', afterMs: 1000 }), pool.ask({ say: 'in line' })];
    const outcomes = Promise.allSettled(asked);
    await pool.close();
    expect((await outcomes).map((outcome) => outcome.status === 'rejected' && outcome.reason.reason)).toEqual([
      'closed',
      'closed',
    ]);
    await expect(pool.ask({ say: 'late' })).rejects.toMatchObject({ reason: 'closed' });
  });

  it('does not start where the threads cannot be used', async () => {
    const starting = startRequestPool(script, 'unusable', { workers: 2, mostWaiting: 1, timeLimitMs: 1000 });
    await expect(starting).rejects.toMatchObject({ code: 'MODEL_MISSING', message: 'There is no model.' });
  });
});
