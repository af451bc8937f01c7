/** Puts weights into a system and writes its networks as ONNX files. */
import { writeOnnx } from '../graph/writeOnnx.ts';
import type { Side } from './conventions.ts';
import type { Fit } from './matchWeights.ts';
import type { System } from './systems.ts';

/** Reads the values of each array into its place, one a step, so that a caller may show how far it is, or stop. */
export function* putWeights(system: System, fits: readonly Fit[]): Generator<Fit> {
  const places = { picture: byName(system, 'picture'), sound: byName(system, 'sound') };
  for (const fit of fits) {
    const parameter = places[fit.side].get(fit.name);
    if (parameter === undefined) throw new RangeError(`there is no parameter ${fit.side}/${fit.name}`);
    parameter.values = fit.read();
    yield fit;
  }
}

function byName(system: System, side: Side) {
  return new Map([...(system[side]?.parameters ?? [])].map((parameter) => [parameter.name, parameter]));
}

/**
 * One network of the system as an ONNX file that every provider runs: for the presets `picture` [1, 3, side, side] to
 * `probabilities` [1, classes, side, side], or `logmel` [1, 1, 96, 64] to `probabilities` [1, classes] or `embedding`.
 */
export function buildNetwork(system: System, side: Side): Uint8Array {
  const half = system[side];
  if (half === undefined) throw new RangeError(`${system.preset} has no ${side} network`);
  const { output, parameters, description } = half;
  const options = { target: 'onnx', weights: parameters.values, metadata: system.metadata } as const;
  return writeOnnx({ [description.output]: output }, options);
}
