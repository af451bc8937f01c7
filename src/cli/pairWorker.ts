/**
 * One of the threads of `localize --pairs`: opens the model, then takes a pair at a time from file to files.
 */
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { findingJson } from '../localize/findingJson.ts';
import { loadModel } from '../localize/loadModel.node.ts';
import { Localizer } from '../localize/localizer.ts';
import { writeFileAtomically } from '../media/atomicWrite.ts';
import { writePicture } from '../media/writePicture.ts';
import { serveRequests } from '../parallel/workerPool.ts';
import { paint } from '../picture/paint.ts';
import { writeNpy } from '../weights/npy.ts';
import { decodePair, withDecodingTime } from './decodePair.ts';
import { describeFailure } from './failure.ts';
import type { UsablePair } from './pairs.ts';
import type { PairRequest, PairWorkerSetup } from './pairWorkers.ts';

const { model, engine, threads, folder, force }: PairWorkerSetup = workerData;

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

await serveRequests(
  async () => {
    const localizer = new Localizer(await loadModel({ model, engine, threads }));
    return { state: localizer, ready: localizer.engine };
  },
  (localizer, { pair }: PairRequest): Promise<object> =>
    work(localizer, pair).catch((error: unknown) => ({ error: describeFailure(error).message })),
);
