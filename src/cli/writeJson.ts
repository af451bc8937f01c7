/** Where `--json` puts its object: standard output, or a file. */
import { writeFileAtomically } from '../media/atomicWrite.ts';
import type { OptionValues } from './options.ts';

/** Does nothing where JSON was not asked for. */
export async function writeJson(value: object, { json, force }: OptionValues): Promise<void> {
  if (json === true) console.log(JSON.stringify(value));
  else if (json !== undefined) await writeFileAtomically(json, `${JSON.stringify(value)}\n`, { force });
}

/** The file that `--json` names; undefined where there is none. */
export function jsonFile({ json }: OptionValues): string | undefined {
  return typeof json === 'string' ? json : undefined;
}

/** Whether the answer is printed for people. */
export function isForPeople({ json, quiet }: OptionValues): boolean {
  return json !== true && quiet !== true;
}
