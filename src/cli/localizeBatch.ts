/**
 * `localize --pairs`: many pairs, one after the other, in the order of the file. A pair that fails is written down and
 * the next one goes on. While the networks work on a pair, the next pairs are decoded and the results of the last ones
 * are encoded, so that no core waits.
 */
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LookhearError } from '../errors.ts';
import type { Finding } from '../localize/finding.ts';
import type { Localizer } from '../localize/localizer.ts';
import { checkOutput, writeFileAtomically } from '../media/atomicWrite.ts';
import { writePicture } from '../media/writePicture.ts';
import { paint } from '../picture/paint.ts';
import type { Picture } from '../picture/picture.ts';
import { writeNpy } from '../weights/npy.ts';
import { type DecodedPair, decodePair, withDecodingTime } from './decodePair.ts';
import { describeFailure } from './failure.ts';
import { findingJson } from './findingJson.ts';
import { openFromOptions } from './openFromOptions.ts';
import { checkOutputs } from './outputs.ts';
import { type Pair, readPairs } from './pairs.ts';
import { startProgress } from './progress.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

/** Pairs that are decoded ahead of the networks, and pairs whose results are still being written behind them. */
const ahead = 2;
const behind = 2;

interface Found {
  readonly picture: Picture;
  readonly finding: Finding;
}

/** A value, or what went wrong on the way to it. */
type Outcome<Value> = { readonly value: Value } | { readonly error: unknown };

export async function localizeBatch({ inputs, options, signal }: Invocation): Promise<0 | 3> {
  const { pairs: file, out: folder, force = false } = options;
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

  const localizer = await openFromOptions(options, signal);
  const log = await open(results, force ? 'w' : 'wx');
  try {
    const failed = await localizeAll({ pairs, localizer, folder, log, force, signal });
    await writeJson({ schema: 'lookhear/batch@1', pairs: pairs.length, failed, results }, options);
    if (isForPeople(options)) {
      console.log(`  ${pairs.length - failed} of ${pairs.length} pairs done, results in ${results}`);
      if (failed > 0) console.log(`  ${failed} failed: the lines with "error" there say why`);
    }
    return failed === 0 ? 0 : 3;
  } finally {
    await log.close();
    await localizer.close();
  }
}

/** @returns how many pairs failed. */
async function localizeAll(work: {
  readonly pairs: readonly Pair[];
  readonly localizer: Localizer;
  readonly folder: string;
  readonly log: FileHandle;
  readonly force: boolean;
  readonly signal: AbortSignal;
}): Promise<number> {
  const { pairs, localizer, folder, log, force, signal } = work;
  const progress = startProgress({ what: 'localize', unit: 'pairs', total: pairs.length });
  const decoding: Promise<Outcome<DecodedPair>>[] = [];
  const writing: { readonly id: string | null; readonly result: Promise<Outcome<object>> }[] = [];
  let failed = 0;

  // Lines are written whole and in the order of the file, whichever result is encoded first.
  async function writeLine(): Promise<void> {
    const next = writing.shift();
    if (next === undefined) return;
    const result = await next.result;
    const isFailed = 'error' in result;
    if (isFailed) failed++;
    const entry = isFailed ? { error: describeFailure(result.error).message } : result.value;
    await log.appendFile(`${JSON.stringify({ id: next.id, ...entry })}\n`);
    progress.advance(isFailed);
  }

  try {
    for (const [index, pair] of pairs.entries()) {
      while (decoding.length <= ahead && index + decoding.length < pairs.length) {
        decoding.push(outcome(decode(pairs[index + decoding.length], signal)));
      }
      const decoded = await decoding.shift()!;
      stopIfAborted(signal, folder);
      const found = 'error' in decoded ? decoded : await outcome(find(localizer, decoded.value, signal));
      stopIfAborted(signal, folder);
      const result = 'error' in found ? Promise.resolve(found) : outcome(writeResult(folder, pair, found.value, force));
      writing.push({ id: pair.id, result });
      if (writing.length > behind) await writeLine();
    }
  } finally {
    // After a stop too: what was found until then is kept.
    while (writing.length > 0) await writeLine();
    progress.end();
  }
  return failed;
}

async function decode(pair: Pair, signal: AbortSignal): Promise<DecodedPair> {
  if ('problem' in pair) throw pair.problem;
  return decodePair(pair.image, pair.audio, signal);
}

async function find(localizer: Localizer, decoded: DecodedPair, signal: AbortSignal): Promise<Found> {
  const { picture, sound, pictureMs, soundMs } = decoded;
  const finding = await localizer.localize(picture, sound, { signal });
  // Picture and sound were decoded side by side, before.
  const totalMs = finding.timing.totalMs + Math.max(pictureMs, soundMs);
  return { picture, finding: withDecodingTime(finding, decoded, totalMs) };
}

async function writeResult(folder: string, pair: Pair, { picture, finding }: Found, force: boolean): Promise<object> {
  const { heat } = finding;
  const map = join(folder, `${pair.id}.npy`);
  await Promise.all([
    writeFileAtomically(map, writeNpy({ shape: [heat.height, heat.width], data: heat.data }), { force }),
    writePicture(join(folder, `${pair.id}.png`), paint(picture, heat), { force }),
  ]);
  return findingJson(finding, map);
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

/** A promise that never rejects, so that work ahead of time cannot fail unnoticed. */
function outcome<Value>(promise: Promise<Value>): Promise<Outcome<Value>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

function stopIfAborted(signal: AbortSignal, folder: string): void {
  if (!signal.aborted) return;
  throw new LookhearError('ABORTED', 'Stopped.', {
    hint: `What was done until now is in ${join(folder, 'results.jsonl')}.`,
  });
}
