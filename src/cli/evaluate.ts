/**
 * `lookhear evaluate`: a model over a test set, beside what it must be better than. The same command goes on where a
 * stopped one was; shards are joined by --merge.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from '../benchmarks/benchmark.ts';
import { readOurs } from '../benchmarks/ours.ts';
import { readBenchmark } from '../benchmarks/registry.ts';
import { LookhearError } from '../errors.ts';
import { type AtLeast, checkAtLeast, parseAtLeast } from '../evaluate/atLeast.ts';
import { evaluateBenchmark } from '../evaluate/evaluateBenchmark.ts';
import type { Evaluation } from '../evaluate/evaluation.ts';
import { finishRun } from '../evaluate/finishRun.ts';
import { mergeShards } from '../evaluate/mergeShards.ts';
import { summaryLines } from '../evaluate/report/summaryLines.ts';
import { parseShard } from '../evaluate/shard.ts';
import { readThreshold } from '../evaluate/threshold.ts';
import { noteOnEngine } from './openFromOptions.ts';
import type { OptionValues } from './options.ts';
import { checkOutputs } from './outputs.ts';
import { startProgress } from './progress.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

export async function run(invocation: Invocation): Promise<0 | 3> {
  const { inputs, options, signal } = invocation;
  const wanted = (options.atLeast ?? []).map(parseAtLeast);
  await checkOutputs([jsonFile(options)], { force: options.force ?? false, inputs });
  if (options.merge !== undefined) {
    if (inputs.length > 0 || options.benchmark !== undefined || options.shard !== undefined) {
      throw new LookhearError('USAGE', 'Expected nothing but the folder of the parts beside --merge.');
    }
    await mergeShards(options.merge);
    return await tell(await finishRun(options.merge), options.merge, options, wanted);
  }
  const shard = options.shard === undefined ? undefined : parseShard(options.shard);
  if (shard && shard.of > 1 && wanted.length > 0) {
    throw new LookhearError('USAGE', 'Expected no --at-least with --shard: a part has no figures of the whole.', {
      hint: 'Give it to the command with --merge.',
    });
  }
  const benchmark = await benchmarkOf(inputs, options);
  const out = options.out ?? `lookhear-evaluation-${benchmark.name}`;
  const threshold = options.threshold === undefined ? undefined : await readThreshold(options.threshold);
  let progress: ReturnType<typeof startProgress> | undefined;
  let evaluation: Evaluation | null;
  try {
    evaluation = await evaluateBenchmark(benchmark, {
      out,
      force: options.force,
      command: commandOf(inputs, options),
      model: options.model,
      engine: options.device,
      threads: options.threads ?? availableParallelism(),
      threshold,
      seed: options.seed ?? 1,
      shard,
      signal,
      onStart(total, done, engine) {
        noteOnEngine(engine, options);
        if (done > 0 && isForPeople(options)) console.error(`note   ${done} of ${total} items were done before`);
        progress = startProgress({ what: 'evaluate', unit: 'items', total: total - done });
      },
      onItem: (record) => progress?.advance('skipped' in record),
    });
  } finally {
    progress?.end();
  }
  if (evaluation !== null) return await tell(evaluation, out, options, wanted);
  if (isForPeople(options)) {
    console.log(
      `  part ${options.shard} is in ${out}; when all are there, "lookhear evaluate --merge ${out}" joins them`,
    );
  }
  await writeJson({ schema: 'lookhear/evaluation-part@1', folder: out, shard: options.shard }, options);
  return 0;
}

async function benchmarkOf(inputs: readonly string[], options: OptionValues): Promise<Benchmark> {
  const { benchmark: name, media, annotations } = options;
  const [file] = inputs;
  if (file !== undefined && name === undefined) return await readOurs(file);
  if (file === undefined && name !== undefined && media !== undefined) {
    return await readBenchmark(name, { media, annotations });
  }
  throw new LookhearError('USAGE', 'Expected a list of pairs, or --benchmark NAME with --media DIR.', {
    hint: '"lookhear data check" lists the benchmarks.',
  });
}

/** What makes the same figures, whatever the threads and shards: only what is part of the measurement. */
function commandOf(inputs: readonly string[], options: OptionValues): string {
  const named = ['benchmark', 'media', 'annotations', 'model', 'threshold', 'seed'] as const;
  const words = named.flatMap((name) => (options[name] === undefined ? [] : [`--${name}`, String(options[name])]));
  return ['lookhear', 'evaluate', ...inputs, ...words].map(quoted).join(' ');
}

/** For a shell. */
const quoted = (word: string): string => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** Says what is in the reports. */
async function tell(
  evaluation: Evaluation,
  folder: string,
  options: OptionValues,
  wanted: readonly AtLeast[],
): Promise<0 | 3> {
  await writeJson(evaluation, options);
  if (isForPeople(options)) {
    for (const line of summaryLines(evaluation)) console.log(`  ${line}`);
    console.log(`  wrote ${join(folder, 'report.html')}, report.md and report.json`);
  }
  const broken = checkAtLeast(evaluation, wanted).filter(({ holds }) => !holds);
  if (broken.length > 0) {
    const [{ rule, got }] = broken;
    const value = got === null ? 'cannot be said' : `is ${got.toFixed(4)}`;
    throw new LookhearError('CHECK_FAILED', `Expected at least ${rule}, but it ${value}.`, {
      hint: `${join(folder, 'report.html')} shows the figures.`,
      details: { broken },
    });
  }
  const { missing, unreadable } = evaluation.counts;
  return missing + unreadable === 0 ? 0 : 3;
}
