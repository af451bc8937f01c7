/**
 * `lookhear data check`: whether a test set is complete before anything long is begun: which of its files are there,
 * where each of the others is expected, and what is odd about its annotations.
 */
import type { Benchmark } from '../benchmarks/benchmark.ts';
import { examinePairs } from '../benchmarks/ours.ts';
import { type KindPresence, type Presence, presenceOf } from '../benchmarks/presence.ts';
import { benchmarks, readBenchmark } from '../benchmarks/registry.ts';
import { LookhearError } from '../errors.ts';
import type { OptionValues } from './options.ts';
import { checkOutputs } from './outputs.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

/** Paths and lines that are shown to people; JSON has all. */
const shownAtMost = 10;

export async function run({ inputs, options }: Invocation): Promise<0 | 3> {
  const { benchmark: name, media, annotations } = options;
  const [file] = inputs;
  await checkOutputs([jsonFile(options)], { force: options.force === true, inputs });
  if (file === undefined && name === undefined) return await listBenchmarks(options);
  if (file !== undefined && name === undefined) return await checkPairs(file, options);
  if (file === undefined && name !== undefined && media !== undefined) {
    return await tell(await readBenchmark(name, { media, annotations }), options);
  }
  throw new LookhearError('USAGE', 'Expected a list of pairs, or --benchmark NAME with --media DIR.', {
    hint: '"lookhear data check" alone lists the benchmarks and the files that each wants.',
  });
}

async function listBenchmarks(options: OptionValues): Promise<0> {
  const rows = benchmarks.map(({ name, title, wants, media }) => ({ name, title, annotations: wants, media }));
  await writeJson({ schema: 'lookhear/benchmarks@1', benchmarks: rows }, options);
  if (!isForPeople(options)) return 0;
  for (const { name, title, annotations, media } of rows) {
    console.log(`  ${name.padEnd(24)} ${title}`);
    for (const { names, source } of annotations) console.log(`${' '.repeat(27)}${names[0]} from ${source}`);
    console.log(`${' '.repeat(27)}${Object.values(media).join(', ')}`);
  }
  console.log(`  ${'ours'.padEnd(24)} pairs.jsonl in the folder of --media, or "lookhear data check pairs.jsonl"`);
  return 0;
}

async function checkPairs(file: string, options: OptionValues): Promise<0 | 3> {
  const { benchmark, problems } = await examinePairs(file);
  if (problems.length === 0) return await tell(benchmark, options);
  if (isForPeople(options)) showSome(problems.map(({ problem }) => `  unusable     ${problem}`));
  const presence = await presenceOf(benchmark);
  const report = { ...reportOf(benchmark, presence), problems };
  if (jsonFile(options) !== undefined) await writeJson(report, options);
  const lines = problems.length === 1 ? `Line ${problems[0].line}` : `${problems.length} lines`;
  throw new LookhearError('INPUT_CORRUPT', `${lines} of ${file} cannot be used.`, {
    hint: 'docs/test-sets.md shows how a line must look.',
    details: report,
  });
}

async function tell(benchmark: Benchmark, options: OptionValues): Promise<0 | 3> {
  const presence = await presenceOf(benchmark);
  await writeJson(reportOf(benchmark, presence), options);
  if (isForPeople(options)) {
    const { title, annotations, items, notes } = benchmark;
    console.log(`  ${title}`);
    for (const { path } of annotations) console.log(`  annotations  ${path}`);
    console.log(`  items        ${items.length}, ${completeOf(presence)} of them with all files`);
    for (const kind of ['pictures', 'sounds', 'masks'] as const) {
      if (presence[kind].of > 0) console.log(`  ${kind.padEnd(12)} ${shareOf(presence[kind])}`);
    }
    showSome(presence.missing.map((path) => `  missing      ${path}`));
    for (const note of notes) console.log(`  note         ${note}`);
  }
  return presence.missing.length === 0 ? 0 : 3;
}

function reportOf({ name, title, annotations, items, notes }: Benchmark, presence: Presence) {
  const { pictures, sounds, masks, missing } = presence;
  return {
    schema: 'lookhear/data-check@1',
    benchmark: name,
    title,
    annotations,
    items: items.length,
    complete: completeOf(presence),
    pictures,
    sounds,
    masks,
    missing,
    incomplete: presence.items.filter(({ present }) => !present).map(({ id }) => id),
    notes,
  };
}

function completeOf({ items }: Presence): number {
  return items.filter(({ present }) => present).length;
}

function shareOf({ there, of }: KindPresence): string {
  return `${there} of ${of} there`;
}

function showSome(lines: readonly string[]): void {
  for (const line of lines.slice(0, shownAtMost)) console.log(line);
  const others = lines.length - shownAtMost;
  if (others > 0) console.log(`               and ${others} more; --json tells all`);
}
