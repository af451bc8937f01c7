/**
 * The report's system as a training step: picture network, sound vector, their dot product for every pixel, the loss of
 * the objective. VGGish stays as it was (figure 8) unless the config says otherwise, so its embeddings come from a cache
 * and only the dense layer behind them is in the graph.
 */
import type { NetworkSettings } from '../../convert/conventions.ts';
import { multiply } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/movement.ts';
import { sum } from '../../graph/reductions.ts';
import { softmax } from '../../graph/softmax.ts';
import { input, type Shape, type Tensor } from '../../graph/tensor.ts';
import type { BlockContext } from '../../layers/blocks.ts';
import { adamW, type Optimiser, sgd } from '../../layers/optimisers.ts';
import { Parameters } from '../../layers/parameters.ts';
import { cosineSchedule, polySchedule, type Schedule } from '../../layers/schedules.ts';
import { type AccumulatingStep, accumulatingStep } from '../../layers/trainingStep.ts';
import { type Preset, pictureNetworkOf, presets, soundNetworkOf } from '../../networks/presets.ts';
import { pspnetNoiseShape } from '../../networks/pspnet.ts';
import { soundClassifier, vggishPatch } from '../../networks/vggish.ts';
import { chooseObjective } from '../objectives/chooseObjective.ts';
import type { TrainingConfig } from '../run/config.ts';

/** A preset with both halves, in the sizes of the config. */
export type TrainedPreset = Preset & Required<Pick<Preset, 'picture' | 'sound'>>;

export function presetOf(config: TrainingConfig, { strideOn }: NetworkSettings): TrainedPreset {
  const { preset, size, width, pyramidWidth, soundWidth } = config;
  const { text, picture, sound } = presets[preset];
  const share = soundWidth / presets[preset].sound.widths[0];
  const scaled = (channels: number): number => Math.max(1, Math.round(channels * share));
  const [first, second, third, fourth] = sound.widths.map(scaled);
  return {
    text,
    picture: { ...picture, side: size, width, pyramidWidth, strideOn },
    sound: { ...sound, widths: [first, second, third, fourth], hidden: scaled(sound.hidden) },
  };
}

/** What the sound side is fed: VGGish's embeddings, or patches where VGGish is trained too. */
export function soundShape({ preset, freezeSound }: TrainingConfig, batch: number): number[] {
  return freezeSound ? [batch, presets[preset].sound.embedding] : [batch, 1, ...vggishPatch];
}

/** P(class | sound), [N, classes], from what the sound side is fed. */
function heardBy(preset: TrainedPreset, config: TrainingConfig, context: BlockContext, sounds: Tensor): Tensor {
  if (config.freezeSound) return soundClassifier(context, sounds, preset.picture.classes).probabilities;
  return soundNetworkOf(preset, context, sounds)!.probabilities!;
}

/** The dot product of the two vectors for every pixel, [N, side, side]. */
function scoreOf(seen: Tensor, heard: Tensor): Tensor {
  return sum(multiply(seen, reshape(heard, [...heard.shape, 1, 1])), { axes: [1] });
}

export interface TrainingGraph {
  readonly parameters: Parameters;
  readonly step: AccumulatingStep;
}

/** One step: `batch / microBatch` graph runs of `microBatch` pairs, then the update. */
export function trainingGraph(config: TrainingConfig, settings: NetworkSettings): TrainingGraph {
  const preset = presetOf(config, settings);
  const { microBatch, size } = config;
  const parameters = new Parameters(config.seed);
  const context: BlockContext = { parameters, mode: config.freezeStatistics ? 'inference' : 'training' };
  const pictures = input('pictures', [microBatch, 3, size, size]);
  const noise = input('noise', pspnetNoiseShape(preset.picture, microBatch, size));
  const seen = pictureNetworkOf(preset, context, pictures, { noise, dropout: config.dropout })!;
  const heard = heardBy(preset, config, context, input('sounds', soundShape(config, microBatch)));
  const pixelLoss = config.loss === 'binary-cross-entropy' ? 'cross-entropy' : config.loss;
  const loss = chooseObjective(config.objective, { pixelLoss })({
    maps: softmax(seen.cellLogits, 1),
    sounds: heard,
    score: scoreOf(seen.probabilities, heard),
    targets: input('targets', [microBatch, size, size]),
    labelled: input('labelled', [microBatch]),
  });
  const batches = config.batch / microBatch;
  return { parameters, step: accumulatingStep({ parameters, loss, optimiser: optimiserOf(config), batches }) };
}

export interface ValidationGraphs {
  /** `sounds`, one patch, to P(class | patch), [1, classes]. */
  readonly heard: Tensor;
  /** `pictures`, one, and `heard` [1, classes] to the map, [1, side, side]. */
  readonly score: Tensor;
  /** Of every parameter, by name. */
  readonly shapes: ReadonlyMap<string, Shape>;
}

/** The two halves apart, because a sound has many patches and a picture is expensive. Parameters are inputs. */
export function validationGraphs(config: TrainingConfig, settings: NetworkSettings): ValidationGraphs {
  const preset = presetOf(config, settings);
  const parameters = new Parameters(config.seed);
  const context: BlockContext = { parameters, mode: 'inference' };
  const { side, classes } = preset.picture;
  const seen = pictureNetworkOf(preset, context, input('pictures', [1, 3, side, side]))!;
  return {
    heard: heardBy(preset, config, context, input('sounds', soundShape(config, 1))),
    score: scoreOf(seen.probabilities, input('heard', [1, classes])),
    shapes: new Map([...parameters].map(({ name, tensor }) => [name, tensor.shape])),
  };
}

function optimiserOf({ optimiser }: TrainingConfig): Optimiser {
  const { kind, learningRate: _, ...options } = optimiser;
  return kind === 'sgd' ? sgd(options) : adamW(options);
}

export function scheduleOf({ optimiser, schedule, warmupSteps }: TrainingConfig, steps: number): Schedule {
  const rate = optimiser.learningRate;
  const rest = Math.max(1, steps - warmupSteps);
  const courses: Readonly<Record<TrainingConfig['schedule'], Schedule>> = {
    constant: () => rate,
    cosine: cosineSchedule({ peak: rate, steps: rest }),
    poly: polySchedule({ rate, steps: rest }),
  };
  const course = courses[schedule];
  return (step) => (step < warmupSteps ? (rate * (step + 1)) / warmupSteps : course(step - warmupSteps));
}
