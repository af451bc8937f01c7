/** From the items of a finished run to its reports. */
import { join } from 'node:path';
import { aggregate } from './aggregate.ts';
import type { Evaluation } from './evaluation.ts';
import { LeakFinder } from './findLeaks.ts';
import type { ItemRecord } from './itemRecord.ts';
import { readItems, readPlan } from './runFolder.ts';
import { itemsFile, wholeRun } from './shard.ts';
import { readManifestOf } from './trainingManifestFile.ts';
import { writeReports } from './writeReports.ts';

export async function finishRun(folder: string): Promise<Evaluation> {
  const plan = await readPlan(folder);
  const records: ItemRecord[] = [];
  const training = await readManifestOf(folder);
  const leaks = training && new LeakFinder(training);
  for await (const record of readItems(join(folder, itemsFile(wholeRun)))) {
    if ('skipped' in record) {
      records.push(record);
      continue;
    }
    const { prints, ...rest } = record;
    if (prints) leaks?.add({ id: record.id, ...prints });
    records.push(rest);
  }
  const evaluation = aggregate(plan, records, leaks?.report() ?? null);
  await writeReports(folder, evaluation);
  return evaluation;
}
