/** A model over a benchmark, from files to the folder of a run: what `lookhear evaluate` and the library call. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Benchmark } from '../benchmarks/benchmark.ts';
import { missingFiles } from '../benchmarks/presence.ts';
import type { EngineChoice } from '../engine/chooseEngine.node.ts';
import type { EngineName } from '../engine/engine.ts';
import { LookhearError } from '../errors.ts';
import { writeFileAtomically } from '../media/atomicWrite.ts';
import { findModelFolder, readModelFolder } from '../weights/modelFolder.node.ts';
import type { Evaluation } from './evaluation.ts';
import { finishRun } from './finishRun.ts';
import type { ItemRecord } from './itemRecord.ts';
import { dataChecksum, type Plan } from './plan.ts';
import { runEvaluation } from './runEvaluation.ts';
import { openRunFolder } from './runFolder.ts';
import { type Shard, wholeRun } from './shard.ts';
import type { Threshold } from './threshold.ts';
import { trainingManifestFile } from './trainingManifest.ts';

export interface EvaluateOptions {
  /** The folder of the run: a stopped one of the same plan goes on. */
  readonly out: string;
  /** Throws away what another run left there. */
  readonly force?: boolean | undefined;
  /** The command that makes these figures again, for the record. */
  readonly command: string;
  /** Name or folder. Unset: the environment's LOOKHEAR_MODEL, else "small". */
  readonly model?: string | undefined;
  readonly engine?: EngineChoice | undefined;
  /** Items at once. */
  readonly threads: number;
  /** Universal threshold (METRICS section 7). Unset: none, and no figures that need one. */
  readonly threshold?: Threshold | undefined;
  /** Of partners, noises, the gallery's lot and the intervals. */
  readonly seed: number;
  /** Unset: the whole. */
  readonly shard?: Shard | undefined;
  readonly signal: AbortSignal;
  /** Told once: the items of the shard, how many of them were there already, and the engine. */
  readonly onStart?: (total: number, done: number, engine: EngineName) => void;
  readonly onItem?: (record: ItemRecord) => void;
}

/**
 * @returns the figures, which stand in the folder too; null for one shard of several
 * @throws LookhearError USAGE where the threshold was set on the same data; ABORTED where the signal says so; OUTPUT_EXISTS where another evaluation lies in the folder;
 *   MODEL_MISSING, MODEL_INVALID, ENGINE_MISSING. A picture or a sound that is missing or damaged is counted and listed.
 */
export async function evaluateBenchmark(benchmark: Benchmark, options: EvaluateOptions): Promise<Evaluation | null> {
  const { out, seed, threshold, signal, shard = wholeRun } = options;
  const missing = await missingFiles(benchmark.items);
  const modelFolder = await findModelFolder(options.model);
  const { model, sha256 } = await readModelFolder(modelFolder);
  const training = await readFile(join(modelFolder, trainingManifestFile)).catch(() => undefined);
  const plan: Plan = {
    schema: 'lookhear/evaluation-plan@1',
    command: options.command,
    benchmark: benchmark.name,
    title: benchmark.title,
    annotations: Object.fromEntries(benchmark.annotations.map(({ path, sha256 }) => [basename(path), sha256])),
    notes: [...benchmark.notes],
    items: benchmark.items.length,
    dataSha256: dataChecksum(
      benchmark,
      missing.map((path) => path === null),
    ),
    seed,
    threshold: threshold?.value ?? null,
    thresholdFrom: threshold?.from ?? null,
    trainingSha256: training ? createHash('sha256').update(training).digest('hex') : null,
    model: { name: model.name, version: model.version, sha256 },
  };
  if (threshold?.dataSha256 === plan.dataSha256) {
    throw new LookhearError('USAGE', 'The threshold was set on the very data that it is to be used on.', {
      hint: 'Give the report.json of validation data, or evaluate without --threshold.',
    });
  }
  await openRunFolder(out, plan, options.force ?? false);
  // The shards are joined where the model may not be.
  if (training) await writeFileAtomically(join(out, trainingManifestFile), training, { force: true });
  await runEvaluation({
    benchmark,
    missing,
    folder: out,
    shard,
    model: options.model,
    engine: options.engine,
    threads: options.threads,
    threshold: plan.threshold,
    seed,
    fingerprints: training !== undefined,
    signal,
    onStart: options.onStart ?? (() => {}),
    onItem: options.onItem ?? (() => {}),
  });
  if (signal.aborted) {
    throw new LookhearError('ABORTED', 'Stopped.', { hint: 'The same command goes on where it stopped.' });
  }
  return shard.of === 1 ? await finishRun(out) : null;
}
