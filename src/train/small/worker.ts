/** Runs the recipe on a thread of its own, because a training step blocks the one that it runs on. */
import { parentPort, workerData } from 'node:worker_threads';
import { LookhearError } from '../../errors.ts';
import type { TrainingProgress } from '../loop.ts';
import { type RecipeSettings, trainSmall } from './recipe.ts';

export type WorkerMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number; readonly what: string }
  | { readonly kind: 'training'; readonly what: string; readonly progress: TrainingProgress }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly error: unknown; readonly code?: string; readonly hint?: string | undefined };

const port = parentPort;
if (port) {
  const stopper = new AbortController();
  // The only message that comes in: stop after the step at hand.
  port.once('message', () =>
    stopper.abort(new LookhearError('ABORTED', 'The training was stopped; its place is saved.')),
  );
  const say = (message: WorkerMessage): void => port.postMessage(message);
  try {
    await trainSmall(workerData as RecipeSettings, {
      signal: stopper.signal,
      onProgress: (done, total, what) => say({ kind: 'progress', done, total, what }),
      onTraining: (what, progress) => say({ kind: 'training', what, progress }),
    });
    say({ kind: 'finished' });
  } catch (error) {
    say({ kind: 'failed', error, ...(error instanceof LookhearError && { code: error.code, hint: error.hint }) });
  }
  port.close();
}
