/**
 * One of the threads of `localize --pairs`: opens the model, then takes a pair at a time from file to files. The native
 * engine blocks the thread that it runs in, so each has its own, and the main thread stays free for Ctrl-C and progress.
 */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { LookhearError } from '../errors.ts';
import { loadModel } from '../localize/loadModel.node.ts';
import { Localizer } from '../localize/localizer.ts';
import { writeFileAtomically } from '../media/atomicWrite.ts';
import { writePicture } from '../media/writePicture.ts';
import { paint } from '../picture/paint.ts';
import { writeNpy } from '../weights/npy.ts';
import { decodePair, withDecodingTime } from './decodePair.ts';
import { describeFailure } from './failure.ts';
import { findingJson } from './findingJson.ts';
import type { UsablePair } from './pairs.ts';
import type { PairReply, PairRequest, PairWorkerSetup } from './pairWorkers.ts';

const { model, engine, threads, folder, force }: PairWorkerSetup = workerData;
const reply = (message: PairReply): void => parentPort?.postMessage(message);

async function work(localizer: Localizer, { id, image, audio }: UsablePair): Promise<object> {
  const start = performance.now();
  const decoded = await decodePair(image, audio);
  const found = await localizer.localize(decoded.picture, decoded.sound);
  const finding = withDecodingTime(found, decoded, performance.now() - start);
  const { heat } = finding;
  const map = join(folder, `${id}.npy`);
  await Promise.all([
    writeFileAtomically(map, writeNpy({ shape: [heat.height, heat.width], data: heat.data }), { force }),
    writePicture(join(folder, `${id}.png`), paint(decoded.picture, heat), { force }),
  ]);
  return findingJson(finding, map);
}

try {
  const localizer = new Localizer(await loadModel({ model, engine, threads }));
  parentPort?.on('message', ({ index, pair }: PairRequest) => {
    work(localizer, pair).then(
      (entry) => reply({ kind: 'done', index, entry }),
      (error: unknown) => reply({ kind: 'done', index, entry: { error: describeFailure(error).message } }),
    );
  });
  reply({ kind: 'ready', engine: localizer.engine });
} catch (error) {
  if (!(error instanceof LookhearError)) throw error;
  const { code, message, hint } = error;
  reply({ kind: 'unusable', code, message, hint });
}
