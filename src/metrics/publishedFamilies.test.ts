/**
 * The same for metrics over sets: numbers that the evaluators of SLAVC, vssl_eval, AVSBench, ACL-SSL, CSAIL, TorchRay and
 * DenseAV gave.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PixelMap } from '../picture/picture.ts';
import { AvsBenchTally, batchDependentAvsScores } from './avsBench.ts';
import { areaUnderCurve, meanCiou, scoresOf } from './consensusIou.ts';
import { iouAboveZero, oracleIou } from './denseAv.ts';
import { boxesToMask } from './groundTruth.ts';
import { halfRuleCeiling } from './halfRuleCeiling.ts';
import { areaUnderNegativeCurve, fAuc, fLoc, mapIou, predictedArea } from './negativeAudio.ts';
import { slavcScore } from './normalise.ts';
import { pointingHit } from './pointingGame.ts';
import { resizeForEvaluation } from './resizeForEvaluation.ts';
import { retrievalAt } from './retrieval.ts';
import { SceneParsingTally } from './sceneParsing.ts';
import { evaluateSlavc, percentOneDigit, type SlavcScores, slavcConfidence, slavcF1 } from './slavcExtended.ts';

// biome-ignore lint/suspicious/noExplicitAny: each kind of vector has fields of its own
type Vector = any;

const shared = process.env.LOOKHEAR_SHARED;
const file = join(shared ?? '', 'reference', 'metric_test_vectors.json');
const vectors: readonly Vector[] = shared === undefined ? [] : JSON.parse(readFileSync(file, 'utf8')).vectors;

function ofKind(kind: string): readonly Vector[] {
  const found = vectors.filter((vector) => vector.kind === kind);
  expect(found.length).toBeGreaterThan(0);
  return found;
}

const floats = (base64: string): Float32Array => new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer);
const bits = (text: string): number[] => [...text].map(Number);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Each cell of a square map repeated until it has 224 x 224. */
function repeated(data: Float32Array, side: number): PixelMap {
  const cell = (pixel: number): number => Math.floor((pixel * side) / 224);
  const large = Float32Array.from({ length: 224 * 224 }, (_, pixel) => {
    return data[cell(Math.floor(pixel / 224)) * side + cell(pixel % 224)];
  });
  return { width: 224, height: 224, data: large };
}

function expectClose(got: number, wanted: number | 'NaN', tolerance = 1e-6): void {
  if (wanted === 'NaN') expect(got).toBeNaN();
  else expect(Math.abs(got - wanted)).toBeLessThanOrEqual(tolerance);
}

describe.skipIf(shared === undefined)('the published evaluators', () => {
  it('agree on SLAVC and its sizes, at 0.5 and 0.75', () => {
    for (const { boxes_count, ciou, confidence, area, expected } of ofKind('slavc_extended')) {
      const samples = boxes_count.map((boxes: number, index: number) => ({
        boxes,
        ciou: ciou[index] === 'NaN' ? Number.NaN : ciou[index],
        confidence: confidence[index],
        area: area[index],
      }));
      for (const [least, tag] of [
        [0.5, '50'],
        [0.75, '75'],
      ] as const) {
        const { all, visible, sizes, strictPrecision } = evaluateSlavc(samples, least);
        for (const [name, scores] of Object.entries<SlavcScores>({ all, visible, ...sizes })) {
          expectClose(scores.precision, expected[`Precision-${name}@${tag}`]);
          expectClose(scores.ap, expected[`AP-${name}@${tag}`]);
          expectClose(scores.auc, expected[`AUC-${name}@${tag}`]);
          const f1 = scores.f1.map(percentOneDigit).join(' ');
          expect(f1 === '' ? 'NaN' : f1).toBe(expected[`F1-${name}@${tag}`]);
        }
        if (least === 0.5) {
          expect(percentOneDigit(all.maxF1)).toBe(expected['max_F1_all@50_percent_rounded'].toFixed(1));
          expectClose(strictPrecision, expected.precision_at_50_strict);
          expectClose(slavcF1(samples, 0.5), expected['f1_at_default_conf_0.5']);
        }
      }
    }
  });

  it("agree on SLAVC's confidence of a map", () => {
    for (const { upsample, map_shape, map_f32_base64, expected } of ofKind('localisation')) {
      const [height, width] = map_shape;
      const data = floats(map_f32_base64);
      const map = upsample.startsWith('repeat') ? repeated(data, width) : { width, height, data };
      const scores = resizeForEvaluation(map, 'torch_bicubic_align_true').map(slavcScore);
      expectClose(slavcConfidence(scores), expected.slavc_relative.conf);
    }
  });

  it('agree on what the half rule can reach on VGG-SS: 50.54 and 49.47 percent', () => {
    const boxes = JSON.parse(readFileSync(join(shared!, 'benchmarks', 'vgg_ss', 'vggss.json'), 'utf8'));
    const ceilings = boxes.map(({ bbox }: { bbox: number[][] }) => {
      const corners = bbox.map(([xmin, ymin, xmax, ymax]) => ({ xmin, ymin, xmax, ymax }));
      return halfRuleCeiling(boxesToMask(corners, 1, 1).data);
    });
    const { success, auc } = scoresOf(ceilings);
    expectClose(100 * success, 50.54, 0.005);
    expectClose(100 * auc, 49.47, 0.005);
  }, 30_000);

  it('agree on negative audio', () => {
    for (const { threshold, maps_f32_base64, positive_ciou, expected } of ofKind('negatives')) {
      const areas: number[] = [];
      const curves: number[] = [];
      for (const [name, maps] of Object.entries<string[]>(maps_f32_base64)) {
        const pias = maps.map((map) => predictedArea(floats(map), threshold));
        areas.push(mean(pias));
        curves.push(areaUnderNegativeCurve(pias));
        expectClose(100 * mean(pias), expected.pIA_percent[name]);
        expectClose(100 * areaUnderNegativeCurve(pias), expected.AUC_N_percent[name]);
      }
      expectClose(100 * fLoc(meanCiou(positive_ciou), areas), expected.F_LOC);
      expectClose(100 * fAuc(areaUnderCurve(positive_ciou), curves), expected.F_AUC);
    }
    for (const { a, b, expected } of ofKind('map_iou')) {
      expectClose(mapIou(Uint8Array.from(a.flat()), Uint8Array.from(b.flat())), expected.iou);
    }
  });

  it('agree on AVSBench, in batches of any size and over the set', () => {
    for (const { shape, logits_f32_base64, masks_bits, expected } of ofKind('avsbench')) {
      const [count, height, width] = shape;
      const logits = floats(logits_f32_base64);
      const frames = Array.from({ length: count as number }, (_, index) => ({
        logits: logits.subarray(index * height * width, (index + 1) * height * width),
        mask: bits(masks_bits[index]),
      }));
      for (const [name, wanted] of Object.entries<{ miou: number; fscore: number }>(expected)) {
        const tally = new AvsBenchTally();
        for (const frame of frames) tally.add(frame);
        const size = /^batch_(\d+)$/.exec(name)?.[1];
        const { miou, f } = size ? batchDependentAvsScores(frames, Number(size)) : tally.scores();
        expectClose(miou, wanted.miou);
        expectClose(f, wanted.fscore);
      }
    }
  });

  it('agree on scene parsing', () => {
    for (const vector of ofKind('ade20k')) {
      const { shape, classes, label_1based_0_unlabelled: label, prediction_1based: prediction, expected } = vector;
      const pixels = shape[1] * shape[2];
      const tally = new SceneParsingTally(classes);
      for (let picture = 0; picture < shape[0]; picture++) {
        const part = (values: number[]): number[] => values.slice(picture * pixels, (picture + 1) * pixels);
        expectClose(tally.add(part(label), part(prediction)), expected.per_image_accuracy[picture]);
      }
      const { pixelAccuracy, meanIou, ious } = tally.scores();
      expectClose(pixelAccuracy, expected.pixel_accuracy);
      expectClose(meanIou, expected.mean_iou_over_all_classes);
      for (const [index, iou] of expected.iou_first5.entries()) expectClose(ious[index], iou);
    }
  });

  it('agree on the pointing game', () => {
    const side = 64;
    const mask = Uint8Array.from({ length: side * side }, (_, pixel) => {
      const [y, x] = [Math.floor(pixel / side), pixel % side];
      return Number(y >= 20 && y < 30 && x >= 20 && x < 35);
    });
    for (const { description, expected } of ofKind('pointing_game')) {
      expect(description).toMatch(/rows 20\.\.29, columns 20\.\.34 true in 64x64/);
      for (const { point_x_y, tolerance, hit } of expected) {
        const [x, y] = point_x_y;
        expect(pointingHit(mask, side, { x, y }, tolerance)).toBe(hit);
      }
    }
  });

  it('agree on retrieval', () => {
    for (const { similarity_f32_base64, expected } of ofKind('retrieval')) {
      const similarity = floats(similarity_f32_base64);
      for (const k of [1, 5, 10]) {
        const { pictureOfSound, soundOfPicture } = retrievalAt(similarity, k);
        expectClose(pictureOfSound, expected[`A_r${k}`]);
        expectClose(soundOfPicture, expected[`I_r${k}`]);
      }
    }
  });

  it("agree on DenseAV's oracle", () => {
    for (const { map_f32_base64, mask_bits, expected } of ofKind('denseav')) {
      const pixels = { values: floats(map_f32_base64), mask: bits(mask_bits) };
      expectClose(oracleIou(pixels), expected.multi_iou);
      expectClose(iouAboveZero(pixels), expected.iou_gt0);
    }
  });
});
