/**
 * Runs a training step again and again. Old and new values live in two sets of buffers that change places after each
 * step: writing in place would be quicker by a hair and wrong, because onnxruntime may update a weight before the
 * backward pass has read it.
 */
import type { Engine, Session, TensorData } from '../engine/engine.ts';
import { LookhearError } from '../errors.ts';
import { writeOnnx } from '../graph/writeOnnx.ts';
import type { Slot, TrainingStep } from '../layers/trainingStep.ts';

export interface StepResult {
  readonly loss: number;
  readonly outputs: Readonly<Record<string, TensorData>>;
}

export interface StepRunnerOptions {
  readonly threads?: number;
  /** Parameters that stay as they are: baked into the graph, so that the engine can prepare them. */
  readonly frozen?: ReadonlyMap<string, Float32Array>;
}

export class StepRunner {
  readonly #session: Session;
  readonly #step: TrainingStep;
  readonly #reported: readonly string[];
  #current: Map<Slot, TensorData>;
  #next: Map<Slot, TensorData>;
  /** Steps done so far. */
  count = 0;

  private constructor(session: Session, step: TrainingStep) {
    this.#session = session;
    this.#step = step;
    const changed = new Set(step.slots.map(({ output }) => output));
    this.#reported = Object.keys(step.outputs).filter((name) => !changed.has(name));
    const buffers = (values: (slot: Slot) => Float32Array): Map<Slot, TensorData> =>
      new Map(step.slots.map((slot) => [slot, { type: 'float32', dims: slot.shape, data: values(slot) }]));
    this.#current = buffers(({ initial }) => initial.slice());
    this.#next = buffers(({ initial }) => new Float32Array(initial.length));
  }

  static async create(engine: Engine, step: TrainingStep, options: StepRunnerOptions = {}): Promise<StepRunner> {
    const { threads, frozen } = options;
    const model = writeOnnx(step.outputs, { ...(frozen && { weights: frozen }) });
    const session = await engine.createSession(model, { purpose: 'training', ...(threads && { threads }) });
    return new StepRunner(session, step);
  }

  /** Does one step; fails with FAILED, naming the step, where the loss is not a finite number. */
  async run(feeds: Readonly<Record<string, TensorData>>, learningRate: number): Promise<StepResult> {
    const scalar = (value: number): TensorData => ({ type: 'float32', dims: [], data: Float32Array.of(value) });
    const all: Record<string, TensorData> = {
      ...feeds,
      [this.#step.learningRate]: scalar(learningRate),
      [this.#step.step]: scalar(this.count + 1),
    };
    const known = new Set(this.#session.inputNames);
    for (const name of Object.keys(all)) if (!known.has(name)) delete all[name];
    const fetches: Record<string, TensorData> = {};
    for (const [slot, values] of this.#current) all[slot.input] = values;
    for (const [slot, values] of this.#next) fetches[slot.output] = values;
    for (const name of this.#reported) {
      const { shape } = this.#step.outputs[name];
      const size = shape.reduce((product, axis) => product * axis, 1);
      fetches[name] = { type: 'float32', dims: shape, data: new Float32Array(size) };
    }
    const outputs = await this.#session.run(all, fetches);
    const loss = Number(outputs.loss.data[0]);
    if (!Number.isFinite(loss)) {
      throw new LookhearError('FAILED', `the loss is ${loss} at step ${this.count + 1}`, {
        hint: 'lower the learning rate, or clip gradients at a smaller norm, and resume from the last checkpoint',
      });
    }
    [this.#current, this.#next] = [this.#next, this.#current];
    this.count++;
    return { loss, outputs };
  }

  /** The present values of some inputs that the step changes; not copies, and valid until the next step. */
  current(names: ReadonlySet<string>): Map<string, Float32Array> {
    const chosen = [...this.#current].filter(([slot]) => names.has(slot.input));
    return new Map(chosen.map(([slot, { data }]) => [slot.input, data as Float32Array]));
  }

  /** Everything that the step changes, by input name: parameters, statistics, optimiser state. Copies. */
  snapshot(): Map<string, Float32Array> {
    return new Map([...this.#current].map(([slot, { data }]) => [slot.input, (data as Float32Array).slice()]));
  }

  /** Continues from a snapshot. */
  restore(values: ReadonlyMap<string, Float32Array>, count: number): void {
    for (const [slot, { data }] of this.#current) {
      const stored = values.get(slot.input);
      if (stored?.length !== data.length) {
        throw new LookhearError(
          'INPUT_CORRUPT',
          `the checkpoint does not fit: ${slot.input} is missing or of another size`,
          {
            hint: 'it belongs to another network; begin in an empty folder',
          },
        );
      }
      (data as Float32Array).set(stored);
    }
    this.count = count;
  }

  async close(): Promise<void> {
    await this.#session.close();
  }
}
