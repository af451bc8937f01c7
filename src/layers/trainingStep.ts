/**
 * One training step as one graph: forward, backward, clipping, update. Whatever it changes is a slot: an input that is
 * fed with the old values and an output that holds the new ones.
 */

import { gradients } from '../graph/differentiate.ts';
import { add, divide, minimum, multiply, sqrt } from '../graph/elementwise.ts';
import { sum } from '../graph/reductions.ts';
import { input, type Shape, sizeOf, type Tensor } from '../graph/tensor.ts';
import type { Optimiser } from './optimisers.ts';
import type { Parameters } from './parameters.ts';

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
  /**
   * Gradients of how many batches make one update; default 1. With more, `accumulate` below is run for all but the
   * last batch. Batch statistics remain those of each small batch.
   */
  readonly batches?: number;
}

export interface AccumulatingStep {
  /** Adds a batch's gradients to the accumulators. */
  readonly accumulate: TrainingStep;
  /** Adds the last batch's, updates, and sets the accumulators to zero. */
  readonly update: TrainingStep;
}

const EPSILON = 1e-6;

export function trainingStep(options: TrainingStepOptions): TrainingStep {
  return accumulatingStep({ ...options, batches: 1 }).update;
}

export function accumulatingStep(options: TrainingStepOptions): AccumulatingStep {
  const { parameters, loss, optimiser, clipNorm, metrics = {}, rateFactors = [], batches = 1 } = options;
  const trained = parameters.trainable;
  const fresh = gradients(
    loss,
    trained.map(({ tensor }) => tensor),
  );
  const accumulators = trained.map(({ name, tensor }) => input(`${name}:gradient`, tensor.shape));
  const accumulated = fresh.map((gradient, index) => (batches === 1 ? gradient : add(accumulators[index], gradient)));
  const averaged = accumulated.map((gradient) => (batches === 1 ? gradient : multiply(gradient, 1 / batches)));

  const norm = sqrt(averaged.map((gradient) => sum(multiply(gradient, gradient))).reduce((a, b) => add(a, b)));
  const scale = clipNorm === undefined ? undefined : minimum(divide(clipNorm, add(norm, EPSILON)), 1);
  const rate = input('learning-rate', []);
  const step = input('step', []);

  const outputs: Record<string, Tensor> = { ...metrics, loss, 'gradient-norm': norm };
  const slots: Slot[] = [];
  const change = (name: string, initial: Float32Array, next: Tensor): void => {
    const output = `${name}:next`;
    outputs[output] = next;
    slots.push({ input: name, output, shape: next.shape, initial });
  };

  for (const [index, { name, tensor, values }] of trained.entries()) {
    const factor = rateFactors.find(({ prefix }) => name.startsWith(prefix))?.factor ?? 1;
    const state = Array.from({ length: optimiser.stateCount }, (_, slot) => input(`${name}:${slot}`, tensor.shape));
    const updated = optimiser.update({
      parameter: tensor,
      gradient: scale === undefined ? averaged[index] : multiply(averaged[index], scale),
      state,
      learningRate: factor === 1 ? rate : multiply(rate, factor),
      step,
      decays: tensor.shape.length > 1,
    });
    change(name, values, updated.parameter);
    for (const [slot, next] of updated.state.entries()) {
      change(`${name}:${slot}`, new Float32Array(sizeOf(tensor.shape)), next);
    }
  }
  if (batches > 1) {
    for (const [index, { name, tensor }] of trained.entries()) {
      change(`${name}:gradient`, new Float32Array(sizeOf(tensor.shape)), multiply(accumulators[index], 0));
    }
  }
  const statistics = new Map([...parameters].map(({ name, values }) => [name, values]));
  for (const [name, next] of parameters.updates) change(name, statistics.get(name)!, next);

  const accumulateOutputs: Record<string, Tensor> = { ...metrics, loss };
  const accumulateSlots =
    batches === 1
      ? []
      : trained.map(({ name, tensor }, index): Slot => {
          const slot = `${name}:gradient`;
          accumulateOutputs[`${slot}:next`] = accumulated[index];
          return {
            input: slot,
            output: `${slot}:next`,
            shape: tensor.shape,
            initial: new Float32Array(sizeOf(tensor.shape)),
          };
        });
  const names = { learningRate: 'learning-rate', step: 'step' } as const;
  return {
    accumulate: { outputs: accumulateOutputs, slots: accumulateSlots, ...names },
    update: { outputs, slots, ...names },
  };
}
