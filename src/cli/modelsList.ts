/** `lookhear models list`: the models on this machine, also those that cannot be used, and what was got from the hub. */
import { listFetched } from '../convert/hubCache.node.ts';
import { listModels } from '../weights/modelFolder.node.ts';
import { checkOutputs } from './outputs.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

export async function run({ options }: Invocation): Promise<0> {
  await checkOutputs([jsonFile(options)], { force: options.force === true, inputs: [] });
  const listed = await listModels();
  const fetched = await listFetched();
  await writeJson(
    {
      schema: 'lookhear/models@1',
      models: listed.map((entry) => {
        const model = 'model' in entry ? entry.model : null;
        return {
          name: model?.name ?? null,
          version: model?.version ?? null,
          licence: model?.licence ?? null,
          labels: (model?.sound ?? model?.picture)?.labels ?? null,
          path: entry.path,
          problem: 'problem' in entry ? entry.problem.message : null,
        };
      }),
      hub: fetched.map(({ path, repository, revision, licence }) => ({
        name: `hub:${repository}`,
        revision,
        licence,
        path,
      })),
    },
    options,
  );
  if (!isForPeople(options)) return 0;
  if (listed.length === 0) console.log('  There is no model on this machine.');
  for (const entry of listed) {
    if ('problem' in entry) {
      console.log(`  unusable     ${entry.problem.message}`);
      continue;
    }
    const { name, version, licence, picture, sound } = entry.model;
    const what =
      picture && sound ? `${sound.labels.length} labels` : `half a model: ${picture ? 'sees' : 'hears'} only`;
    console.log(`  ${name.padEnd(12)} ${version}, ${what}, ${licence}\n               ${entry.path}`);
  }
  for (const { path, repository, licence } of fetched) {
    console.log(`  hub:${repository}  half of a model, for "models compose", ${licence}\n               ${path}`);
  }
  return 0;
}
