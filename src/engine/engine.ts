/**
 * What lookhear asks of an engine: take the bytes of an ONNX network, run it on tensors. Two engines answer:
 * `native` (onnxruntime-node) and `wasm` (onnxruntime-web); the rest of the code does not know which one it holds.
 */

/** Values with a shape, row-major. `bool` is one byte a value, 0 or 1, as in ONNX. */
export type TensorData =
  | { readonly type: 'float32'; readonly dims: readonly number[]; readonly data: Float32Array }
  | { readonly type: 'int64'; readonly dims: readonly number[]; readonly data: BigInt64Array }
  | { readonly type: 'int32'; readonly dims: readonly number[]; readonly data: Int32Array }
  | { readonly type: 'uint8' | 'bool'; readonly dims: readonly number[]; readonly data: Uint8Array };

/** Which outputs to compute, by name; or tensors to write them into, which saves an allocation a run. */
export type Fetches = readonly string[] | Readonly<Record<string, TensorData>>;

export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs the network once. Without `fetches` every output is computed. The native engine blocks the event loop
   * meanwhile: long work belongs in a worker.
   */
  run(feeds: Readonly<Record<string, TensorData>>, fetches?: Fetches): Promise<Record<string, TensorData>>;
  /** Frees the network; `run` fails afterwards. */
  close(): Promise<void>;
}

export interface SessionOptions {
  /** Threads inside one operation, from 1 up. Unset: the cores at hand, at most 8. The wasm engine always has one. */
  readonly threads?: number;
  /**
   * - `inference` (unset): the weights are constants, every optimisation is on;
   * - `training`: the weights are inputs, so the layout optimisation, which needs constants, is left out, and unset
   *   `threads` means all cores.
   */
  readonly purpose?: 'inference' | 'training';
}

export type EngineName = 'native' | 'wasm';

export interface Engine {
  readonly name: EngineName;
  /** Loads a network from the bytes of an .onnx file. Fails with MODEL_INVALID where the engine refuses them. */
  createSession(model: Uint8Array, options?: SessionOptions): Promise<Session>;
}

/** An engine that is not there is a value: `auto` goes on to the next one, `doctor` shows the reason. */
export interface EngineAbsence {
  readonly name: EngineName;
  /** What the system said when the engine was loaded. */
  readonly absent: Error;
}

/** The values of a float32 output; fails where the network gives another type or lacks the output. */
export function float32Values(outputs: Readonly<Record<string, TensorData>>, name: string): Float32Array {
  const output = outputs[name];
  if (output?.type !== 'float32') {
    throw new TypeError(`Expected a float32 output "${name}", got ${output === undefined ? 'none' : output.type}.`);
  }
  return output.data;
}
