/** A localizer as the options ask for it. */
import type { EngineName } from '../engine/engine.ts';
import { loadModel } from '../localize/loadModel.node.ts';
import { Localizer } from '../localize/localizer.ts';
import type { OptionValues } from './options.ts';

/** @throws LookhearError MODEL_MISSING, MODEL_INVALID or ENGINE_MISSING */
export async function openFromOptions(options: OptionValues, signal: AbortSignal): Promise<Localizer> {
  const { model, device, threads } = options;
  const localizer = new Localizer(await loadModel({ model, engine: device, threads, signal }));
  noteOnEngine(localizer.engine, options);
  return localizer;
}

/** Says so where the slow engine had to step in. */
export function noteOnEngine(engine: EngineName, { device, quiet }: OptionValues): void {
  if (engine === 'native' || device === 'wasm' || quiet) return;
  console.error('note   onnxruntime-node is not installed: the engine is wasm, about ten times slower');
}

/**
 * Runs a task with a localizer and its inputs, and closes the localizer whatever happens. The model is opened while the
 * inputs are decoded.
 */
export async function withLocalizer<Inputs>(
  options: OptionValues,
  signal: AbortSignal,
  decode: () => Promise<Inputs>,
  task: (localizer: Localizer, inputs: Inputs) => Promise<void>,
): Promise<void> {
  const opening = openFromOptions(options, signal);
  // A failure is told when it is waited for, not while the inputs are still decoded.
  opening.catch(() => {});
  try {
    const inputs = await decode();
    await task(await opening, inputs);
  } finally {
    await opening.then(
      (localizer) => localizer.close(),
      () => {},
    );
  }
}
