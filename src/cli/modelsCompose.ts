/** `lookhear models compose`: two networks of others become a model, without training. */
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { readPictureHalf, readSoundHalf } from '../convert/composeFolders.node.ts';
import type { PictureHalf, SoundHalf } from '../convert/composeHalves.ts';
import { type ComposedModel, type ComposeOptions, composeModel } from '../convert/composeModel.ts';
import { chooseEngine } from '../engine/chooseEngine.node.ts';
import { LookhearError } from '../errors.ts';
import { parseRelation } from '../labels/parseRelation.ts';
import { completeModel, writeModelFolder } from '../weights/modelFolder.node.ts';
import { noteOnEngine } from './openFromOptions.ts';
import type { OptionValues } from './options.ts';
import { checkOutputFolder } from './outputFolder.ts';
import { checkOutputs } from './outputs.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

export async function run({ options, signal }: Invocation): Promise<0> {
  const { picture: seeing, sound: hearing, relation: relationFile, out, device, frontEnd, activation } = options;
  if (seeing === undefined || hearing === undefined || out === undefined) {
    throw new LookhearError(
      'USAGE',
      'Expected what sees (--picture), what hears (--sound) and where to write (--out).',
      {
        hint: 'For instance: lookhear models compose --picture hub:OWNER/NAME --sound sounds/ --out joined/',
      },
    );
  }
  const force = options.force === true;
  await checkOutputFolder(out, force);
  if ([seeing, hearing].some((folder) => resolve(folder) === resolve(out))) {
    throw new LookhearError('USAGE', `Cannot write ${out}: it is one of the two networks.`, {
      hint: 'Give the model a folder of its own.',
    });
  }
  await checkOutputs([jsonFile(options)], { force, inputs: relationFile === undefined ? [] : [relationFile] });

  const engine = await chooseEngine(device);
  noteOnEngine(engine.name, options);
  const picture = await readPictureHalf(seeing, engine);
  signal.throwIfAborted();
  const sound = await readSoundHalf(hearing, engine, { frontEnd, activation });
  signal.throwIfAborted();
  const relation = await readRelation(relationFile, picture, sound);
  const composed = composeModel({ name: nameOf(out), picture, sound, relation });
  const { description, networks, card } = composed;
  const model = completeModel(description, networks);
  await writeModelFolder(out, description, networks, card);

  await writeJson(
    {
      schema: 'lookhear/composed@1',
      name: model.name,
      path: out,
      licence: model.licence,
      origin: model.origin,
      picture: summaryOf(model.picture),
      sound: { ...summaryOf(model.sound), frontEnd: model.sound.frontEnd, patchSeconds: model.sound.patchSeconds },
      relation: composed.counts,
      calibrated: false,
    },
    options,
  );
  if (isForPeople(options)) console.log(linesOf(composed, picture, sound, out).join('\n'));
  return 0;
}

async function readRelation(
  file: string | undefined,
  { network: { labels: sights } }: PictureHalf,
  { network: { labels: sounds } }: SoundHalf,
): Promise<ComposeOptions['relation']> {
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new LookhearError('INPUT_MISSING', `Cannot read ${file}: it is not there or may not be read.`, {
      hint: 'docs/relation.md says how to write one.',
      cause,
    });
  }
  return { rows: parseRelation(text, sounds, sights, file), origin: basename(file) };
}

/** The folder's name as a model may be called. */
function nameOf(out: string): string {
  const name = basename(resolve(out))
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '');
  return name || 'composed';
}

function summaryOf({ sha256, labels, activation }: SummarySource) {
  return { labels: labels.length, activation: activation ?? null, sha256 };
}

interface SummarySource {
  readonly sha256: string;
  readonly labels: readonly string[];
  readonly activation?: string | undefined;
}

function linesOf(
  { counts, description }: ComposedModel,
  { network: eyes, grid, provenance: eyesOf }: PictureHalf,
  { network: ears, provenance: earsOf }: SoundHalf,
  out: NonNullable<OptionValues['out']>,
): string[] {
  const outputs = (activation: string | undefined): string =>
    activation === undefined ? 'gives probabilities' : `gets a ${activation}`;
  const background = eyes.background === null ? '' : ' and a background';
  const rows: [string, string][] = [
    [
      'picture',
      `${eyes.labels.length} labels${background} on ${grid.columns} x ${grid.rows} cells, ${outputs(eyes.activation)}, licence ${eyesOf.licence}`,
    ],
    [
      'sound',
      `${ears.labels.length} labels, front end ${ears.frontEnd}, ${outputs(ears.activation)}, licence ${earsOf.licence}`,
    ],
    [
      'relation',
      `${counts.soundsWithSight} of ${counts.sounds} sounds have a sight, ${counts.sightsWithSound} of ${counts.sights} sights a sound`,
    ],
    ['answer', 'not calibrated: the map may be right where the answer is not'],
  ];
  return [
    ...rows.map(([what, text]) => `  ${what.padEnd(12)} ${text}`),
    `  wrote ${out}  (model ${description.name}; try: lookhear localize PICTURE SOUND --model ${out})`,
  ];
}
