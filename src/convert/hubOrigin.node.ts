/**
 * Whose a folder of the hub is: the licence that its authors state (the front matter of README.md, or a LICENSE file)
 * and, where `models get` fetched it, from where. Licences are told, never judged.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Provenance } from './composeHalves.ts';

/** What `models get` leaves in a folder. */
export const fetchedFile = 'lookhear.json';

export const fetchedSchema = z.object({
  schema: z.literal('lookhear/hub-folder@1'),
  /** OWNER/NAME */
  repository: z.string(),
  /** The commit, where the hub named it. */
  revision: z.string(),
  licence: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
});

export type Fetched = z.infer<typeof fetchedSchema>;

export const unknownLicence = 'unknown';

/** The place in words, with the licence behind it. */
export async function readProvenance(folder: string): Promise<Provenance> {
  const fetched = await readFetched(folder);
  const licence =
    licenceOfReadme((await readIfThere(join(folder, 'README.md'))) ?? '') ??
    fetched?.licence ??
    (await licenceOfFile(folder)) ??
    unknownLicence;
  const place = fetched ? `hub:${fetched.repository} (revision ${fetched.revision})` : basename(resolve(folder));
  return { origin: [`${place}, licence ${licence}`], licence };
}

/** Undefined where the folder was not fetched by us. */
export async function readFetched(folder: string): Promise<Fetched | undefined> {
  const text = await readIfThere(join(folder, fetchedFile));
  if (text === undefined) return undefined;
  try {
    return fetchedSchema.parse(JSON.parse(text));
  } catch {
    // Whoever changed it knows better; the folder is then one like any other.
    return undefined;
  }
}

/** `license:` between the two lines of three dashes; `license_name:` where that is "other". */
export function licenceOfReadme(text: string): string | undefined {
  const [, front] = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(text) ?? [];
  if (front === undefined) return undefined;
  const field = (name: string): string | undefined => {
    const [, value] = new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(front) ?? [];
    // YAML may quote a value, or write a list of one.
    return value?.replace(/^[['"\s]+|[\]'"\s]+$/g, '').slice(0, 80) || undefined;
  };
  const licence = field('license');
  return licence === 'other' ? (field('license_name') ?? licence) : licence;
}

/** The first line of a licence file names the licence nearly always. */
async function licenceOfFile(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  const name = names.find((file) => /^(licen[sc]e|copying)(\.(md|txt))?$/i.test(file));
  const text = name && (await readIfThere(join(folder, name)));
  const line = text?.split('\n').map((line) => line.replace(/^[#\s]+/, '').trim());
  return line?.find((words) => words !== '')?.slice(0, 80);
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
