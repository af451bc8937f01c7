/** From trained heads to the model folder: assemble, calibrate on validation pairs, measure, write. */
import { join } from 'node:path';
import type { SoundRow } from '../../data/manifests.ts';
import type { Engine } from '../../engine/engine.ts';
import { fingerprintTraining } from '../../evaluate/fingerprintTraining.ts';
import { trainingManifestFile } from '../../evaluate/trainingManifest.ts';
import { writeTrainingManifest } from '../../evaluate/trainingManifestFile.ts';
import { pictureSide } from '../../networks/small.ts';
import { completeModel, type ModelDescription, writeModelFolder } from '../../weights/modelFolder.node.ts';
import { assemblePicture, assembleSound } from './assemble.ts';
import { calibrate } from './calibrate.ts';
import { cardText } from './card.ts';
import type { FeatureScales } from './featureCache.ts';
import { labels, seenLabels } from './labels.ts';
import { measure } from './measure.ts';
import type { PictureSet } from './pictureSet.ts';
import { relationRows } from './relation.ts';
import { hopSeconds, other, patchSeconds } from './soundSet.ts';
import { trainingFiles } from './trainingFiles.ts';
import { gatherValidation } from './validationSet.ts';

export interface FinishOptions {
  readonly engine: Engine;
  readonly data: string;
  readonly pretrained: string;
  readonly pictures: PictureSet;
  readonly soundRows: readonly SoundRow[];
  readonly scales: FeatureScales;
  readonly pictureHead: ReadonlyMap<string, Float32Array>;
  readonly soundHead: ReadonlyMap<string, Float32Array>;
  /** The folder that is written. */
  readonly out: string;
  readonly version: string;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, what: string) => void;
}

/** Pictures of fold 0 that calibrate and measure. */
const VALIDATION_PICTURES = 600;

const origin = [
  'encoder MobileNet EdgeTPU 1.0 (ImageNet), mlcommons/mobile_models, Apache-2.0',
  'encoder YOLOX-nano (COCO), Megvii-BaseDetection/YOLOX, Apache-2.0',
  'encoder EfficientAT mn04_as (AudioSet), fschmid56/EfficientAT, MIT, Copyright (c) 2022 Florian Schmid',
  'heads trained by lookhear on public pictures and sounds of many licences; none of them is part of the model',
];

export async function finish(options: FinishOptions): Promise<void> {
  const networks = {
    picture: await assemblePicture(options.pretrained, options.scales, options.pictureHead),
    sound: await assembleSound(options.pretrained, options.soundHead),
  };
  const description: ModelDescription = {
    name: 'small',
    version: options.version,
    licence: 'Apache-2.0',
    origin,
    picture: {
      width: pictureSide,
      height: pictureSide,
      input: 'picture',
      output: 'probabilities',
      labels: [...seenLabels],
      background: seenLabels.length,
    },
    sound: {
      frontEnd: 'mn04',
      input: 'logmel',
      output: 'probabilities',
      labels: [...labels],
      other,
      patchSeconds,
      hopSeconds,
    },
    relation: { kind: 'table', rows: relationRows() },
    map: { blur: 1, fallback: 0.3, centre: 0.03 },
    silence: { dbfs: -60 },
    answer: { topCells: 4, slope: 1, offset: 2, here: 0.5, absent: 0.4 },
  };
  // The networks are run as they will ship, in half precision, so that what is measured is what is used.
  const provisional = completeModel(description, networks);
  const pictureSession = await options.engine.createSession(networks.picture);
  const soundSession = await options.engine.createSession(networks.sound);
  const set = await gatherValidation({
    ...options,
    model: provisional,
    pictureSession,
    soundSession,
    pictureCount: VALIDATION_PICTURES,
  });
  const calibration = calibrate(provisional, set, options.seed);
  const model = { ...provisional, answer: calibration.answer };
  const figures = await measure({ ...options, model, set, pictureSession, soundSession });
  await Promise.all([pictureSession.close(), soundSession.close()]);
  const sizes = { picture: networks.picture.length, sound: networks.sound.length };
  const card = cardText({ description, calibration, figures, sizes });
  const { manifest } = await fingerprintTraining(trainingFiles(options.pictures, options.soundRows), {
    signal: options.signal,
    onProgress: (done, total) => options.onProgress(done, total, 'fingerprints'),
  });
  await writeModelFolder(options.out, { ...description, answer: calibration.answer }, networks, card);
  await writeTrainingManifest(join(options.out, trainingManifestFile), manifest, { force: true });
}
