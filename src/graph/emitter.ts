/** What a lowering may do: emit ONNX nodes and constants. Names of values are handed around as plain strings. */
import type { Shape, Values } from './tensor.ts';

export type AttributeValue = number | string | readonly number[] | { readonly float: number };

export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

export interface EmitOptions {
  /** Operator set other than ONNX's own; the file then imports it. */
  readonly domain?: 'com.microsoft';
  readonly outputs?: number;
}

export interface Emitter {
  /** Emits one node and returns the name of its first output. Floats that happen to be whole are written `{ float }`. */
  node(type: string, inputs: readonly string[], attributes?: Attributes, options?: EmitOptions): string;
  /** The same for nodes with several outputs. */
  nodes(type: string, inputs: readonly string[], attributes: Attributes, options: EmitOptions): readonly string[];
  /** A constant; equal small ones are written once. */
  constant(values: Values, shape: Shape): string;
  /** A list of int64, as Reshape, Slice, Pad and their like take. */
  integers(values: readonly number[]): string;
}
