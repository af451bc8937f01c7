/**
 * The folder of an evaluation: plan.json, what it is of; items.jsonl (or the file of a shard), a line an item in the
 * order of the benchmark, appended as the work goes; gallery/, a few pictures; then the reports. A run that was stopped
 * goes on behind its last whole line.
 */
import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LookhearError } from '../errors.ts';
import { writeFileAtomically } from '../media/atomicWrite.ts';
import type { ItemRecord } from './itemRecord.ts';
import { type Plan, planSchema } from './plan.ts';

const planFile = 'plan.json';

/**
 * Makes the folder, or takes the one of the same plan.
 * @param force Throws away what another plan left.
 * @throws LookhearError OUTPUT_EXISTS where another evaluation lies there, OUTPUT_UNWRITABLE
 */
export async function openRunFolder(folder: string, plan: Plan, force: boolean): Promise<void> {
  await mkdir(join(folder, 'gallery'), { recursive: true }).catch((cause: unknown) => {
    throw new LookhearError('OUTPUT_UNWRITABLE', `Cannot make the folder ${folder}.`, {
      hint: 'Give a folder that exists, or a place that is yours to write.',
      cause,
    });
  });
  const path = join(folder, planFile);
  const text = `${JSON.stringify(plan, null, 2)}\n`;
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before === text) return;
  if (before === undefined || force) {
    if (force) await removeItems(folder);
    return await writeFileAtomically(path, text, { force: true });
  }
  throw new LookhearError('OUTPUT_EXISTS', `Cannot write ${folder}: ${differenceOf(before, plan)}.`, {
    hint: 'Give another folder with --out, or --force to begin this one anew.',
  });
}

/** @throws LookhearError INPUT_MISSING, INPUT_CORRUPT */
export async function readPlan(folder: string): Promise<Plan> {
  const path = join(folder, planFile);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new LookhearError('INPUT_MISSING', `Cannot read ${path}: there is no evaluation in that folder.`, {
      hint: 'Give the folder that "lookhear evaluate --out" wrote.',
      cause,
    });
  });
  const plan = parsePlan(text);
  if (plan) return plan;
  throw new LookhearError('INPUT_CORRUPT', `Cannot read ${path}: it is not the plan of an evaluation.`);
}

function parsePlan(text: string): Plan | undefined {
  try {
    return planSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function differenceOf(before: string, plan: Plan): string {
  const other = parsePlan(before);
  if (other === undefined) return 'its plan.json is not that of an evaluation';
  const fields = (Object.keys(plan) as (keyof Plan)[]).filter(
    (field) => JSON.stringify(plan[field]) !== JSON.stringify(other[field]),
  );
  return `it holds another evaluation, which differs in ${fields.join(', ')}`;
}

async function removeItems(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^items(-\d+-of-\d+)?\.jsonl$/.test(name)) await rm(join(folder, name));
  }
  await rm(join(folder, 'gallery'), { recursive: true, force: true });
  await mkdir(join(folder, 'gallery'));
}

/**
 * The file of items, ready to be appended to, with what it holds already. A last line that is cut off is removed.
 * @param known Told of every record that is there.
 */
export async function openItems(
  path: string,
  known: (record: ItemRecord) => void,
): Promise<{ readonly file: FileHandle; readonly count: number }> {
  const file = await open(path, 'a+');
  try {
    let [count, whole] = [0, 0];
    const { size } = await file.stat();
    for await (const text of readLines(path)) {
      const end = whole + Buffer.byteLength(text) + 1;
      if (end > size) break; // the last line has no end
      known(JSON.parse(text) as ItemRecord);
      count++;
      whole = end;
    }
    if (whole < size) await file.truncate(whole);
    return { file, count };
  } catch (cause) {
    await file.close();
    throw new LookhearError('INPUT_CORRUPT', `Cannot go on with ${path}: a line of it is damaged.`, {
      hint: 'Begin anew with --force.',
      cause,
    });
  }
}

/** @throws LookhearError INPUT_MISSING or INPUT_CORRUPT */
export async function* readItems(path: string): AsyncGenerator<ItemRecord> {
  let line = 0;
  for await (const text of readLines(path)) {
    line++;
    try {
      yield JSON.parse(text) as ItemRecord;
    } catch (cause) {
      throw new LookhearError('INPUT_CORRUPT', `Cannot read line ${line} of ${path}: it is not JSON.`, { cause });
    }
  }
}

/** @throws LookhearError INPUT_MISSING */
export async function* readLines(path: string): AsyncGenerator<string> {
  const file = await open(path).catch((cause: unknown) => {
    throw new LookhearError('INPUT_MISSING', `Cannot read ${path}: there is no such file.`, { cause });
  });
  try {
    yield* file.readLines({ autoClose: false });
  } finally {
    await file.close();
  }
}
