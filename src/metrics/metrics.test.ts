import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { areaUnderCurve, consensusIou, interactiveIou, success } from './consensusIou.ts';
import { boxesToMask } from './groundTruth.ts';
import { alignAdaptive, halfEz } from './mapToMask.ts';
import { resizeBilinear } from './resizeForEvaluation.ts';
import { scoreMap } from './scoreMap.ts';

describe('consensus IoU', () => {
  it('is 1 for the truth, also where annotators disagree', () => {
    expect(consensusIou(Uint8Array.of(1, 1, 0), Float32Array.of(1, 0.5, 0))).toBe(1);
  });

  it('counts a predicted pixel outside the truth in the denominator', () => {
    expect(consensusIou(Uint8Array.of(1, 1, 0, 0), Float32Array.of(1, 0, 1, 0))).toBeCloseTo(1 / 3, 12);
  });

  it('is not a number where nothing is there and nothing is predicted, which counts as a miss', () => {
    expect(consensusIou(Uint8Array.of(0), Float32Array.of(0))).toBeNaN();
    expect(success([Number.NaN, 1])).toBe(0.5);
  });
});

describe('over many', () => {
  it('reaches an area of 1 at best and 0.025 at worst', () => {
    expect(areaUnderCurve([1, 1])).toBeCloseTo(1, 12);
    expect(areaUnderCurve([0, 0])).toBeCloseTo(0.025, 12);
  });

  it('asks every thing of a picture to succeed', () => {
    expect(
      interactiveIou([
        [0.6, 0.4],
        [0.5, 0.9],
        [Number.NaN, 1],
      ]),
    ).toBeCloseTo(1 / 3, 12);
  });
});

describe('masks', () => {
  it('keeps the ties at the median under half_ez', () => {
    expect([...halfEz(Float32Array.of(0, 1, 1, 2), new Float32Array(4))]).toEqual([0, 1, 1, 1]);
  });

  it('takes one pixel less than the truth has under align_adaptive, as its strict comparison does', () => {
    expect([...alignAdaptive(Float32Array.of(0.1, 0.9, 0.8, 0.7), Float32Array.of(0, 1, 1, 0))]).toEqual([0, 1, 0, 0]);
  });
});

it('places boxes by truncation on the 224 grid', () => {
  const { data } = boxesToMask([{ xmin: 50, ymin: 0, xmax: 100, ymax: 100 }], 100, 100);
  expect(data.reduce((total, value) => total + value, 0)).toBe(112 * 224);
});

it('finds a map that is the box itself', () => {
  const data = new Float32Array(1600).map((_, index) => (index % 40 < 20 ? 1 : 0));
  const score = scoreMap({ width: 40, height: 40, data }, [{ xmin: 0, ymin: 0, xmax: 50, ymax: 100 }], 100, 100);
  expect(score.alignAdaptive).toBeGreaterThan(0.95);
  expect(score.halfEz).toBeGreaterThan(0.95);
});

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly dataset: string;
  readonly upsample: string;
  readonly boxes: readonly (readonly [number, number, number, number])[];
  readonly ciou: readonly number[];
  readonly groups: Readonly<Record<string, readonly number[]>>;
  readonly map_shape: readonly [number, number];
  readonly map_f32_base64: string;
  readonly points_row_col: readonly (readonly [number, number])[];
  readonly expected: Readonly<Record<string, number & readonly number[] & { readonly ciou: number }>>;
}

const shared = process.env.LOOKHEAR_SHARED;

describe.skipIf(shared === undefined)('what the public evaluators gave', () => {
  const vectors: Vector[] =
    shared === undefined
      ? []
      : JSON.parse(readFileSync(join(shared, 'reference', 'metric_test_vectors.json'), 'utf8')).vectors;
  const ofKind = (kind: string): Vector[] => vectors.filter((vector) => vector.kind === kind);
  const mapOf = (vector: Vector): Float32Array =>
    new Float32Array(new Uint8Array(Buffer.from(vector.map_f32_base64, 'base64')).buffer);

  it('agrees on single maps with boxes of one annotator', () => {
    const exact = ofKind('localisation').filter(
      ({ dataset, upsample }) => dataset === 'vggss' && upsample.startsWith('repeat'),
    );
    expect(exact.length).toBeGreaterThan(0);
    for (const vector of exact) {
      const [, width] = vector.map_shape;
      const cells = mapOf(vector);
      const data = Float32Array.from({ length: 224 * 224 }, (_, pixel) => {
        return cells[Math.floor(pixel / 224 / (224 / width)) * width + Math.floor((pixel % 224) / (224 / width))];
      });
      const boxes = vector.boxes.map(([xmin, ymin, xmax, ymax]) => ({ xmin, ymin, xmax, ymax }));
      const truth = boxesToMask(boxes, 1, 1).data;
      expect(consensusIou(halfEz(data, truth), truth)).toBeCloseTo(vector.expected.ezvsl.ciou, 6);
      expect(consensusIou(alignAdaptive(data, truth), truth)).toBeCloseTo(vector.expected.align_adaptive.ciou, 6);
    }
  });

  it('agrees over data sets', () => {
    for (const { ciou, expected } of ofKind('aggregate')) {
      expect(success(ciou)).toBeCloseTo(expected.success_at_0_5, 9);
      expect(areaUnderCurve(ciou)).toBeCloseTo(expected.auc, 9);
    }
  });

  it('agrees over groups', () => {
    for (const { groups, expected } of ofKind('interactive')) {
      expect(interactiveIou(Object.values(groups))).toBeCloseTo(expected.iiou, 9);
    }
  });

  it('agrees in resizing', () => {
    for (const vector of ofKind('resize')) {
      const [height, width] = vector.map_shape;
      const map = { width, height, data: mapOf(vector) };
      for (const [name, convention] of [
        ['cv2_linear', 'half-pixel'],
        ['torch_bilinear_align_true', 'align-corners'],
      ] as const) {
        const resized = resizeBilinear(map, 224, convention);
        const expected = vector.expected[name];
        if (!expected) continue;
        for (const [index, [row, column]] of vector.points_row_col.entries()) {
          expect(resized[row * 224 + column]).toBeCloseTo(expected[index], 4);
        }
      }
    }
  });
});
