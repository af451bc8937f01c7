/** `lookhear import`: weights of others into a model folder of a preset. */
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { putWeights } from '../convert/buildModel.ts';
import type { NetworkSettings, Side } from '../convert/conventions.ts';
import { type Provenance, writeImportedModel } from '../convert/importedModel.node.ts';
import { type ImportPlan, matchingJson, mismatchLines, planImport } from '../convert/importWeights.ts';
import type { NamedFile } from '../convert/matchWeights.ts';
import { presetIn, presetSystem, type System, smallSystem, systemNames } from '../convert/systems.ts';
import { LookhearError } from '../errors.ts';
import { type PresetName, presets } from '../networks/presets.ts';
import { openWeightFile } from '../weights/files/openWeightFile.node.ts';
import { findModelFolder, readModelFolder } from '../weights/modelFolder.node.ts';
import type { OptionValues } from './options.ts';
import { checkOutputFolder } from './outputFolder.ts';
import { checkOutputs } from './outputs.ts';
import { startProgress } from './progress.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

interface Filled {
  readonly system: System;
  readonly sides: readonly Side[];
  readonly provenance: Provenance;
  readonly json: ReturnType<typeof matchingJson>;
  readonly lines: readonly string[];
}

export async function run({ inputs, options, signal }: Invocation): Promise<0> {
  const started = performance.now();
  const { out } = options;
  if (inputs.length === 0 || out === undefined) {
    const what = inputs.length === 0 ? 'the weight files to import' : 'the folder of the model, --out';
    throw new LookhearError('USAGE', `Missing ${what}.`, {
      hint: 'For example: lookhear import vggish.pth --preset vggish --out vggish/',
    });
  }
  await checkOutputFolder(out, options.force === true);
  await checkOutputs([jsonFile(options)], { force: options.force === true, inputs });
  const { system, sides, provenance, json, lines } = await fill(inputs, options, signal);
  await writeImportedModel(out, system, sides, provenance);
  const seconds = (performance.now() - started) / 1000;
  await writeJson({ schema: 'lookhear/import@1', ...json, written: out, seconds }, options);
  if (!isForPeople(options)) return 0;
  for (const line of lines) console.log(line);
  console.log(`  wrote ${out}  (${seconds.toFixed(1)} s)`);
  return 0;
}

/** What was read from the files can be forgotten once this returns. */
async function fill(inputs: readonly string[], options: OptionValues, signal: AbortSignal): Promise<Filled> {
  const files: NamedFile[] = [];
  for (const path of inputs) files.push({ name: path, weights: await openWeightFile(path) });
  const systemWith = await systemOf(presetName(options, files));
  const plan = planImport(systemWith, files, { partial: options.partial === true });
  if (plan.problem !== undefined) {
    const isSameKind = plan.matching.fits.length > 0;
    if (options.json !== true && isSameKind) for (const line of mismatchLines(plan)) console.error(line);
    throw plan.problem;
  }
  const { system, sides, matching } = plan;
  const progress = startProgress({ what: 'import', unit: 'arrays', total: matching.fits.length });
  try {
    for (const _ of putWeights(system, matching.fits)) {
      progress.advance();
      await setImmediate();
      signal.throwIfAborted();
    }
  } finally {
    progress.end();
  }
  const origin = files.map(({ name, weights: { format } }) => {
    return `weights from ${basename(name)} (${format}, named as by ${matching.conventions.get(name)})`;
  });
  const initialised = plan.initialised.map(({ side, name, shape }) => `${side}/${name} [${shape.join(', ')}]`);
  return { system, sides, provenance: { origin, initialised }, json: matchingJson(plan), lines: linesOf(plan) };
}

/** As asked for, else as the file says of itself. */
function presetName({ preset }: OptionValues, files: readonly NamedFile[]): string {
  const name = preset ?? files.map(({ weights }) => presetIn(weights.metadata)).find((stated) => stated !== undefined);
  if (name !== undefined && systemNames.includes(name)) return name;
  const problem = name === undefined ? 'Missing the preset, --preset.' : `There is no preset "${name}".`;
  throw new LookhearError('USAGE', problem, { hint: `Give one of: ${systemNames.join(', ')}.` });
}

async function systemOf(name: string): Promise<(settings: NetworkSettings) => System> {
  if (name !== 'small') return (settings) => presetSystem(name, presets[name as PresetName], settings);
  const { model, picture, sound } = await readModelFolder(await findModelFolder('small'));
  const system = smallSystem(model, { picture, sound });
  return () => system;
}

function linesOf(plan: ImportPlan): string[] {
  const { system, matching, sides, absent, initialised } = plan;
  const row = (title: string, text: string): string => `  ${title.padEnd(12)} ${text}`;
  const lines = [...matching.conventions].map(([file, convention]) => {
    const count = matching.fits.filter((fit) => fit.file === file).length;
    return row('read', `${count} arrays from ${file}, named as by ${convention}`);
  });
  lines.push(...mismatchLines(plan));
  if (initialised.length > 0) {
    const how = system.isTrained ? 'keep the values of the model small' : 'begin at random, to be trained';
    lines.push(row('initialised', `${initialised.length} arrays, those missing or of another shape, ${how}`));
  }
  if (absent.length > 0) {
    lines.push(
      row(
        'half a model',
        `it has a ${sides[0]} network only; give the ${absent[0]} network's weights in the same command,`,
      ),
      row('', `or join the two later: lookhear models compose`),
    );
  }
  return lines;
}
