/** The numbers behind tensors that depend on weights and constants alone, computed where they are not just stored. */
import { type Engine, float32Values } from '../engine/engine.ts';
import { sizeOf, type Tensor } from '../graph/tensor.ts';
import { topologicalOrder } from '../graph/topology.ts';
import { writeOnnx } from '../graph/writeOnnx.ts';

export type Weights = ReadonlyMap<string, Float32Array>;

/** @returns the values of those of the tensors that nothing fed has a part in */
export async function knownValues(
  tensors: readonly Tensor[],
  weights: Weights,
  engine: Engine,
): Promise<Map<Tensor, Float32Array>> {
  const fed = new Set<unknown>();
  const isFed = ({ source }: Tensor): boolean =>
    source.kind === 'input' ? !weights.has(source.name) : fed.has(source);
  for (const node of topologicalOrder(tensors)) if (node.inputs.some(isFed)) fed.add(node);

  const known = new Map<Tensor, Float32Array>();
  const computed: Record<string, Tensor> = {};
  for (const tensor of tensors) {
    const { source } = tensor;
    if (tensor.type !== 'float32' || isFed(tensor)) continue;
    if (source.kind === 'input') known.set(tensor, weights.get(source.name)!);
    else if (source.kind === 'constant') known.set(tensor, source.values as Float32Array);
    else if (sizeOf(tensor.shape) > 0) computed[`known ${Object.keys(computed).length}`] = tensor;
  }
  if (Object.keys(computed).length === 0) return known;
  const session = await engine.createSession(writeOnnx(computed, { weights }));
  const values = await session.run({});
  for (const [name, tensor] of Object.entries(computed)) known.set(tensor, float32Values(values, name));
  await session.close();
  return known;
}
