/** From the items of a finished run to its reports. */
import { join } from 'node:path';
import { aggregate } from './aggregate.ts';
import type { Evaluation } from './evaluation.ts';
import type { ItemRecord } from './itemRecord.ts';
import { readItems, readPlan } from './runFolder.ts';
import { itemsFile, wholeRun } from './shard.ts';
import { writeReports } from './writeReports.ts';

export async function finishRun(folder: string): Promise<Evaluation> {
  const plan = await readPlan(folder);
  const records: ItemRecord[] = [];
  for await (const record of readItems(join(folder, itemsFile(wholeRun)))) records.push(record);
  const evaluation = aggregate(plan, records, null);
  await writeReports(folder, evaluation);
  return evaluation;
}
