/** Runs graphs in an engine, so that tests can look at numbers. */
import type { Engine, Session, TensorData } from '../src/engine/engine.ts';
import { sizeOf, type Tensor, type Values } from '../src/graph/tensor.ts';
import { topologicalOrder } from '../src/graph/topology.ts';
import { type LoweringTarget, writeOnnx } from '../src/graph/writeOnnx.ts';

export type NamedValues = Readonly<Record<string, Values | readonly number[]>>;

export interface OpenGraph {
  run(values: NamedValues): Promise<Record<string, Float32Array>>;
  close(): Promise<void>;
}

/** Opens a graph for several runs; its inputs are fed by name. Every output is checked to have the promised shape. */
export async function openGraph(
  engine: Engine,
  outputs: Readonly<Record<string, Tensor>>,
  target: LoweringTarget = 'cpu',
  threads = 1,
): Promise<OpenGraph> {
  const session: Session = await engine.createSession(writeOnnx(outputs, { target }), { purpose: 'training', threads });
  const inputs = inputsOf(Object.values(outputs));
  return {
    async run(values) {
      const feeds: Record<string, TensorData> = {};
      for (const name of session.inputNames) feeds[name] = tensorData(inputs.get(name)!, values[name]);
      const results = await session.run(feeds);
      const numbers: Record<string, Float32Array> = {};
      for (const [name, tensor] of Object.entries(outputs)) {
        const { dims, data } = results[name];
        if (`${dims}` !== `${tensor.shape}`) {
          throw new Error(`${name}: the shape rule says [${tensor.shape}], the engine [${dims}]`);
        }
        numbers[name] = Float32Array.from(data as Float32Array, Number);
      }
      return numbers;
    },
    close: () => session.close(),
  };
}

/** Computes a graph once. */
export async function evaluateGraph(
  engine: Engine,
  outputs: Readonly<Record<string, Tensor>>,
  values: NamedValues,
  target: LoweringTarget = 'cpu',
  threads = 1,
): Promise<Record<string, Float32Array>> {
  const graph = await openGraph(engine, outputs, target, threads);
  try {
    return await graph.run(values);
  } finally {
    await graph.close();
  }
}

function inputsOf(outputs: readonly Tensor[]): Map<string, Tensor> {
  const inputs = new Map<string, Tensor>();
  const leaves = [...outputs, ...topologicalOrder(outputs).flatMap((node) => node.inputs)];
  for (const tensor of leaves) if (tensor.source.kind === 'input') inputs.set(tensor.source.name, tensor);
  return inputs;
}

function tensorData(tensor: Tensor, values: Values | readonly number[]): TensorData {
  const dims = tensor.shape;
  if (values.length !== sizeOf(dims)) throw new RangeError(`${values.length} values do not fill [${dims}]`);
  if (tensor.type === 'int64') return { type: 'int64', dims, data: BigInt64Array.from(values, BigInt) };
  if (tensor.type === 'bool') return { type: 'bool', dims, data: Uint8Array.from(values, Number) };
  return { type: 'float32', dims, data: Float32Array.from(values, Number) };
}
