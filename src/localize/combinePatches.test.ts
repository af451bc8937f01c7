import { describe, expect, it } from 'vitest';
import { combinePatches } from './combinePatches.ts';
import type { PatchEvidence } from './evidence.ts';

const patch = (level: number, first: number | null): PatchEvidence => ({
  start: 0,
  end: 1,
  level,
  heard: first === null ? null : { probabilities: Float32Array.of(first, 1 - first), other: 0 },
});
const patches = [patch(-40, 0.125), patch(-10, 0.5), patch(-70, null), patch(-12, 1)];
const first = (rule: Parameters<typeof combinePatches>[1]) => combinePatches(patches, rule)?.probabilities[0];

describe('combining patches', () => {
  it('takes the mean over loud ones, over all, or one alone', () => {
    expect(first('loud')).toBe(0.75);
    expect(first('mean')).toBeCloseTo(1.625 / 3, 6);
    expect(first('first')).toBe(0.125);
    expect(first('centre')).toBe(0.5);
    expect(first('loudest')).toBe(0.5);
  });

  it('is silent where the one patch is silent, or all are', () => {
    expect(combinePatches([patch(-70, null), patch(-10, 1)], 'first')).toBeNull();
    expect(combinePatches([patch(-70, null), patch(-10, 1)], 'mean')?.probabilities[0]).toBe(1);
    for (const rule of ['loud', 'mean', 'first', 'centre', 'loudest'] as const) {
      expect(combinePatches([patch(-70, null)], rule)).toBeNull();
      expect(combinePatches([], rule)).toBeNull();
    }
  });
});
