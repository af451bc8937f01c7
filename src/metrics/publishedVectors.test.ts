/**
 * Numbers that the field's own evaluators gave (metric_test_vectors.json in the folder that LOOKHEAR_SHARED names):
 * maps, boxes and what LVS, EZ-VSL, SLAVC, SSPL, SSLalignment, vssl_eval and ACL-SSL make of them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Box, PixelMap } from '../picture/picture.ts';
import { scoresOf } from './consensusIou.ts';
import { type Annotation, groundTruthOf } from './groundTruth.ts';
import { interactive } from './interactive.ts';
import { aclThresholds, maskOf, type RuleName } from './mapToMask.ts';
import { minmax, rangeOf, slavcScore } from './normalise.ts';
import { resizeConventions, resizeForEvaluation } from './resizeForEvaluation.ts';
import { scoreAclGrid, scoreMap } from './scoreMap.ts';
import { slavcConfidence } from './slavcExtended.ts';

interface MaskVector {
  readonly ciou: number | 'NaN';
  readonly mask_pixels?: number;
  readonly threshold?: number;
}

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly description: string;
  readonly dataset: 'flickr' | 'vggss';
  readonly upsample: string;
  readonly boxes: readonly (readonly [number, number, number, number])[];
  readonly ciou: readonly number[];
  readonly groups: Readonly<Record<string, readonly number[]>>;
  readonly map_shape: readonly [number, number];
  readonly map_f32_base64: string;
  readonly points_row_col: readonly (readonly [number, number])[];
  // biome-ignore lint/suspicious/noExplicitAny: each kind of vector expects something of its own
  readonly expected: any;
}

const shared = process.env.LOOKHEAR_SHARED;
const file = join(shared ?? '', 'reference', 'metric_test_vectors.json');
const vectors: readonly Vector[] = shared === undefined ? [] : JSON.parse(readFileSync(file, 'utf8')).vectors;
const ofKind = (kind: string): readonly Vector[] => vectors.filter((vector) => vector.kind === kind);

function rawMap({ map_shape: [height, width], map_f32_base64 }: Vector): PixelMap {
  return { width, height, data: new Float32Array(new Uint8Array(Buffer.from(map_f32_base64, 'base64')).buffer) };
}

/** Each cell repeated until the map has 224 x 224, where the vector says so. */
function mapOf(vector: Vector): PixelMap {
  const { width, height, data } = rawMap(vector);
  if (!vector.upsample.startsWith('repeat')) return { width, height, data };
  const large = Float32Array.from({ length: 224 * 224 }, (_, pixel) => {
    const [y, x] = [Math.floor(pixel / 224), pixel % 224];
    return data[Math.floor((y * height) / 224) * width + Math.floor((x * width) / 224)];
  });
  return { width: 224, height: 224, data: large };
}

function annotationOf({ dataset, boxes: corners }: Vector): Annotation {
  const boxes: Box[] = corners.map(([xmin, ymin, xmax, ymax]) => ({ xmin, ymin, xmax, ymax }));
  return dataset === 'flickr' ? { kind: 'annotators', boxes } : { kind: 'boxes', boxes, width: 1, height: 1 };
}

/** What the vectors call our rules; the universal one stands there with its threshold. */
const published: readonly (readonly [string, RuleName, number?])[] = [
  ['lvs', 'half_lvs'],
  ['ezvsl', 'half_ez'],
  ['slavc_relative', 'slavc_relative'],
  ['slavc_absolute_0.5', 'slavc_absolute'],
  ['sspl_fixed_0.5', 'fixed_half'],
  ['sspl_median', 'half_sspl'],
  ['align_half_strict', 'align_half'],
  ['align_adaptive', 'align_adaptive'],
  ['universal_0.5_strict', 'universal', 0.5],
  ['universal_0.3175_strict', 'universal', 0.3175],
];

describe.skipIf(shared === undefined)('the published evaluators', () => {
  it.each(ofKind('localisation').map((vector) => [`${vector.id}, ${vector.description}`, vector] as const))(
    '%s',
    (_, vector) => {
      const isExact = vector.upsample.startsWith('repeat');
      const map = mapOf(vector);
      const truth = groundTruthOf(annotationOf(vector)).data;
      const { expected } = vector;
      expect(truth.reduce((sum, weight) => sum + weight, 0)).toBe(expected.gt.sum_ez);
      expect(truth.filter((weight) => weight !== 0).length).toBe(expected.gt.nonzero);
      for (const [name, rule, threshold] of published) {
        const wanted: MaskVector = expected[name];
        const cious: Record<string, number> = scoreMap(map, truth, { rules: [rule], threshold });
        if (wanted.ciou === 'NaN') expect(cious[rule], name).toBeNaN();
        else expect(Math.abs(cious[rule] - wanted.ciou), name).toBeLessThan(1e-9);
        if (wanted.mask_pixels === undefined) continue;
        const pixels = maskOf(rule, map, truth, threshold).reduce((sum, bit) => sum + bit, 0);
        expect(Math.abs(pixels - wanted.mask_pixels), name).toBeLessThanOrEqual(0);
      }
      const confidence = slavcConfidence(resizeForEvaluation(map, 'torch_bicubic_align_true').map(slavcScore));
      expect(Math.abs(confidence - expected.slavc_relative.conf)).toBeLessThan(1e-6);
      const grid = scoreAclGrid(stretched(map), truth);
      for (const [threshold, wanted] of Object.entries(expected.acl_thresholds)) {
        const place = aclThresholds.indexOf(Number(threshold));
        if (wanted === 'NaN') expect(grid[place]).toBeNaN();
        else expect(Math.abs(grid[place] - (wanted as number))).toBeLessThan(isExact ? 1e-6 : 5e-4);
      }
    },
  );

  it('sum up data sets', () => {
    for (const { ciou, expected } of ofKind('aggregate')) {
      const { success, auc, meanCiou } = scoresOf(ciou);
      expect(success).toBeCloseTo(expected.success_at_0_5, 12);
      expect(auc).toBeCloseTo(expected.auc, 12);
      expect(meanCiou).toBeCloseTo(expected.mean, 12);
    }
  });

  it('ask every source of a picture', () => {
    for (const { groups, expected } of ofKind('interactive')) {
      const { iiou, iauc } = interactive(Object.values(groups));
      const all = scoresOf(Object.values(groups).flat());
      expect(iiou).toBeCloseTo(expected.iiou, 12);
      expect(iauc).toBeCloseTo(expected.iauc, 12);
      expect(all.success).toBeCloseTo(expected.ciou, 12);
      expect(all.auc).toBeCloseTo(expected.auc, 12);
    }
  });

  it('resize', () => {
    for (const vector of ofKind('resize')) {
      for (const convention of resizeConventions) {
        const resized = resizeForEvaluation(rawMap(vector), convention);
        for (const [index, [row, column]] of vector.points_row_col.entries()) {
          expect(resized[row * 224 + column], `${vector.id} ${convention}`).toBeCloseTo(
            vector.expected[convention][index],
            6,
          );
        }
      }
    }
  });
});

/** ACL's maps come out of a sigmoid; the vectors stretch theirs to 0..1 in its place. */
function stretched(map: PixelMap): PixelMap {
  const values = resizeForEvaluation(map, 'cv2_linear');
  const { low, high } = rangeOf(values);
  return { width: 224, height: 224, data: values.map(minmax(low, high)) };
}
