/** One of the threads of `score`. */
import { workerData } from 'node:worker_threads';
import { centrePrior } from '../localize/score.ts';
import { evaluationSide, groundTruthOf, sizeOf } from '../metrics/groundTruth.ts';
import { halfRuleCeiling } from '../metrics/halfRuleCeiling.ts';
import { prepareMap } from '../metrics/mapToMask.ts';
import { scoreMap } from '../metrics/scoreMap.ts';
import { serveRequests } from '../parallel/workerPool.ts';
import { describeFailure } from './failure.ts';
import { readMap } from './readMap.ts';
import { gaussianRules, type ScoreAnswer, type ScoreRequest, type ScoreSetup } from './scoreWorkers.ts';

const { folder, threshold }: ScoreSetup = workerData;

const gaussian = prepareMap(centrePrior(evaluationSide, evaluationSide));

async function score({ id, annotation }: ScoreRequest): Promise<ScoreAnswer> {
  const read = await readMap(folder, id);
  if (read === undefined) return { missing: true };
  const truth = groundTruthOf(annotation).data;
  const size = sizeOf(truth);
  const cious = scoreMap(prepareMap(read.map, read.path), truth, { threshold, size });
  const whole = size.weight / (size.weight + truth.length - size.pixels);
  return {
    cious,
    floors: {
      'whole picture': Object.fromEntries(Object.keys(cious).map((rule) => [rule, whole])),
      'centre Gaussian': scoreMap(gaussian, truth, { rules: gaussianRules, size }),
    },
    ceiling: halfRuleCeiling(truth, size),
    hasSource: size.pixels > 0,
  };
}

await serveRequests(
  async () => ({ state: null, ready: null }),
  (_, request: ScoreRequest): Promise<ScoreAnswer> =>
    score(request).catch((error: unknown) => ({ unreadable: describeFailure(error).message })),
);
