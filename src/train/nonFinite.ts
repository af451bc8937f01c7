/** What went wrong where a loss is not a finite number: the first tensor that is to blame, by name. */
import type { TensorData } from '../engine/engine.ts';
import { LookhearError } from '../errors.ts';

export interface StepTensors {
  /** Names of the scalar outputs that must be finite. */
  readonly watched: readonly string[];
  /** Which step, as a person says it: `step 12`. */
  readonly where: string;
  /** What was fed: data and current values. */
  readonly feeds: Readonly<Record<string, TensorData>>;
  /** What the step computed. */
  readonly outputs: Readonly<Record<string, TensorData>>;
}

/**
 * Fails with FAILED where a watched output is not finite, naming the step and the first tensor with such a value: what
 * was fed comes before what was computed, since a bad input explains a bad output. The caller accepts new values only
 * behind this check, so that the current ones remain good.
 */
export function checkFinite({ watched, where, feeds, outputs }: StepTensors): void {
  const bad = watched.find((name) => !Number.isFinite(outputs[name].data[0]));
  if (bad === undefined) return;
  const fed = firstNonFinite(Object.entries(feeds));
  const others = Object.entries(outputs).filter(([name]) => !watched.includes(name));
  const computed = fed === undefined ? firstNonFinite(others) : undefined;
  const cause = fed
    ? `the input ${fed.name} holds ${fed.value} at index ${fed.index}`
    : computed
      ? `all inputs are finite, and ${computed.name} comes out with ${computed.value} at index ${computed.index}`
      : 'all inputs and new values are finite';
  throw new LookhearError('FAILED', `the ${bad} is ${outputs[bad].data[0]} at ${where}: ${cause}`, {
    hint: fed
      ? 'check the data that makes this input; the last checkpoint is good'
      : 'lower the learning rate, or clip gradients at a smaller norm, and resume from the last checkpoint',
  });
}

function firstNonFinite(
  tensors: readonly (readonly [string, TensorData])[],
): { readonly name: string; readonly index: number; readonly value: number } | undefined {
  for (const [name, { type, data }] of tensors) {
    if (type !== 'float32') continue;
    const index = data.findIndex((value) => !Number.isFinite(value));
    if (index >= 0) return { name, index, value: data[index] };
  }
  return undefined;
}
