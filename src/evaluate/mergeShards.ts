/** Joins the files of all shards of a run to the file that one run would have written. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LookhearError } from '../errors.ts';
import { writeFileAtomically } from '../media/atomicWrite.ts';
import { readLines, readPlan } from './runFolder.ts';
import { itemsFile, placesOf, wholeRun } from './shard.ts';

/**
 * Takes one line of each file in turn, so that memory does not grow with the run.
 * @param folder With plan.json and the files of every shard.
 * @throws LookhearError INPUT_MISSING, INPUT_CORRUPT where a shard is not there or not finished
 */
export async function mergeShards(folder: string): Promise<void> {
  const plan = await readPlan(folder);
  const of = await shardCount(folder);
  const shards = Array.from({ length: of }, (_, index) => ({ number: index + 1, of }));
  const paths = shards.map((shard) => join(folder, itemsFile(shard)));
  const target = join(folder, itemsFile(wholeRun));
  await writeFileAtomically(
    target,
    async (file) => {
      const readers = paths.map((path) => readLines(path));
      for (let place = 0; place < plan.items; place++) {
        const shard = place % of;
        const { value, done } = await readers[shard].next();
        if (done) throw unfinished(paths[shard], Math.floor(place / of), placesOf(shards[shard], plan.items).length);
        await file.appendFile(`${value}\n`);
      }
      for (const [shard, reader] of readers.entries()) {
        if (!(await reader.next()).done) throw tooLong(paths[shard]);
      }
    },
    { force: true },
  );
}

/** From the names of the files. */
async function shardCount(folder: string): Promise<number> {
  const counts = new Map<number, Set<number>>();
  for (const name of await readdir(folder)) {
    const [, number, of] = /^items-(\d+)-of-(\d+)\.jsonl$/.exec(name)?.map(Number) ?? [];
    if (of !== undefined) counts.set(of, (counts.get(of) ?? new Set()).add(number));
  }
  if (counts.size !== 1) {
    throw new LookhearError(
      'INPUT_MISSING',
      counts.size === 0
        ? `There are no parts in ${folder}.`
        : `There are parts of several cuts in ${folder}: of ${[...counts.keys()].join(', ')}.`,
      { hint: 'Run "lookhear evaluate" with --shard 1/n to n/n into that folder first.' },
    );
  }
  const [[of, numbers]] = counts;
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter((number) => !numbers.has(number));
  if (missing.length === 0) return of;
  throw new LookhearError('INPUT_MISSING', `Parts ${missing.slice(0, 10).join(', ')} of ${of} are not in ${folder}.`, {
    hint: 'Run them, or copy their files into that folder.',
  });
}

function unfinished(path: string, lines: number, expected: number): LookhearError {
  return new LookhearError('INPUT_CORRUPT', `${path} has ${lines} of ${expected} lines: that part is not finished.`, {
    hint: 'Run the same command with its --shard again; it goes on where it stopped.',
  });
}

function tooLong(path: string): LookhearError {
  return new LookhearError('INPUT_CORRUPT', `${path} has more lines than its part has items.`, {
    hint: 'Delete it and run its part again.',
  });
}
