/**
 * Runs the encoders once over the training pictures and over pictures made of them, and keeps what the head needs.
 * Resumable: a file continues behind its last complete record, because record k always comes from seed k.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PictureRow } from '../../data/manifests.ts';
import { type Engine, float32Values, type Session } from '../../engine/engine.ts';
import { input } from '../../graph/tensor.ts';
import { writeOnnx } from '../../graph/writeOnnx.ts';
import { seededRandom, seedOf } from '../../layers/random.ts';
import { writeFileAtomically } from '../../media/atomicWrite.ts';
import { gridSide, type Pyramid, pictureSide, strides } from '../../networks/small.ts';
import type { Picture } from '../../picture/picture.ts';
import { resizePicture } from '../../picture/resize.ts';
import { type AnnotatedPicture, augment, augmentations } from './augment.ts';
import { readPictureEncoder } from './encoders.ts';
import { type ChannelScale, encodeRecord, FeatureFile, type FeatureScales, strideSide } from './featureCache.ts';
import {
  augmentSources,
  collectCutouts,
  loadPicture,
  type PictureSet,
  samplingWeights,
  weightedSampler,
} from './pictureSet.ts';
import { cellTargets } from './targets.ts';

export interface ExtractOptions {
  readonly set: PictureSet;
  readonly pretrained: string;
  /** Where the files go. */
  readonly folder: string;
  readonly engine: Engine;
  readonly seed: number;
  /** Default: all cores. */
  readonly threads?: number | undefined;
  readonly onProgress: (done: number, total: number, what: string) => void;
  readonly signal: AbortSignal;
}

/** Pictures by which the scale of each channel is found. */
const SCALE_PICTURES = 120;
/** Things cut out of training pictures, for pasting. */
const CUTOUTS = 500;
/** How often each way of making pictures is used. */
const MIX: Record<(typeof augmentations)[number], number> = {
  crop: 0.3,
  inset: 0.2,
  two: 0.2,
  four: 0.15,
  paste: 0.15,
};

export const plainPath = (folder: string): string => join(folder, 'plain.features');
export const augmentedPath = (folder: string): string => join(folder, 'augmented.features');
const scalesPath = (folder: string): string => join(folder, 'scales.json');

export async function readScales(folder: string): Promise<FeatureScales | undefined> {
  const text = await readFile(scalesPath(folder), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as FeatureScales);
}

async function encoderSession(options: ExtractOptions): Promise<Session> {
  const picture = input('picture', [1, 3, pictureSide, pictureSide]);
  const { output, weights } = await readPictureEncoder(options.pretrained, picture);
  return options.engine.createSession(writeOnnx({ ...output }, { weights }), {
    ...(options.threads && { threads: options.threads }),
  });
}

async function encode(session: Session, picture: Picture): Promise<Pyramid<Float32Array>> {
  const data = resizePicture(picture, pictureSide, pictureSide);
  const outputs = await session.run({ picture: { type: 'float32', dims: [1, 3, pictureSide, pictureSide], data } });
  return {
    stride8: float32Values(outputs, 'stride8'),
    stride16: float32Values(outputs, 'stride16'),
    stride32: float32Values(outputs, 'stride32'),
  };
}

/** Finds each channel's mean, deviation and range over some training pictures, once. */
async function findScales(options: ExtractOptions, session: Session): Promise<FeatureScales> {
  const known = await readScales(options.folder);
  if (known) return known;
  const { set, seed } = options;
  const random = seededRandom(seedOf('scales', seed));
  const rows = trainingRows(set.rows);
  const sums = new Map<string, { count: number; sum: number; squares: number; low: number; high: number }[]>();
  for (let drawn = 0; drawn < SCALE_PICTURES; drawn++) {
    options.signal.throwIfAborted();
    const row = rows[Math.floor(random() * rows.length)];
    const maps = await encode(session, (await loadPicture(set, row)).picture);
    for (const stride of strides) {
      const area = strideSide[stride] ** 2;
      const channels = maps[stride].length / area;
      const totals =
        sums.get(stride) ??
        Array.from({ length: channels }, () => ({ count: 0, sum: 0, squares: 0, low: Infinity, high: -Infinity }));
      sums.set(stride, totals);
      for (const [channel, total] of totals.entries()) {
        for (const value of maps[stride].subarray(channel * area, (channel + 1) * area)) {
          total.count++;
          total.sum += value;
          total.squares += value * value;
          total.low = Math.min(total.low, value);
          total.high = Math.max(total.high, value);
        }
      }
    }
    options.onProgress(drawn + 1, SCALE_PICTURES, 'scale of the features');
  }
  const scalesOf = (stride: string): ChannelScale[] =>
    sums.get(stride)!.map(({ count, sum, squares, low, high }) => {
      const mean = sum / count;
      const deviation = Math.sqrt(Math.max(squares / count - mean * mean, 1e-8));
      const bottom = Math.max(low, mean - 6 * deviation);
      const top = Math.min(high, mean + 10 * deviation);
      return { mean, deviation, low: bottom, step: Math.max(top - bottom, 1e-6) / 255 };
    });
  const scales = { stride8: scalesOf('stride8'), stride16: scalesOf('stride16'), stride32: scalesOf('stride32') };
  await writeFileAtomically(scalesPath(options.folder), JSON.stringify(scales), { force: true });
  return scales;
}

/** Fold 0 validates; nothing of it is trained on. */
export const trainingRows = (rows: readonly PictureRow[]): PictureRow[] => rows.filter(({ fold }) => fold !== 0);

/** One record for each row of the set, in its order. */
export async function extractPlain(options: ExtractOptions): Promise<void> {
  const session = await encoderSession(options);
  const scales = await findScales(options, session);
  const { rows } = options.set;
  await extract(options, session, scales, plainPath(options.folder), rows.length, 'pictures', (index) =>
    loadPicture(options.set, rows[index]),
  );
  await session.close();
}

/** `count` records made of training pictures. */
export async function extractAugmented(options: ExtractOptions, count: number): Promise<void> {
  const { set, seed } = options;
  const rows = trainingRows(set.rows);
  const cutouts = await collectCutouts(set, rows, CUTOUTS, seededRandom(seedOf('cutouts', seed)));
  const weights = samplingWeights(rows);
  const session = await encoderSession(options);
  const scales = await findScales(options, session);
  await extract(options, session, scales, augmentedPath(options.folder), count, 'made pictures', async (index) => {
    const random = seededRandom(seedOf(`augmented ${index}`, seed));
    const first = await loadPicture(set, rows[weightedSampler(weights, random)()]);
    const kind =
      augmentations[
        weightedSampler(
          Float64Array.from(augmentations, (name) => MIX[name]),
          random,
        )()
      ];
    return augment(kind, first, augmentSources(set, rows, cutouts, random), pictureSide, random);
  });
  await session.close();
}

async function extract(
  options: ExtractOptions,
  session: Session,
  scales: FeatureScales,
  path: string,
  total: number,
  what: string,
  load: (index: number) => Promise<AnnotatedPicture>,
): Promise<void> {
  const file = new FeatureFile(path, scales, 'a+');
  file.trim();
  try {
    let next = file.count < total ? load(file.count) : undefined;
    for (let index = file.count; index < total; index++) {
      options.signal.throwIfAborted();
      const { picture, annotation } = await next!;
      if (index + 1 < total) {
        next = load(index + 1);
        next.catch(() => undefined);
      }
      file.append(encodeRecord(scales, await encode(session, picture), cellTargets(annotation, gridSide)));
      options.onProgress(index + 1, total, what);
    }
  } finally {
    file.close();
  }
}
