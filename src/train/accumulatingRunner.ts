/**
 * Runs a training step whose batch is too large for one graph run: the gradients of its micro-batches are accumulated,
 * then the parameters updated once. Both graphs read and write the same buffers.
 */
import type { Engine, Session, TensorData } from '../engine/engine.ts';
import type { AccumulatingStep } from '../layers/trainingStep.ts';
import { checkFinite } from './nonFinite.ts';
import {
  createStepSession,
  type Feeds,
  feedsOf,
  reportedFetches,
  type StepResult,
  type StepRunnerOptions,
  scalarFeeds,
} from './stepRunner.ts';
import { StepValues } from './stepValues.ts';

export class AccumulatingRunner {
  readonly #accumulate: Session;
  readonly #update: Session;
  readonly #step: AccumulatingStep;
  readonly #values: StepValues;
  /** Apart from the values, because they are empty between steps: no snapshot holds them. */
  readonly #gradients: StepValues;
  /** Steps (updates) done so far. */
  count = 0;

  private constructor(accumulate: Session, update: Session, step: AccumulatingStep) {
    this.#accumulate = accumulate;
    this.#update = update;
    this.#step = step;
    this.#values = new StepValues([...step.update.slots, ...step.statistics]);
    this.#gradients = new StepValues(step.accumulate.slots);
  }

  static async create(
    engine: Engine,
    step: AccumulatingStep,
    options: StepRunnerOptions = {},
  ): Promise<AccumulatingRunner> {
    const accumulate = await createStepSession(engine, step.accumulate, options);
    const update = await createStepSession(engine, step.update, options);
    return new AccumulatingRunner(accumulate, update, step);
  }

  /**
   * Does one step on as many micro-batches as the step was built for. Loss and metrics are means over them, and so are
   * the new running statistics. Fails with FAILED, naming the step and a tensor, where loss or gradient are not finite;
   * the current values are then still those before the step.
   */
  async run(microBatches: readonly Feeds[], learningRate: number): Promise<StepResult> {
    const { accumulate, update, statistics, batches } = this.#step;
    if (microBatches.length !== batches) {
      throw new RangeError(`Expected ${batches} micro-batches, got ${microBatches.length}.`);
    }
    const where = `step ${this.count + 1}`;
    for (const values of this.#gradients.current(accumulate.slots.map(({ input }) => input)).values()) values.fill(0);

    const means = { ...reportedFetches(accumulate), ...this.#values.fetches(statistics) };
    for (const { data } of Object.values(means)) (data as Float32Array).fill(0);
    for (const [index, feeds] of microBatches.entries()) {
      const all = feedsOf(this.#accumulate, { ...feeds, ...this.#values.feeds, ...this.#gradients.feeds });
      const fetches = { ...reportedFetches(accumulate), ...this.#gradients.fetches(accumulate.slots) };
      const outputs = await this.#accumulate.run(all, fetches);
      checkFinite({ watched: ['loss'], where: `${where}, micro-batch ${index + 1}`, feeds: all, outputs });
      this.#gradients.accept(accumulate.slots);
      for (const [name, { data }] of Object.entries(means)) addShare(data as Float32Array, outputs[name], 1 / batches);
    }

    const scalars = scalarFeeds(update, learningRate, this.count + 1);
    const all = feedsOf(this.#update, { ...scalars, ...this.#values.feeds, ...this.#gradients.feeds });
    const reported = reportedFetches(update);
    const outputs = await this.#update.run(all, { ...reported, ...this.#values.fetches(update.slots) });
    checkFinite({ watched: ['gradient-norm'], where, feeds: all, outputs });
    this.#values.accept([...update.slots, ...statistics]);
    this.count++;
    for (const { output } of statistics) delete means[output];
    return { loss: Number(means.loss.data[0]), outputs: { ...means, ...reported } };
  }

  /** The present values of some inputs that the step changes; not copies, and valid until the next step. */
  current(names: ReadonlySet<string>): Map<string, Float32Array> {
    return this.#values.current(names);
  }

  /** Parameters, statistics and optimiser state, by input name. Copies. */
  snapshot(): Map<string, Float32Array> {
    return this.#values.snapshot();
  }

  /** Continues from a snapshot. */
  restore(values: ReadonlyMap<string, Float32Array>, count: number): void {
    this.#values.restore(values);
    this.count = count;
  }

  async close(): Promise<void> {
    await this.#accumulate.close();
    await this.#update.close();
  }
}

function addShare(sum: Float32Array, { data }: TensorData, share: number): void {
  for (let index = 0; index < sum.length; index++) sum[index] += Number(data[index]) * share;
}
