/**
 * `npm run train:small -- --data DIR`: the recipe of the small model as one command. The same command resumes; Ctrl-C
 * stops after the step at hand.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Command } from 'commander';
import { type ErrorCode, LookhearError } from '../errors.ts';
import type { TrainingProgress } from '../train/loop.ts';
import type { RecipeSettings } from '../train/small/recipe.ts';
import type { WorkerMessage } from '../train/small/worker.ts';
import { reportFailure } from './failure.ts';
import { positiveInteger } from './options.ts';
import { type Progress, startProgress } from './progress.ts';

const program = new Command('train:small')
  .description('Trains the small model. Stopped by whatever, the same command goes on.')
  .requiredOption('--data <folder>', 'training folder with pictures/, cutouts/, sounds/ and pairs/')
  .option('--pretrained <folder>', 'published networks (default: "pretrained" beside the training folder)')
  .option('--run <folder>', 'where features, checkpoints and logs go', 'runs/small')
  .option('--out <folder>', 'model folder to write', 'runs/small/model')
  .option('--model-version <version>', 'version of the model', '0.1.0')
  .option('--seed <number>', 'of everything random', positiveInteger('--seed', 1_000_000), 1)
  .option('--steps <number>', 'training steps of the picture head', positiveInteger('--steps', 1_000_000), 2600)
  .option('--made <number>', 'pictures made of training pictures', positiveInteger('--made', 1_000_000), 1400)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
try {
  program.parse();
} catch (error) {
  process.exit(reportFailure(error, { verbose: false, json: false }));
}
const { modelVersion, ...options } = program.opts();
const settings = {
  ...options,
  version: modelVersion,
  pretrained: options.pretrained ?? join(options.data, '..', 'pretrained'),
} as RecipeSettings;

let stage: { readonly what: string; readonly total: number; readonly progress: Progress } | undefined;
const advance = (what: string, total: number): void => {
  if (stage?.what !== what) {
    stage?.progress.end();
    stage = { what, total, progress: startProgress({ what, unit: 'items', total }) };
  }
  stage.progress.advance();
};

function sayTraining(what: string, { step, steps, loss, secondsLeft, validation }: TrainingProgress): void {
  const figures = Object.entries(validation ?? {}).map(([name, value]) => `${name} ${value.toFixed(3)}`);
  if (figures.length === 0 && step % 50 !== 0) return;
  const left = `about ${Math.ceil(secondsLeft / 60)} min left`;
  console.error([what, `${step}/${steps}`, `loss ${loss.toFixed(3)}`, ...figures, left].join('  '));
}

const worker = new Worker(new URL('../train/small/worker.js', import.meta.url), { workerData: settings });
process.once('SIGINT', () => {
  console.error('stopping after this step; Ctrl-C again stops now');
  worker.postMessage('stop');
  process.once('SIGINT', () => process.exit(130));
});
worker.on('message', (message: WorkerMessage) => {
  if (message.kind === 'progress') advance(message.what, message.total);
  if (message.kind === 'training') sayTraining(message.what, message.progress);
  if (message.kind === 'finished') console.log(`wrote ${settings.out}`);
  if (message.kind === 'failed') fail(message);
});
worker.on('error', (error) => fail({ kind: 'failed', error }));

/** Errors lose their class on the way between threads; the code comes beside. */
function fail({ error, code, hint }: Extract<WorkerMessage, { kind: 'failed' }>): void {
  stage?.progress.end();
  const text = error instanceof Error ? error.message : String(error);
  const known = code ? new LookhearError(code as ErrorCode, text, { ...(hint && { hint }), cause: error }) : error;
  process.exitCode = reportFailure(known, { verbose: false, json: false });
}
