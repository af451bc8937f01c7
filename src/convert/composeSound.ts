/** A published network that labels sounds, made the sound half of a model. */
import type { Engine } from '../engine/engine.ts';
import { audiosetLabels } from '../labels/audioset.ts';
import { createLabelFinder } from '../labels/findLabel.ts';
import { yamnetLabels } from '../labels/yamnet.ts';
import { vggishTiming } from '../networks/vggish.ts';
import type { SoundNetwork } from '../weights/model.ts';
import type { ValueInfo } from '../weights/onnxFile.ts';
import type { Activation, Provenance, SoundHalf } from './composeHalves.ts';
import {
  areProbabilities,
  checkShape,
  chooseOutput,
  onlyInput,
  runTrial,
  type TrialOutput,
  unfit,
} from './composeTrial.ts';
import type { HubSound } from './hubFolder.ts';

export type FrontEnd = SoundNetwork['frontEnd'];

/** In the order in which they are offered. */
export const frontEnds = ['yamnet', 'vggish', 'mn04', 'ast', 'waveform'] as const satisfies readonly FrontEnd[];

export interface SoundChoices {
  /** For a folder that names none, or a wrong one. */
  readonly frontEnd?: FrontEnd | undefined;
  /** Unset: see `activationFor`. */
  readonly activation?: Activation | undefined;
}

/** What a network is fed, a patch at a time. */
type Feeding = Pick<SoundNetwork, 'frontEnd' | 'patchSeconds' | 'hopSeconds' | 'ast' | 'normalise'>;

/** Seconds of a patch where the network takes any length. */
const openSeconds = 5;
const waveformRate = 16000;
/** Windows a second of `mn04` and `ast`. */
const windowsPerSecond = 100;
/** Share of the labels that AudioSet has to know for the labels to be AudioSet's. */
const mostLabels = 0.9;

/**
 * Tries a published network.
 * Fails with MODEL_INVALID where network and texts of the folder do not fit each other, or lookhear.
 */
export async function soundHalfOfHub(
  hub: HubSound,
  bytes: Uint8Array,
  provenance: Provenance,
  engine: Engine,
  choices: SoundChoices = {},
): Promise<SoundHalf> {
  const { labels, onnxPath: file } = hub;
  const input = onlyInput(bytes, file);
  const feeding = feedingOf(hub, input, choices.frontEnd);
  const dims = inputDims(feeding);
  checkShape(input, dims, `sounds of the front end "${feeding.frontEnd}"`, file);
  const outputs = await runTrial(engine, bytes, input.name, dims, file);
  const output = chooseOutput(
    outputs,
    ({ runs: [values] }) => values.length === labels.length,
    `[1, ${labels.length}]: a number for each of its ${labels.length} labels`,
    file,
  );
  const activation = choices.activation ?? activationFor(hub, output);
  return {
    network: {
      ...feeding,
      input: input.name,
      output: output.name,
      ...(activation !== 'none' && { activation }),
      labels: [...labels],
      other: null,
    },
    bytes,
    provenance,
  };
}

/** The sound half of a model of ours, tried in the same way. Fails with MODEL_INVALID. */
export async function soundHalfOfModel(
  { file: _, sha256: __, ...network }: SoundNetwork,
  bytes: Uint8Array,
  provenance: Provenance,
  engine: Engine,
  file: string,
): Promise<SoundHalf> {
  if (network.labels.length === 0) {
    throw unfit(file, 'it hears, but has no labels: its output is an embedding', {
      hint: 'Train a layer from its embedding to labels first.',
    });
  }
  const outputs = await runTrial(engine, bytes, network.input, inputDims(network), file);
  const expected = network.labels.length + (network.other === null ? 0 : 1);
  chooseOutput(
    outputs,
    ({ name, runs: [values] }) => name === network.output && values.length === expected,
    `"${network.output}" [1, ${expected}]`,
    file,
  );
  return { network, bytes, provenance };
}

/** The front end asked for, else the folder's, else the one that the input and the labels give away. */
function feedingOf(hub: HubSound, input: ValueInfo, asked: FrontEnd | undefined): Feeding {
  const frontEnd = asked ?? hub.frontEnd ?? (isYamnet(hub, input) ? 'yamnet' : undefined);
  const file = hub.onnxPath;
  switch (frontEnd) {
    case 'yamnet':
      return { frontEnd, patchSeconds: 0.975, hopSeconds: 0.48 };
    case 'vggish':
      return { frontEnd, ...vggishTiming };
    case 'mn04': {
      const seconds = fixedSize(input, 3, 1 / windowsPerSecond) ?? openSeconds;
      return { frontEnd, patchSeconds: seconds, hopSeconds: seconds / 2 };
    }
    case 'ast': {
      const { bands, frames, mean, deviation } = hub.frontEnd === 'ast' ? hub : audiosetAst;
      const seconds = frames / windowsPerSecond;
      return {
        frontEnd,
        patchSeconds: seconds,
        hopSeconds: seconds / 2,
        ast: { bands, frames, mean, deviation },
      };
    }
    case 'waveform': {
      const { sampleRate = waveformRate } = hub;
      if (sampleRate !== waveformRate) {
        throw unfit(file, `it hears at ${sampleRate} Hz, and samples are fed at ${waveformRate} Hz only`, {
          hint: 'Take a network that hears at 16 kHz, as nearly all on the hub do.',
        });
      }
      const seconds = fixedSize(input, 1, 1 / waveformRate) ?? openSeconds;
      const normalise = hub.frontEnd === 'waveform' ? hub.normalise : true;
      return { frontEnd, patchSeconds: seconds, hopSeconds: seconds / 2, ...(!normalise && { normalise }) };
    }
    case undefined: {
      const shape = input.shape ? `[${input.shape.join(', ')}]` : 'of no stated shape';
      throw unfit(file, `nothing in its folder says how a sound becomes its input "${input.name}", ${shape}`, {
        hint: `Name the front end that it was trained with: --front-end ${frontEnds.join(', ')}.`,
      });
    }
  }
}

const audiosetAst = { bands: 128, frames: 1024, mean: -4.2677393, deviation: 4.5689974 } as const;

/** A size that the file fixes, in seconds; undefined where it is open. */
function fixedSize({ shape }: ValueInfo, axis: number, seconds: number): number | undefined {
  const size = shape?.[axis];
  return typeof size === 'number' ? size * seconds : undefined;
}

/** 521 labels and patches of 96 x 64 are YAMNet's alone; VGGish, with the same patches, has no labels. */
function isYamnet({ labels }: HubSound, { shape }: ValueInfo): boolean {
  return (
    labels.length === yamnetLabels.length &&
    shape?.length === 4 &&
    [1, 96, 64].every((size, axis) => shape[axis + 1] === size)
  );
}

/** One patch, as localize/hear.ts feeds it; weights/model.ts says so too. */
function inputDims({ frontEnd, patchSeconds, ast }: Feeding): number[] {
  switch (frontEnd) {
    case 'yamnet':
    case 'vggish':
      return [1, 1, 96, 64];
    case 'mn04':
      return [1, 1, 128, Math.round(patchSeconds * windowsPerSecond)];
    case 'ast': {
      const { frames, bands } = ast ?? audiosetAst;
      return [1, frames, bands];
    }
    case 'waveform':
      return [1, Math.round(patchSeconds * waveformRate)];
  }
}

/**
 * None where the outputs are probabilities already; else what the folder says; else a sigmoid for the labels of
 * AudioSet, several of which may be heard at once, and a softmax for any others.
 */
function activationFor({ activation, labels }: HubSound, output: TrialOutput): Activation {
  if (areProbabilities(output, activation === 'softmax' ? labels.length : undefined)) return 'none';
  if (activation !== undefined) return activation;
  const find = createLabelFinder(audiosetLabels);
  const known = labels.filter((label) => find(label) !== undefined).length;
  return known >= mostLabels * labels.length ? 'sigmoid' : 'softmax';
}
