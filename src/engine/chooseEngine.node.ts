/** The choice of an engine in Node: what was asked for, or the fastest that is there. */
import { LookhearError } from '../errors.ts';
import type { Engine, EngineAbsence } from './engine.ts';
import { openNativeEngine } from './native.node.ts';
import { openWasmEngineFromDisk } from './wasm.node.ts';

/** `auto` takes the native engine where it is installed, else the wasm engine. */
export type EngineChoice = 'auto' | 'native' | 'wasm';

/**
 * Opens an engine. `open` is there for tests and for other sources of engines.
 * Fails with ENGINE_MISSING where the asked one cannot be loaded, or none can.
 */
export async function chooseEngine(
  choice: EngineChoice = 'auto',
  open: { native: () => Promise<Engine | EngineAbsence>; wasm: () => Promise<Engine | EngineAbsence> } = {
    native: openNativeEngine,
    wasm: openWasmEngineFromDisk,
  },
): Promise<Engine> {
  const first = await (choice === 'wasm' ? open.wasm() : open.native());
  if (isEngine(first)) return first;
  const second = choice === 'auto' ? await open.wasm() : first;
  if (isEngine(second)) return second;
  throw new LookhearError('ENGINE_MISSING', `The ${second.name} engine cannot be loaded: ${firstLine(second.absent)}`, {
    hint:
      second.name === 'native'
        ? 'Install it with "npm install onnxruntime-node --onnxruntime-node-install=skip", or take the engine "wasm".'
        : 'Install lookhear again: the files of the wasm engine are part of it.',
    cause: second.absent,
  });
}

export function isEngine(engine: Engine | EngineAbsence): engine is Engine {
  return 'createSession' in engine;
}

function firstLine(error: Error): string {
  return error.message.split('\n')[0];
}
