/**
 * The native engine: onnxruntime-node, an optional dependency (its CPU library is inside the npm package). About ten
 * times as fast as the wasm engine.
 */
import { availableParallelism } from 'node:os';
import type { Engine, EngineAbsence } from './engine.ts';
import { createOnnxSession, type OnnxRuntime } from './onnxRuntime.ts';

/** The networks here are small: more threads than this only wait for one another. */
const inferenceThreads = 8;

/** Loads onnxruntime-node; says why where that fails (not installed, or no binary for this system). */
export async function openNativeEngine(): Promise<Engine | EngineAbsence> {
  // The library of 1.29 and later reports usage to its maker unless this is set before it is loaded.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  // Not a literal, so that neither the compiler nor a bundler insists on a package that may be absent.
  const specifier: string = 'onnxruntime-node';
  let runtime: OnnxRuntime;
  try {
    runtime = await import(specifier);
  } catch (cause) {
    return { name: 'native', absent: cause instanceof Error ? cause : new Error(String(cause)) };
  }
  runtime.env.logLevel = 'error';

  return {
    name: 'native',
    createSession(model, options = {}) {
      const cores = availableParallelism();
      const threads = options.threads ?? (options.purpose === 'training' ? cores : Math.min(cores, inferenceThreads));
      return createOnnxSession(runtime, model, { ...options, threads, provider: 'cpu' });
    },
  };
}
