/** Writes a model folder of imported weights: whole, or half where the files bring one network only. */
import { basename } from 'node:path';
import {
  type HalfModelDescription,
  type ModelDescription,
  writeHalfModelFolder,
  writeModelFolder,
} from '../weights/modelFolder.node.ts';
import { buildNetwork } from './buildModel.ts';
import type { Side } from './conventions.ts';
import type { System } from './systems.ts';

export interface Provenance {
  /** Where the weights came from, in words. */
  readonly origin: readonly string[];
  /** `parameter [shape]` of those that begin at random. */
  readonly initialised: readonly string[];
}

/** Fails with MODEL_INVALID where the description is inconsistent, before anything is written. */
export async function writeImportedModel(
  path: string,
  system: System,
  sides: readonly Side[],
  provenance: Provenance,
): Promise<void> {
  const picture = sides.includes('picture') ? system.picture : undefined;
  const sound = sides.includes('sound') ? system.sound : undefined;
  const networks = {
    ...(picture && { picture: buildNetwork(system, 'picture') }),
    ...(sound && { sound: buildNetwork(system, 'sound') }),
  };
  const about = {
    name: modelName(path, system.preset),
    version: '1.0.0',
    licence: system.made.licence,
    origin: [...system.made.origin, ...provenance.origin],
    preset: system.preset,
  };
  const card = cardText(about, system, sides, provenance);
  if (picture && sound && networks.picture && networks.sound) {
    const description: ModelDescription = {
      ...about,
      picture: picture.description,
      sound: sound.description,
      ...system.joint,
    };
    await writeModelFolder(path, description, { picture: networks.picture, sound: networks.sound }, card);
    return;
  }
  const description: HalfModelDescription = {
    ...about,
    ...(picture && { picture: picture.description }),
    ...(sound && { sound: sound.description }),
  };
  await writeHalfModelFolder(path, description, networks, card);
}

/** The folder's name as far as it can be a model's. */
function modelName(path: string, preset: string): string {
  const name = basename(path)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '');
  return name === '' ? preset : name;
}

function cardText(
  { name, version, origin }: { name: string; version: string; origin: readonly string[] },
  system: System,
  sides: readonly Side[],
  { initialised }: Provenance,
): string {
  const parts = [
    `# The model \`${name}\`, version ${version}`,
    `The preset \`${system.preset}\` with imported weights: ${sides.join(' and ')} network.`,
    `## Made of\n\n${origin.map((line) => `- ${line}`).join('\n')}`,
    'The licence of the weights is for whoever imported them to check; lookhear does not know it.',
  ];
  if (initialised.length > 0) {
    parts.push(
      `## Not trained\n\nNo file brought these; they begin ${system.isTrained ? 'as in the model `small`' : 'at random'}:\n\n${initialised.map((line) => `- ${line}`).join('\n')}`,
    );
  }
  if (sides.length === 1) {
    parts.push('## Half a model\n\nIt has one network only. `lookhear models compose` joins it with another.');
  } else if (!system.isTrained) {
    parts.push(
      '## Not calibrated\n\nNobody has measured how often its answers are right: a score of 0.1 counts as even odds, 0.15 and more as `here`, below 0.067 as `not in the picture`. Its confidence is no probability.',
    );
  }
  return `${parts.join('\n\n')}\n`;
}
