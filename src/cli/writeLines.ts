/** Where `--json` puts objects that come one by one, a line each: standard output as they come, or a file, whole or not at all. */
import { writeFileAtomically } from '../media/atomicWrite.ts';
import type { OptionValues } from './options.ts';

export type WriteLine = (value: object) => Promise<void>;

/** Runs a task with a place for its lines; where JSON was not asked for, they go nowhere. */
export async function withLines<Result>(
  { json, force }: OptionValues,
  task: (writeLine: WriteLine) => Promise<Result>,
): Promise<Result> {
  if (json === undefined) return task(async () => {});
  if (json === true) return task(async (value) => console.log(JSON.stringify(value)));
  const results: Result[] = [];
  await writeFileAtomically(
    json,
    async (file) => {
      results.push(
        await task(async (value) => {
          await file.appendFile(`${JSON.stringify(value)}\n`);
        }),
      );
    },
    { force },
  );
  return results[0];
}
