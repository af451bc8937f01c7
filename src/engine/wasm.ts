/**
 * The wasm engine: the plain WebAssembly build of onnxruntime-web, one thread. It runs wherever JavaScript does, in a
 * browser too; the caller brings the module and the bytes, because where they lie differs.
 */
import type { Engine } from './engine.ts';
import { createOnnxSession, type OnnxRuntime } from './onnxRuntime.ts';

/**
 * @param runtime The module `ort.wasm.min.mjs` of onnxruntime-web.
 * @param binary The bytes of `ort-wasm-simd-threaded.wasm`. Handing them over keeps the module from fetching them.
 */
export function openWasmEngine(runtime: OnnxRuntime, binary: Uint8Array): Engine {
  runtime.env.logLevel = 'error';
  runtime.env.wasm.numThreads = 1;
  runtime.env.wasm.wasmBinary = binary;
  return {
    name: 'wasm',
    createSession: (model, options = {}) =>
      createOnnxSession(runtime, model, { ...options, threads: 1, provider: 'wasm' }),
  };
}
