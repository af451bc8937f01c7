/** `lookhear summary`: a preset's networks, layer by layer. */
import { type NetworkTable, onnxTable, presetTables, sumOf } from '../convert/networkTables.ts';
import { systemNames } from '../convert/systems.ts';
import { LookhearError } from '../errors.ts';
import { type PresetName, presets } from '../networks/presets.ts';
import { findModelFolder, readModelFolder } from '../weights/modelFolder.node.ts';
import { checkOutputs } from './outputs.ts';
import { tableLines, totalLines } from './summaryText.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

export async function run({ options }: Invocation): Promise<0> {
  const { preset, force } = options;
  if (preset === undefined || !systemNames.includes(preset)) {
    const problem = preset === undefined ? 'Missing the preset, --preset.' : `There is no preset "${preset}".`;
    throw new LookhearError('USAGE', problem, { hint: `Give one of: ${systemNames.join(', ')}.` });
  }
  await checkOutputs([jsonFile(options)], { force: force === true, inputs: [] });
  const tables = preset === 'small' ? await smallTables() : presetTables(presets[preset as PresetName]);
  const totals = sumOf(tables);
  const networks = tables.map(({ name, rows, totals: own }) => ({ name, layers: rows, totals: own }));
  await writeJson({ schema: 'lookhear/summary@1', preset, networks, totals }, options);
  if (!isForPeople(options)) return 0;
  const columns = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  const batch = preset === 'small' ? undefined : 'None';
  for (const table of tables) console.log(`${tableLines(table, columns, batch).join('\n')}\n`);
  if (tables.length > 1) console.log(['The whole system', ...totalLines(totals)].join('\n'));
  return 0;
}

async function smallTables(): Promise<NetworkTable[]> {
  const { picture, sound } = await readModelFolder(await findModelFolder('small'));
  return [onnxTable('picture', picture), onnxTable('sound', sound)];
}
