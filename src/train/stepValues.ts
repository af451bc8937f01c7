/**
 * Everything that training steps change: parameters, running statistics, optimiser state. Old and new values live in
 * two sets of buffers that change places after a step: writing in place would be quicker by a hair and wrong, because
 * onnxruntime may update a weight before the backward pass has read it. Nothing is copied between steps.
 */
import type { TensorData } from '../engine/engine.ts';
import { LookhearError } from '../errors.ts';
import type { Slot } from '../layers/trainingStep.ts';

interface Buffers {
  readonly shape: readonly number[];
  current: Float32Array;
  next: Float32Array;
}

export class StepValues {
  readonly #buffers: Map<string, Buffers>;

  constructor(slots: readonly Slot[]) {
    this.#buffers = new Map(
      slots.map(({ input, shape, initial }) => [
        input,
        { shape, current: initial.slice(), next: new Float32Array(initial.length) },
      ]),
    );
  }

  /** The current values by input name, to feed. */
  get feeds(): Record<string, TensorData> {
    const entries = [...this.#buffers].map(([name, { shape, current }]) => [name, tensorOf(shape, current)]);
    return Object.fromEntries(entries);
  }

  /** Where a run is to write the new values of some slots, by output name. */
  fetches(slots: readonly Slot[]): Record<string, TensorData> {
    const entries = slots.map(({ input, output, shape }) => [output, tensorOf(shape, this.#of(input).next)]);
    return Object.fromEntries(entries);
  }

  /** Makes the new values of some slots the current ones. */
  accept(slots: readonly Slot[]): void {
    for (const { input } of slots) {
      const buffers = this.#of(input);
      [buffers.current, buffers.next] = [buffers.next, buffers.current];
    }
  }

  /** The current values of some inputs; not copies, and valid until the next step. */
  current(names: Iterable<string>): Map<string, Float32Array> {
    const wanted = new Set(names);
    const chosen = [...this.#buffers].filter(([name]) => wanted.has(name));
    return new Map(chosen.map(([name, { current }]) => [name, current]));
  }

  /** All current values by input name. Copies. */
  snapshot(): Map<string, Float32Array> {
    return new Map([...this.#buffers].map(([name, { current }]) => [name, current.slice()]));
  }

  /** Takes the values of a snapshot; fails with INPUT_CORRUPT, and changes nothing, where one does not fit. */
  restore(values: ReadonlyMap<string, Float32Array>): void {
    for (const [name, { current }] of this.#buffers) {
      if (values.get(name)?.length === current.length) continue;
      throw new LookhearError('INPUT_CORRUPT', `the checkpoint does not fit: ${name} is missing or of another size`, {
        hint: 'it belongs to another network; begin in an empty folder',
      });
    }
    for (const [name, { current }] of this.#buffers) current.set(values.get(name)!);
  }

  #of(name: string): Buffers {
    const buffers = this.#buffers.get(name);
    if (buffers === undefined) throw new RangeError(`no step changes ${name}`);
    return buffers;
  }
}

export function tensorOf(dims: readonly number[], data: Float32Array): TensorData {
  return { type: 'float32', dims, data };
}
