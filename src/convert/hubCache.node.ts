/** What was fetched from the hub and lies in the cache. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hubCache } from './hubName.node.ts';
import { type Fetched, readFetched } from './hubOrigin.node.ts';

/** In the order of their names; what has not arrived whole is not among them. */
export async function listFetched(): Promise<(Fetched & { readonly path: string })[]> {
  const names = (await readdir(hubCache()).catch(() => [])).sort().filter((name) => !name.endsWith('.part'));
  const listed = await Promise.all(
    names.map(async (name) => {
      const path = join(hubCache(), name);
      const fetched = await readFetched(path);
      return fetched ? [{ ...fetched, path }] : [];
    }),
  );
  return listed.flat();
}
