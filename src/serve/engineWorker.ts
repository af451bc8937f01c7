/** One of the threads that run the engine: opens the model, then answers a request at a time. */
import { workerData } from 'node:worker_threads';
import { loadModel } from '../localize/loadModel.node.ts';
import { Localizer } from '../localize/localizer.ts';
import { serveRequests } from '../parallel/workerPool.ts';
import { answerRequest, type EngineAnswer, type EngineRequest } from './engineAnswer.ts';
import type { EngineReady, EngineSetup } from './engineWorkers.ts';

const { model, engine, pixels, soundSeconds }: EngineSetup = workerData;

await serveRequests(
  async () => {
    const localizer = new Localizer(await loadModel({ model, engine, threads: 1 }));
    const { name, version, licence, sound } = localizer.model;
    const ready: EngineReady = {
      engine: localizer.engine,
      model: { name, version, licence, labels: [...sound.labels], sha256: localizer.sha256 },
    };
    return { state: localizer, ready };
  },
  (localizer, request: EngineRequest): Promise<EngineAnswer> =>
    answerRequest(localizer, request, { pixels, soundSeconds }),
  ({ body }) => [body.buffer],
);
