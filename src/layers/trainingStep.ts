/**
 * One training step as one graph: forward, backward, clipping, update. Whatever it changes is a slot: an input that is
 * fed with the old values and an output that holds the new ones.
 */

import { gradients } from '../graph/differentiate.ts';
import { add, divide, minimum, multiply, sqrt } from '../graph/elementwise.ts';
import { sum } from '../graph/reductions.ts';
import { input, type Shape, sizeOf, type Tensor } from '../graph/tensor.ts';
import type { Optimiser } from './optimisers.ts';
import type { Parameter, Parameters } from './parameters.ts';

export interface Slot {
  /** Name of the input with the old values. */
  readonly input: string;
  /** Name of the output with the new values. */
  readonly output: string;
  readonly shape: Shape;
  readonly initial: Float32Array;
}

export interface TrainingStep {
  /** Outputs to write: `loss`, `gradient-norm`, the metrics, and every slot's new values. */
  readonly outputs: Record<string, Tensor>;
  readonly slots: readonly Slot[];
  /** Names of scalar inputs that the caller feeds at each step. */
  readonly learningRate: 'learning-rate';
  readonly step: 'step';
}

export interface TrainingStepOptions {
  readonly parameters: Parameters;
  /** Scalar. */
  readonly loss: Tensor;
  readonly optimiser: Optimiser;
  /** Scales the gradients down where their norm over all parameters exceeds this; default: never. */
  readonly clipNorm?: number;
  /** Further tensors to report. */
  readonly metrics?: Readonly<Record<string, Tensor>>;
  /**
   * Learning rate of parameters whose name begins with a prefix, as a factor on the fed one (first match wins);
   * default 1.
   */
  readonly rateFactors?: readonly { readonly prefix: string; readonly factor: number }[];
}

export interface AccumulatingStepOptions extends TrainingStepOptions {
  /** Gradients of how many batches make one update. Batch statistics remain those of each small batch. */
  readonly batches: number;
}

export interface AccumulatingStep {
  /**
   * Run for every batch: adds its gradients to the accumulators, which are the slots. Its outputs have the new running
   * statistics too.
   */
  readonly accumulate: TrainingStep;
  /**
   * Running statistics. Every batch of an update starts from the same old values; the mean of what the batches make of
   * them is the new value, which for running means is what one big batch gives.
   */
  readonly statistics: readonly Slot[];
  /** Run behind the last batch: updates the parameters by the mean of the accumulated gradients. Knows no pictures. */
  readonly update: TrainingStep;
  readonly batches: number;
}

const EPSILON = 1e-6;
const scalars = { learningRate: 'learning-rate', step: 'step' } as const;

export function trainingStep(options: TrainingStepOptions): TrainingStep {
  const { parameters, loss, metrics } = options;
  const update = updateStep(options, gradients(loss, tensorsOf(parameters.trainable)));
  const statistics = statisticSlots(parameters);
  return {
    outputs: { ...metrics, loss, ...update.outputs, ...newStatistics(parameters) },
    slots: [...update.slots, ...statistics],
    ...scalars,
  };
}

/** The forward and backward pass is in one graph and the update in the other, so that only one holds activations. */
export function accumulatingStep({ batches, ...options }: AccumulatingStepOptions): AccumulatingStep {
  const { parameters, loss, metrics } = options;
  const trained = parameters.trainable;
  const fresh = gradients(loss, tensorsOf(trained));
  const accumulators = trained.map(({ name, tensor }) => input(`${name}:gradient`, tensor.shape));
  const outputs: Record<string, Tensor> = { ...metrics, loss, ...newStatistics(parameters) };
  const slots: Slot[] = [];
  for (const [index, { name, tensor }] of trained.entries()) {
    const slot = slotOf(`${name}:gradient`, tensor.shape);
    outputs[slot.output] = add(accumulators[index], fresh[index]);
    slots.push(slot);
  }
  const averaged = accumulators.map((accumulator) => multiply(accumulator, 1 / batches));
  return {
    accumulate: { outputs, slots, ...scalars },
    statistics: statisticSlots(parameters),
    update: updateStep(options, averaged),
    batches,
  };
}

/** Clipping and the optimiser's rule for every trained parameter, given their gradients. */
function updateStep(options: TrainingStepOptions, given: readonly Tensor[]): TrainingStep {
  const { parameters, optimiser, clipNorm, rateFactors = [] } = options;
  const norm = sqrt(given.map((gradient) => sum(multiply(gradient, gradient))).reduce((a, b) => add(a, b)));
  const scale = clipNorm === undefined ? undefined : minimum(divide(clipNorm, add(norm, EPSILON)), 1);
  const rate = input(scalars.learningRate, []);
  const step = input(scalars.step, []);
  const outputs: Record<string, Tensor> = { 'gradient-norm': norm };
  const slots: Slot[] = [];
  for (const [index, { name, tensor, values }] of parameters.trainable.entries()) {
    const factor = rateFactors.find(({ prefix }) => name.startsWith(prefix))?.factor ?? 1;
    const state = Array.from({ length: optimiser.stateCount }, (_, slot) => input(`${name}:${slot}`, tensor.shape));
    const updated = optimiser.update({
      parameter: tensor,
      gradient: scale === undefined ? given[index] : multiply(given[index], scale),
      state,
      learningRate: factor === 1 ? rate : multiply(rate, factor),
      step,
      decays: tensor.shape.length > 1,
    });
    const changed = [
      slotOf(name, tensor.shape, values),
      ...state.map((_, slot) => slotOf(`${name}:${slot}`, tensor.shape)),
    ];
    for (const [slot, next] of [updated.parameter, ...updated.state].entries()) outputs[changed[slot].output] = next;
    slots.push(...changed);
  }
  return { outputs, slots, ...scalars };
}

function slotOf(name: string, shape: Shape, initial: Float32Array = new Float32Array(sizeOf(shape))): Slot {
  return { input: name, output: `${name}:next`, shape, initial };
}

function tensorsOf(parameters: readonly Parameter[]): Tensor[] {
  return parameters.map(({ tensor }) => tensor);
}

function statisticSlots({ values, updates }: Parameters): Slot[] {
  return [...updates].map(([name, next]) => slotOf(name, next.shape, values.get(name)!));
}

function newStatistics({ updates }: Parameters): Record<string, Tensor> {
  return Object.fromEntries([...updates].map(([name, next]) => [`${name}:next`, next]));
}
