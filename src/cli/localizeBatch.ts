/**
 * `localize --pairs`: many pairs at once, as many as there are cores. A pair that fails is written down and the others go
 * on. Results come in any order; their lines are written whole and in the order of the file.
 */
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { LookhearError } from '../errors.ts';
import { checkOutput } from '../media/atomicWrite.ts';
import { orderedLines } from '../parallel/orderedLines.ts';
import { describeFailure } from './failure.ts';
import { noteOnEngine } from './openFromOptions.ts';
import { checkOutputs } from './outputs.ts';
import { type Pair, readPairs } from './pairs.ts';
import { type PairRequest, type PairWorkers, startPairWorkers } from './pairWorkers.ts';
import { startProgress } from './progress.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

/** Each holds the model and a picture with its map; more would need much memory for large pictures. */
const mostAtOnce = 8;

export async function localizeBatch({ inputs, options, signal }: Invocation): Promise<0 | 3> {
  const { pairs: file, out: folder, force = false, model, device } = options;
  if (file === undefined || folder === undefined) {
    throw new LookhearError('USAGE', 'Expected a folder for the results of --pairs.', {
      hint: 'Give it with --out DIR.',
    });
  }
  if (inputs.length > 0 || options.map !== undefined || options.figure !== undefined) {
    throw new LookhearError('USAGE', 'Expected nothing but --out beside --pairs: no inputs, no --map, no --figure.', {
      hint: 'The heat maps go into the folder, one .npy a pair.',
    });
  }
  const pairs = await readPairs(file);
  await makeFolder(folder);
  const results = join(folder, 'results.jsonl');
  await checkOutputs([results, jsonFile(options)], { force, inputs: [file] });
  await checkResultFiles(pairs, folder, force);

  const threads = Math.min(options.threads ?? availableParallelism(), mostAtOnce);
  const atOnce = Math.min(threads, pairs.length);
  const setup = { model, engine: device, threads: Math.floor(threads / atOnce), folder, force };
  const workers = await startPairWorkers(atOnce, setup);
  noteOnEngine(workers.ready, options);
  try {
    const log = await open(results, force ? 'w' : 'wx');
    const failed = await localizeAll(pairs, workers, log, signal).finally(() => log.close());
    if (signal.aborted) {
      throw new LookhearError('ABORTED', 'Stopped.', { hint: `What was done until now is in ${results}.` });
    }
    await writeJson({ schema: 'lookhear/batch@1', pairs: pairs.length, failed, results }, options);
    if (isForPeople(options)) {
      console.log(`  ${pairs.length - failed} of ${pairs.length} pairs done, results in ${results}`);
      if (failed > 0) console.log(`  ${failed} failed: the lines with "error" there say why`);
    }
    return failed === 0 ? 0 : 3;
  } finally {
    await workers.close();
  }
}

/** @returns how many pairs failed. */
async function localizeAll(
  pairs: readonly Pair[],
  workers: PairWorkers,
  log: FileHandle,
  signal: AbortSignal,
): Promise<number> {
  const progress = startProgress({ what: 'localize', unit: 'pairs', total: pairs.length });
  const lines = orderedLines(log);
  let failed = 0;
  let asked = 0;

  function finish(index: number, entry: object): void {
    const isFailed = 'error' in entry;
    if (isFailed) failed++;
    progress.advance(isFailed);
    lines.put(index, { id: pairs[index].id, ...entry });
  }

  function next(): PairRequest | undefined {
    while (asked < pairs.length) {
      const index = asked++;
      const pair = pairs[index];
      if (!('problem' in pair)) return { index, pair };
      finish(index, { error: describeFailure(pair.problem).message });
    }
    return undefined;
  }

  try {
    await workers.run(next, ({ index }, entry) => finish(index, entry), signal);
  } finally {
    progress.end();
    await lines.end();
  }
  return failed;
}

/** One look into the folder is enough for any number of pairs. */
async function checkResultFiles(pairs: readonly Pair[], folder: string, force: boolean): Promise<void> {
  const existing = new Set(await readdir(folder));
  for (const pair of pairs) {
    if ('problem' in pair) continue;
    for (const name of [`${pair.id}.npy`, `${pair.id}.png`]) {
      const path = join(folder, name);
      if ([pair.image, pair.audio].includes(resolve(path))) {
        throw new LookhearError('USAGE', `Cannot write ${path}: it is an input of the same pair.`, {
          hint: 'Give another folder with --out.',
        });
      }
      if (existing.has(name)) await checkOutput(path, { force });
    }
  }
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new LookhearError('OUTPUT_UNWRITABLE', `Cannot make the folder ${folder}.`, {
      hint: 'Give a folder that exists, or a place that is yours to write.',
      cause,
    });
  });
}
