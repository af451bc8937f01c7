/**
 * Judges a taught model on pairs composed of the held-out fold, as the small model's card is made: one pair for each
 * boxed thing of each picture. Beside each map stands the map of the same picture with a sound that is not in it: a
 * model that only knows what is striking does as well with a wrong sound.
 */
import type { PictureRow } from '../../data/manifests.ts';
import { type Engine, float32Values } from '../../engine/engine.ts';
import { input } from '../../graph/tensor.ts';
import { writeOnnx } from '../../graph/writeOnnx.ts';
import { Parameters } from '../../layers/parameters.ts';
import { centrePrior } from '../../localize/score.ts';
import { boxesToMask } from '../../metrics/groundTruth.ts';
import { scoreMap } from '../../metrics/scoreMap.ts';
import { gridSide } from '../../networks/small.ts';
import type { PixelMap } from '../../picture/picture.ts';
import { unitLength } from '../objectives/unitLength.ts';
import { embeddingSize } from '../small/extractEmbeddings.ts';
import { emptyBatch, strideSide } from '../small/featureCache.ts';
import { labels } from '../small/labels.ts';
import { classOf } from '../small/soundSet.ts';
import { falsePairs, truePairs } from '../small/validationSet.ts';
import type { StudyFeatures } from './features.ts';
import { hear, mapSide, see } from './pairModel.ts';
import { boxesByLabel } from './pairs.ts';

export interface JudgedPair {
  readonly row: PictureRow;
  /** Index of the picture's record among the cached features. */
  readonly record: number;
  readonly label: string;
  /** Whether the picture has a pair for another label as well. */
  readonly isOneOfSeveral: boolean;
  /** Indices of embeddings. */
  readonly sound: number;
  readonly wrongSound: number;
}

// Pairs are composed of rows and labels; these stand where the evidence of the finished model would.
const unseen = { columns: 0, rows: 0, probabilities: new Float32Array(0), background: new Float32Array(0) };
const unheard = { probabilities: new Float32Array(0), other: 0 };

/** @param fold nothing of it may have been trained on */
export function judgedPairs({ rows, soundRows }: StudyFeatures, fold: number, seed: number): JudgedPair[] {
  const pictures = rows.flatMap((row, record) =>
    row.fold === fold && boxesByLabel(row).size > 0 ? [{ row, record, evidence: unseen }] : [],
  );
  const records = new Map(pictures.map(({ row, record }) => [row, record]));
  // The first embeddings are those of the clips, in the order of the rows.
  const sounds = soundRows.flatMap((row, source) =>
    row.fold === fold && row.kind === 'recording' ? [{ row, source, label: classOf(row), heard: unheard }] : [],
  );
  const sources = new Map(sounds.map(({ row, source }) => [row, source]));
  const set = { pictures, sounds };
  const wrong = new Map(falsePairs(set, 1, seed).wrong.map(({ picture, sound }) => [picture.row, sound.row]));
  const pairs = truePairs(set, 1, seed);
  const things = new Map<PictureRow, number>();
  for (const { picture } of pairs) things.set(picture.row, (things.get(picture.row) ?? 0) + 1);
  return pairs.map(({ picture: { row }, sound, label }) => ({
    row,
    record: records.get(row)!,
    label: labels[label],
    isOneOfSeveral: things.get(row)! > 1,
    sound: sources.get(sound.row)!,
    wrongSound: sources.get(wrong.get(row)!)!,
  }));
}

/** Consensus IoUs of two maps of a pair's picture, under `align_adaptive`: as many pixels as the boxes have. */
export interface PairScore {
  readonly iou: number;
  /** Of the map for the sound that is not in the picture, against the same boxes. */
  readonly wrongIou: number;
}

function truthOf({ row, label }: JudgedPair): Float32Array {
  const boxes = boxesByLabel(row).get(labels.indexOf(label)) ?? [];
  return boxesToMask(boxes, row.width, row.height).data;
}

function iouOf(map: PixelMap, truth: Float32Array): number {
  return scoreMap(map, truth, { rules: ['align_adaptive'] }).align_adaptive;
}

/** A fixed bump in the middle, which neither looks nor hears. */
export function judgeCentrePrior(pairs: readonly JudgedPair[]): PairScore[] {
  const map = centrePrior(gridSide, gridSide);
  return pairs.map((pair) => {
    const iou = iouOf(map, truthOf(pair));
    return { iou, wrongIou: iou };
  });
}

/** @param values the model's parameters, by name */
export async function judgeModel(
  engine: Engine,
  features: StudyFeatures,
  pairs: readonly JudgedPair[],
  values: ReadonlyMap<string, Float32Array>,
  threads: number,
): Promise<PairScore[]> {
  const { scales } = features;
  const context = () => ({ parameters: new Parameters(), mode: 'inference' as const });
  const mapInput = (stride: 'stride16' | 'stride32') =>
    input(stride, [1, scales[stride].length, strideSide[stride], strideSide[stride]], 'uint8');
  const bytes = { stride16: mapInput('stride16'), stride32: mapInput('stride32') };
  const seen = unitLength(see(context(), bytes, scales), 1);
  const heard = unitLength(hear(context(), input('embedding', [1, embeddingSize])), 1);
  const eyes = await engine.createSession(writeOnnx({ seen }, { weights: values }), { threads });
  const ears = await engine.createSession(writeOnnx({ heard }, { weights: values }), { threads });

  const listen = async (source: number): Promise<Float32Array> => {
    const data = features.embedding(source);
    const outputs = await ears.run({ embedding: { type: 'float32', dims: [1, embeddingSize], data } });
    return float32Values(outputs, 'heard');
  };
  const batch = emptyBatch(scales, 1);
  const look = async (record: number): Promise<Float32Array> => {
    features.pictures.read(record, batch, 0, false);
    const outputs = await eyes.run({
      stride16: { type: 'uint8', dims: bytes.stride16.shape, data: batch.maps.stride16 },
      stride32: { type: 'uint8', dims: bytes.stride32.shape, data: batch.maps.stride32 },
    });
    return float32Values(outputs, 'seen');
  };

  const scores: PairScore[] = [];
  try {
    for (const pair of pairs) {
      const maps = await look(pair.record);
      const truth = truthOf(pair);
      scores.push({
        iou: iouOf(cosineMap(maps, await listen(pair.sound)), truth),
        wrongIou: iouOf(cosineMap(maps, await listen(pair.wrongSound)), truth),
      });
    }
  } finally {
    await Promise.all([eyes.close(), ears.close()]);
  }
  return scores;
}

/** The score rises with the cosine, and the rules look at the order of the pixels alone. */
function cosineMap(maps: Float32Array, sound: Float32Array): PixelMap {
  const cells = mapSide ** 2;
  const data = new Float32Array(cells);
  for (const [channel, weight] of sound.entries()) {
    for (let cell = 0; cell < cells; cell++) data[cell] += weight * maps[channel * cells + cell];
  }
  return { width: mapSide, height: mapSide, data };
}
