/**
 * What an operator of an ONNX file is given: its inputs and attributes, each checked when it is asked for. Whatever
 * does not fit ends in a RangeError.
 */
import { constant, input, type Shape, sizeOf, type Tensor } from '../graph/tensor.ts';
import type { AttributeKind, AttributeOf, OnnxNode } from './onnxFile.ts';
import { type Known, MAXIMUM_RANK, type StoredTensor } from './onnxTensor.ts';

/** A value of the network: computed, or known when the file is read. */
export type Value = Tensor | Known;

export const isKnown = (value: Value): value is Known => 'values' in value;

/**
 * Turns known values into tensors. Floating-point values become parameters (inputs of the graph) where they are the
 * weights of an operator, and elsewhere where they are more than one; everything else becomes a constant.
 */
export class Leaves {
  /** Values of the parameters made so far, by name. */
  readonly weights = new Map<string, Float32Array>();
  readonly #prefix: string;
  readonly #tensors = new Map<Known, Tensor>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  tensorOf(value: Value, isWeight = false): Tensor {
    if (!isKnown(value)) return value;
    const tensor = this.#tensors.get(value) ?? value.tensor?.() ?? this.#leaf(value, isWeight);
    this.#tensors.set(value, tensor);
    return tensor;
  }

  #leaf({ name, type, shape, values }: Known, isWeight: boolean): Tensor {
    if (values instanceof Float32Array) {
      if (!isWeight && values.length <= 1) return constant(values, shape);
      this.weights.set(this.#prefix + name, values);
      return input(this.#prefix + name, shape);
    }
    if (type === 'int64') return constant(BigInt64Array.from(values, BigInt), shape);
    if (values instanceof Int32Array) return constant(values, shape);
    if (type === 'uint8' && values instanceof Uint8Array) return constant(values, shape);
    throw new RangeError(`"${name}" is of type ${type}, which is supported in constants only`);
  }
}

export class Arguments {
  readonly operatorSet: number;
  readonly node: OnnxNode;
  readonly #inputs: readonly (Value | undefined)[];
  readonly #leaves: Leaves;

  constructor(node: OnnxNode, inputs: readonly (Value | undefined)[], operatorSet: number, leaves: Leaves) {
    this.node = node;
    this.#inputs = inputs;
    this.operatorSet = operatorSet;
    this.#leaves = leaves;
  }

  get count(): number {
    return this.#inputs.length;
  }

  has(index: number): boolean {
    return this.#inputs[index] !== undefined;
  }

  value(index: number): Value {
    const value = this.#inputs[index];
    if (value === undefined) throw new RangeError(`input ${index} is missing`);
    return value;
  }

  tensor(index: number): Tensor {
    return this.#leaves.tensorOf(this.value(index));
  }

  tensors(): Tensor[] {
    if (this.count === 0) throw new RangeError('it has no inputs');
    return this.#inputs.map((_, index) => this.tensor(index));
  }

  /** An input that is a parameter where its values are known. */
  weight(index: number): Tensor {
    return this.#leaves.tensorOf(this.value(index), true);
  }

  optionalWeight(index: number): Tensor | undefined {
    return this.has(index) ? this.weight(index) : undefined;
  }

  /** An input of shape [N, C, H, W]. */
  maps(index: number): Tensor {
    return ofRank(this.tensor(index), 4, 'only the two-dimensional form is supported');
  }

  known(index: number): Known {
    const value = this.value(index);
    if (!isKnown(value)) throw new RangeError(`input ${index} must be known when the file is read`);
    return value;
  }

  /** The numbers of an input that steers the operator. */
  numbers(index: number): number[] {
    const { values } = this.known(index);
    if (values.length > 65_536) throw new RangeError(`input ${index} has ${values.length} values`);
    return Array.from(values);
  }

  /** The same; undefined where the input is left out or empty. */
  optionalNumbers(index: number): number[] | undefined {
    if (!this.has(index)) return undefined;
    const numbers = this.numbers(index);
    return numbers.length > 0 ? numbers : undefined;
  }

  optionalNumber(index: number): number | undefined {
    const numbers = this.optionalNumbers(index);
    if (numbers !== undefined && numbers.length !== 1) throw new RangeError(`input ${index} must be one number`);
    return numbers?.[0];
  }

  /** Numbers that are an attribute in old versions of the operator and an input in new ones. */
  attributeOrInput(name: string, index: number): number[] | undefined {
    return this.integers(name) ?? this.optionalNumbers(index);
  }

  integer(name: string, fallback: number): number {
    return this.#attribute(name, 'integer') ?? fallback;
  }

  float(name: string, fallback: number): number {
    return this.#attribute(name, 'float') ?? fallback;
  }

  text(name: string, fallback: string): string {
    return this.#attribute(name, 'text') ?? fallback;
  }

  integers(name: string): number[] | undefined {
    const list = this.#attribute(name, 'integers');
    return list && [...list];
  }

  floats(name: string): number[] | undefined {
    const list = this.#attribute(name, 'floats');
    return list && [...list];
  }

  stored(name: string): StoredTensor | undefined {
    return this.#attribute(name, 'tensor');
  }

  /** Fails unless an attribute that changes the meaning has its usual value. */
  expect(name: string, usual: number | string): void {
    const attribute = this.node.attributes.get(name);
    if (attribute !== undefined && attribute.value !== usual) {
      throw new RangeError(`${name} = ${attribute.value} is not supported`);
    }
  }

  #attribute<Kind extends AttributeKind>(name: string, kind: Kind): AttributeOf<Kind> | undefined {
    const attribute = this.node.attributes.get(name);
    if (attribute === undefined) return undefined;
    if (attribute.kind !== kind) throw new RangeError(`the attribute ${name} is not of the kind "${kind}"`);
    return attribute.value as AttributeOf<Kind>;
  }
}

export function ofRank<T extends { readonly shape: Shape }>(value: T, rank: number, problem: string): T {
  if (value.shape.length !== rank) throw new RangeError(`${problem}, and the shape is [${value.shape}]`);
  return value;
}

/** A pair of positive whole numbers, as strides and kernels are. */
export function pair(list: readonly number[] | undefined, fallback: readonly [number, number]): [number, number] {
  const [down, right] = list ?? fallback;
  const isPair = (list ?? fallback).length === 2 && [down, right].every((size) => Number.isInteger(size) && size > 0);
  if (!isPair) throw new RangeError(`[${list}] must be two numbers from 1 up`);
  return [down, right];
}

/** The shape that Reshape's numbers mean: 0 copies a size of x, one -1 takes what is left. */
export function reshapeTo(x: { readonly shape: Shape }, numbers: readonly number[], allowZero: boolean): Shape {
  const shape = numbers.map((size, axis) => (size === 0 && !allowZero ? (x.shape[axis] ?? Number.NaN) : size));
  const open = shape.indexOf(-1);
  if (open >= 0) shape[open] = sizeOf(x.shape) / sizeOf(shape.filter((_, axis) => axis !== open));
  if (shape.length > MAXIMUM_RANK || !shape.every((size) => Number.isInteger(size) && size >= 0)) {
    throw new RangeError(`[${x.shape}] cannot become [${numbers.slice(0, MAXIMUM_RANK)}]`);
  }
  return shape;
}
