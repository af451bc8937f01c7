/** The end of a training: a model folder that `localize` takes, with a card that says how it came about. */
import { join } from 'node:path';
import { buildNetwork } from '../../convert/buildModel.ts';
import type { NetworkSettings } from '../../convert/conventions.ts';
import { presetSystem } from '../../convert/systems.ts';
import type { Split } from '../../data/split.ts';
import { filesOfPairs, fingerprintTraining } from '../../evaluate/fingerprintTraining.ts';
import { joinManifests, type TrainingManifest, trainingManifestFile } from '../../evaluate/trainingManifest.ts';
import { readManifestOf, writeTrainingManifest } from '../../evaluate/trainingManifestFile.ts';
import { writeModelFolder } from '../../weights/modelFolder.node.ts';
import type { TrainingConfig } from '../run/config.ts';
import type { Score } from '../run/metrics.ts';
import type { RunFacts } from '../run/runFolder.ts';
import type { Initial } from './initialWeights.ts';
import { presetOf } from './system.ts';

export interface TrainedModel {
  readonly config: TrainingConfig;
  readonly settings: NetworkSettings;
  readonly facts: RunFacts;
  readonly split: Split;
  readonly initial: Initial;
  /** Everything that was trained, statistics too, by name. */
  readonly values: ReadonlyMap<string, Float32Array>;
  readonly scores: Readonly<Record<string, Score>>;
  /** Of the run. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Writes `model/` into the run's folder and returns its path. */
export async function writeTrainedModel(trained: TrainedModel): Promise<string> {
  const { config, settings, initial, values, facts, folder } = trained;
  const system = presetSystem(config.preset, presetOf(config, settings), settings, config.seed);
  for (const half of [system.picture!, system.sound!]) {
    for (const parameter of half.parameters) {
      const known = values.get(parameter.name) ?? initial.weights.get(parameter.name);
      if (known !== undefined) parameter.values = known;
    }
  }
  const manifest = await manifestOf(trained);
  const path = join(folder, 'model');
  await writeModelFolder(
    path,
    {
      name: config.preset,
      version: facts.version,
      licence: 'unknown',
      origin: [`trained by lookhear ${facts.version} on ${config.data}`, ...initial.origin],
      preset: config.preset,
      picture: system.picture!.description,
      sound: system.sound!.description,
      ...system.joint,
    },
    { picture: buildNetwork(system, 'picture'), sound: buildNetwork(system, 'sound') },
    card(trained),
  );
  await writeTrainingManifest(join(path, trainingManifestFile), manifest, { force: true });
  return path;
}

/** The pairs of this training, and those of the model that it began from, as far as that one says. */
async function manifestOf({ config, split, signal }: TrainedModel): Promise<TrainingManifest> {
  const { manifest } = await fingerprintTraining(filesOfPairs(split.training), { signal, onProgress: () => {} });
  const before = config.initial === 'random' ? null : await readManifestOf(config.initial);
  return before === null ? manifest : joinManifests(before, manifest);
}

const percent = (value: number): string => (100 * value).toFixed(1);

function card({ config, split, scores, facts, initial }: TrainedModel): string {
  const rows = Object.entries(scores).map(([name, { value, baseline }]) => {
    const beside = baseline ? percent(baseline.value) : '';
    return `| ${name} | ${percent(value)} | ${beside} |`;
  });
  const figures =
    rows.length === 0
      ? 'No pair was kept for validation, so nothing is known of how well it does.'
      : `On ${split.validation.length} pairs that were not trained on (\`align_adaptive\`, percent):\n\n| | model | centre prior |\n|---|---|---|\n${rows.join('\n')}`;
  const start = config.initial === 'random' ? 'random weights' : `the weights of ${initial.origin.join('; ')}`;
  return `# A model of the preset \`${config.preset}\`

Trained on ${split.training.length} pairs for ${config.epochs} epochs, objective ${config.objective}, from ${start}, with lookhear ${facts.version}, seed ${facts.seed}.
The config of the run has every setting.

${figures}

Its answer (here, not in the picture) is not calibrated: a match score of 0.1 is taken for even odds. The licence of the
data decides what may be done with it.
`;
}
