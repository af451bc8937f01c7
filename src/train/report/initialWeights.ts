/** Where a training begins: at random, or from the networks of a model folder (`lookhear import` makes one). */
import { type NetworkSettings, portSettings } from '../../convert/conventions.ts';
import { settingsIn } from '../../convert/systems.ts';
import { LookhearError } from '../../errors.ts';
import { sizeOf } from '../../graph/tensor.ts';
import type { Parameters } from '../../layers/parameters.ts';
import { readModelOrHalfFolder } from '../../weights/modelFolder.node.ts';
import { parseOnnxFile } from '../../weights/onnxFile.ts';
import { readOnnx } from '../../weights/readOnnx.ts';

export interface Initial {
  /** Values by parameter name; none where everything begins at random. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** What the weights were trained with: how pictures are prepared, where the stride is. */
  readonly settings: NetworkSettings;
  /** Where they come from, in words. */
  readonly origin: readonly string[];
}

/** @param initial `random` or the path of a model folder, whole or half */
export async function readInitial(initial: string): Promise<Initial> {
  if (initial === 'random') return { weights: new Map(), settings: portSettings, origin: [] };
  const { path, model, picture, sound } = await readModelOrHalfFolder(initial);
  const networks = [picture, sound].flatMap((bytes) => bytes ?? []);
  const weights = networks.flatMap((bytes) => [...readOnnx(bytes, { name: path }).weights]);
  const settings = picture && settingsIn(parseOnnxFile(picture).metadata);
  return { weights: new Map(weights), settings: settings ?? portSettings, origin: model.origin };
}

/**
 * Gives parameters their values where there are some under their name.
 * @param from what the weights are of, for an error
 * @returns the names of those that begin at random, where not all do
 * @throws LookhearError USAGE where a value has another size
 */
export function adoptWeights(parameters: Parameters, { weights }: Initial, from: string): string[] {
  if (weights.size === 0) return [];
  const missing: string[] = [];
  for (const parameter of parameters) {
    const values = weights.get(parameter.name);
    if (values === undefined) {
      missing.push(parameter.name);
      continue;
    }
    const expected = sizeOf(parameter.tensor.shape);
    if (values.length !== expected) {
      throw new LookhearError(
        'USAGE',
        `Cannot begin from ${from}: its ${parameter.name} has ${values.length} values, this network's ${expected}.`,
        { hint: 'Train the preset and the widths that the folder was made for.' },
      );
    }
    parameter.values = values;
  }
  return missing;
}
