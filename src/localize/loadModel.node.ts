/**
 * From the name of a model to its two open networks, in Node. The engine is loaded while the model folder is read and
 * checked; the sessions then follow one another, because the native engine makes them on this thread anyway.
 */
import { chooseEngine, type EngineChoice } from '../engine/chooseEngine.node.ts';
import { findModelFolder, readModelFolder } from '../weights/modelFolder.node.ts';
import { throwIfAborted } from './abort.ts';
import type { LocalizerParts } from './localizer.ts';

export interface LoadOptions {
  /** The name of a model or the path of its folder. Unset: the environment's LOOKHEAR_MODEL, else "small". */
  readonly model?: string | undefined;
  /** Unset: `auto`, the native engine where it is installed, else wasm. */
  readonly engine?: EngineChoice | undefined;
  /** Threads of the native engine, from 1 up. Unset: the cores at hand, at most 8. */
  readonly threads?: number | undefined;
  /** Stops between two steps; the call then fails with ABORTED. */
  readonly signal?: AbortSignal | undefined;
}

/** Fails with MODEL_MISSING, MODEL_INVALID, ENGINE_MISSING or ABORTED. */
export async function loadModel({
  model: wanted,
  engine: choice,
  threads,
  signal,
}: LoadOptions): Promise<LocalizerParts> {
  const start = performance.now();
  const [engine, { model, sha256, picture, sound }] = await Promise.all([
    chooseEngine(choice),
    findModelFolder(wanted).then(readModelFolder),
  ]);
  throwIfAborted(signal);
  const options = threads === undefined ? {} : { threads };
  const soundSession = await engine.createSession(sound, options);
  const pictureSession = await engine.createSession(picture, options);
  const loadMs = performance.now() - start;
  return { model, sha256, engine: engine.name, pictureSession, soundSession, loadMs };
}
