/**
 * The parameters of a network: named tensors with values that live outside the graph. Names are paths with slashes
 * (`head/context/conv/weight`), so that a part of a network is a prefix.
 */
import { input, type Shape, sizeOf, type Tensor } from '../graph/tensor.ts';
import type { Initialiser } from './initialisers.ts';
import { seededRandom, seedOf } from './random.ts';

export interface Parameter {
  readonly name: string;
  readonly tensor: Tensor;
  /**
   * Made when they are first read: a network of which only the shape is wanted, or whose weights come from a file, draws
   * no random numbers. Whoever assigns others sees to their length.
   */
  values: Float32Array;
  /** Statistics, and whatever is frozen, are not trained. */
  trainable: boolean;
}

export class Parameters {
  readonly #all = new Map<string, Parameter>();
  /** Values that a training step replaces without a gradient (running statistics), by parameter name. */
  readonly updates = new Map<string, Tensor>();
  readonly #seed: number;

  constructor(seed = 1) {
    this.#seed = seed;
  }

  /** Makes a trained parameter. Its values depend on seed and name alone, not on the order of creation. */
  create(name: string, shape: Shape, initialiser: Initialiser): Tensor {
    return this.#add(name, shape, () => initialiser(shape, seededRandom(seedOf(name, this.#seed))));
  }

  /** Takes values from elsewhere: a published network, a checkpoint. */
  adopt(name: string, shape: Shape, values: Float32Array, options: { trainable?: boolean } = {}): Tensor {
    if (values.length !== sizeOf(shape)) throw new RangeError(`${name}: ${values.length} values for [${shape}]`);
    return this.#add(name, shape, () => values, options.trainable);
  }

  #add(name: string, shape: Shape, make: () => Float32Array, trainable = true): Tensor {
    if (this.#all.has(name)) throw new RangeError(`there are two parameters called ${name}`);
    const tensor = input(name, shape);
    let values: Float32Array | undefined;
    this.#all.set(name, {
      name,
      tensor,
      trainable,
      get values() {
        values ??= make();
        return values;
      },
      set values(replacement) {
        values = replacement;
      },
    });
    return tensor;
  }

  /** Stops training every parameter whose name begins with the prefix. */
  freeze(prefix: string): void {
    for (const parameter of this.#all.values()) if (parameter.name.startsWith(prefix)) parameter.trainable = false;
  }

  [Symbol.iterator](): IterableIterator<Parameter> {
    return this.#all.values();
  }

  get trainable(): Parameter[] {
    return [...this.#all.values()].filter((parameter) => parameter.trainable);
  }

  /** The values by name, as `writeOnnx` bakes them in. */
  get values(): Map<string, Float32Array> {
    return new Map([...this.#all.values()].map(({ name, values }) => [name, values]));
  }
}
