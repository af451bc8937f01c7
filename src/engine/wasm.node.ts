/** Finds the files of the wasm engine on disk: beside the compiled code, else (from the sources) in node_modules. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Engine, EngineAbsence } from './engine.ts';
import { openWasmEngine } from './wasm.ts';

/** Loads the wasm engine; says why where its files are absent. */
export async function openWasmEngineFromDisk(): Promise<Engine | EngineAbsence> {
  try {
    const folder = filesFolder();
    const [runtime, binary] = await Promise.all([
      import(/* @vite-ignore */ pathToFileURL(join(folder, 'ort.wasm.min.mjs')).href),
      readFile(join(folder, 'ort-wasm-simd-threaded.wasm')),
    ]);
    return openWasmEngine(runtime, binary);
  } catch (cause) {
    return { name: 'wasm', absent: cause instanceof Error ? cause : new Error(String(cause)) };
  }
}

/** scripts/copy-engine.mjs fills `ort-wasm` beside the compiled file. */
function filesFolder(): string {
  const beside = fileURLToPath(new URL('./ort-wasm', import.meta.url));
  if (existsSync(beside)) return beside;
  return dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'));
}
