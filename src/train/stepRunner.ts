/** Runs a training step again and again: feeds the current values, takes the new ones, watches over the loss. */
import type { Engine, Session, TensorData } from '../engine/engine.ts';
import { sizeOf } from '../graph/tensor.ts';
import { writeOnnx } from '../graph/writeOnnx.ts';
import type { TrainingStep } from '../layers/trainingStep.ts';
import { checkFinite } from './nonFinite.ts';
import { StepValues, tensorOf } from './stepValues.ts';

export type Feeds = Readonly<Record<string, TensorData>>;

export interface StepResult {
  readonly loss: number;
  /** `loss`, `gradient-norm` and the metrics. */
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
  readonly #values: StepValues;
  /** Steps done so far. */
  count = 0;

  private constructor(session: Session, step: TrainingStep) {
    this.#session = session;
    this.#step = step;
    this.#values = new StepValues(step.slots);
  }

  static async create(engine: Engine, step: TrainingStep, options: StepRunnerOptions = {}): Promise<StepRunner> {
    return new StepRunner(await createStepSession(engine, step, options), step);
  }

  /**
   * Does one step. Fails with FAILED, naming the step and a tensor, where loss or gradient are not finite; the current
   * values are then still those before the step.
   */
  async run(feeds: Feeds, learningRate: number): Promise<StepResult> {
    const step = this.#step;
    const all = feedsOf(this.#session, {
      ...feeds,
      ...scalarFeeds(step, learningRate, this.count + 1),
      ...this.#values.feeds,
    });
    const reported = reportedFetches(step);
    const outputs = await this.#session.run(all, { ...reported, ...this.#values.fetches(step.slots) });
    checkFinite({ watched: ['loss', 'gradient-norm'], where: `step ${this.count + 1}`, feeds: all, outputs });
    this.#values.accept(step.slots);
    this.count++;
    return { loss: Number(reported.loss.data[0]), outputs: reported };
  }

  /** The present values of some inputs that the step changes; not copies, and valid until the next step. */
  current(names: ReadonlySet<string>): Map<string, Float32Array> {
    return this.#values.current(names);
  }

  /** Everything that the step changes, by input name: parameters, statistics, optimiser state. Copies. */
  snapshot(): Map<string, Float32Array> {
    return this.#values.snapshot();
  }

  /** Continues from a snapshot. */
  restore(values: ReadonlyMap<string, Float32Array>, count: number): void {
    this.#values.restore(values);
    this.count = count;
  }

  async close(): Promise<void> {
    await this.#session.close();
  }
}

export async function createStepSession(
  engine: Engine,
  step: TrainingStep,
  { threads, frozen }: StepRunnerOptions,
): Promise<Session> {
  const model = writeOnnx(step.outputs, { ...(frozen && { weights: frozen }) });
  return await engine.createSession(model, { purpose: 'training', ...(threads && { threads }) });
}

/** What the step asks of its caller at each run. `count` is 1 at the first step. */
export function scalarFeeds(step: TrainingStep, learningRate: number, count: number): Feeds {
  const scalar = (value: number): TensorData => tensorOf([], Float32Array.of(value));
  return { [step.learningRate]: scalar(learningRate), [step.step]: scalar(count) };
}

/** Those of the feeds that the session knows: SGD, for one, does not look at the step's number. */
export function feedsOf(session: Session, feeds: Feeds): Feeds {
  return Object.fromEntries(session.inputNames.flatMap((name) => (name in feeds ? [[name, feeds[name]]] : [])));
}

/** Fresh buffers for the outputs that are no slots. */
export function reportedFetches(step: TrainingStep): Record<string, TensorData> {
  const changed = new Set(step.slots.map(({ output }) => output));
  const reported = Object.entries(step.outputs).filter(([name]) => !changed.has(name));
  return Object.fromEntries(
    reported.map(([name, { shape }]) => [name, tensorOf(shape, new Float32Array(sizeOf(shape)))]),
  );
}
