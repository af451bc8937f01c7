/** `lookhear models remove`: takes what was fetched, or a model, out of the cache. Nothing outside the cache is touched. */
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hubCacheFolder, isHubName } from '../convert/hubName.node.ts';
import { LookhearError } from '../errors.ts';
import { cacheFolder } from '../weights/cacheFolder.node.ts';
import { checkOutputs } from './outputs.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

export async function run({ inputs: [, name], options }: Invocation): Promise<0> {
  await checkOutputs([jsonFile(options)], { force: options.force === true, inputs: [] });
  const folder = folderOf(name);
  const isThere = await stat(folder).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isThere) {
    throw new LookhearError('INPUT_MISSING', `There is no "${name}" in the cache, ${cacheFolder()}.`, {
      hint: '"lookhear models list" shows what there is; a model elsewhere is a folder of yours to delete.',
    });
  }
  await rm(folder, { recursive: true });
  await writeJson({ schema: 'lookhear/removed@1', name, path: folder }, options);
  if (isForPeople(options)) console.log(`  removed      ${folder}`);
  return 0;
}

function folderOf(name: string): string {
  if (isHubName(name)) return hubCacheFolder(name);
  if (/^[a-z0-9][a-z0-9._-]*$/.test(name)) return join(cacheFolder(), 'models', name);
  throw new LookhearError('USAGE', `Expected hub:OWNER/NAME or the name of a model, got "${name}".`, {
    hint: 'A folder that is yours you delete yourself.',
  });
}
