/**
 * What `lookhear compare` reads: the folder of an evaluation, or the file that `lookhear score --items` writes, with a
 * line {"id","rule","ciou"} for each pair and rule.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LookhearError } from '../errors.ts';
import type { ScoredItem } from './itemRecord.ts';
import type { Plan } from './plan.ts';
import { readItems, readLines, readPlan } from './runFolder.ts';
import { itemsFile, wholeRun } from './shard.ts';

export interface MeasuredPair {
  /** Null where it is not known: such a pair is independent of all others. */
  readonly scene: string | null;
  /** Consensus IoU by rule, NaN where it is undefined; empty where nothing in the picture makes the sound. */
  readonly cious: ReadonlyMap<string, number>;
  /** What an evaluation kept of it. */
  readonly record: ScoredItem | null;
}

export interface Measured {
  readonly path: string;
  /** Null for a file of `score`. */
  readonly plan: Plan | null;
  /** By id, in the order of the file. */
  readonly pairs: ReadonlyMap<string, MeasuredPair>;
  /** Lines of an evaluation that say why a pair was not scored. */
  readonly skipped: number;
}

/** @throws LookhearError INPUT_MISSING, INPUT_CORRUPT, INPUT_UNSUPPORTED */
export async function readMeasured(path: string): Promise<Measured> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new LookhearError('INPUT_MISSING', `Cannot read ${path}: there is no such folder or file.`, {
      hint: 'Give the folder that "lookhear evaluate --out" wrote, or the file of "lookhear score --items".',
      cause,
    });
  });
  return found.isDirectory() ? await readRun(path) : await readScores(path);
}

async function readRun(path: string): Promise<Measured> {
  const plan = await readPlan(path);
  const pairs = new Map<string, MeasuredPair>();
  let skipped = 0;
  for await (const record of readItems(join(path, itemsFile(wholeRun)))) {
    if ('skipped' in record) {
      skipped++;
      continue;
    }
    const cious = Object.entries(record.maps.own?.ciou ?? {}).map(
      ([rule, ciou]) => [rule, ciou ?? Number.NaN] as const,
    );
    pairs.set(record.id, { scene: record.scene, cious: new Map(cious), record });
  }
  return { path, plan, pairs, skipped };
}

const scoreLine = z.object({ id: z.string(), rule: z.string(), ciou: z.number().nullable() });

async function readScores(path: string): Promise<Measured> {
  const pairs = new Map<string, { scene: null; cious: Map<string, number>; record: null }>();
  let number = 0;
  for await (const text of readLines(path)) {
    number++;
    if (text.trim() === '') continue;
    const { id, rule, ciou } = parseLine(text, number, path);
    const pair = pairs.get(id) ?? { scene: null, cious: new Map<string, number>(), record: null };
    if (pair.cious.has(rule)) {
      throw new LookhearError('INPUT_CORRUPT', `Line ${number} of ${path} scores "${id}" under ${rule} a second time.`);
    }
    pairs.set(id, pair);
    pair.cious.set(rule, ciou ?? Number.NaN);
  }
  return { path, plan: null, pairs, skipped: 0 };
}

function parseLine(text: string, number: number, path: string): z.infer<typeof scoreLine> {
  try {
    return scoreLine.parse(JSON.parse(text));
  } catch (cause) {
    throw new LookhearError('INPUT_CORRUPT', `Line ${number} of ${path} is not {"id","rule","ciou"}.`, {
      hint: 'Give the file of "lookhear score --items", or for an evaluation its whole folder.',
      cause,
    });
  }
}
