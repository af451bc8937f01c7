// Copies the wasm engine beside our own code, so that an installation without onnxruntime-node still runs.
// Three files of onnxruntime-web (MIT) suffice; the whole package would be ten times as large.
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const source = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'));
const target = new URL('../dist/engine/ort-wasm/', import.meta.url).pathname;
mkdirSync(target, { recursive: true });
for (const file of ['ort.wasm.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm']) {
  copyFileSync(join(source, file), join(target, file));
}
