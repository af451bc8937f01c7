/** `lookhear compare`: two evaluations, or the scores of two systems, on the pairs that both have. */
import { LookhearError } from '../errors.ts';
import { compare } from '../evaluate/compare.ts';
import { readMeasured } from '../evaluate/readMeasured.ts';
import { comparisonLines } from '../evaluate/report/comparisonLines.ts';
import { checkOutputs } from './outputs.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

export async function run({ inputs, options }: Invocation): Promise<0> {
  const [a, b] = inputs;
  if (a === undefined || b === undefined) {
    throw new LookhearError('USAGE', 'Expected two evaluations to compare.', {
      hint: 'For instance: lookhear compare runs/before runs/after',
    });
  }
  await checkOutputs([jsonFile(options)], { force: options.force ?? false, inputs });
  const comparison = compare(await readMeasured(a), await readMeasured(b), options.rule);
  await writeJson(comparison, options);
  if (isForPeople(options)) for (const line of comparisonLines(comparison)) console.log(`  ${line}`.trimEnd());
  return 0;
}
