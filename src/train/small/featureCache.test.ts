import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  type ChannelScale,
  emptyBatch,
  encodeRecord,
  FeatureFile,
  type FeatureScales,
  layoutOf,
} from './featureCache.ts';
import { type CellTargets, pictureClassCount } from './targets.ts';

const folder = mkdtempSync(join(tmpdir(), 'lookhear-features-'));
afterAll(() => rmSync(folder, { recursive: true }));

const scale: ChannelScale = { mean: 0, deviation: 1, low: -1, step: 2 / 255 };
const scales: FeatureScales = { stride8: [scale, scale], stride16: [scale], stride32: [scale] };
const ramp = (length: number): Float32Array => Float32Array.from({ length }, (_, index) => Math.sin(index));
const maps = { stride8: ramp(3200), stride16: ramp(400), stride32: ramp(100) };
const targets: CellTargets = {
  allowed: Uint8Array.from({ length: pictureClassCount * 1600 }, (_, index) => (index % 3 === 0 ? 1 : 0)),
  weights: ramp(1600),
  placeless: Uint8Array.from({ length: pictureClassCount }, (_, index) => index % 2),
};

it('gives back maps within half a step and targets exactly, and mirrors both', () => {
  const file = new FeatureFile(join(folder, 'a'), scales, 'a+');
  file.append(encodeRecord(scales, maps, targets));
  const batch = emptyBatch(scales, 2);
  file.read(0, batch, 0, false);
  file.read(0, batch, 1, true);
  file.close();
  for (const [index, value] of maps.stride16.subarray(0, 100).entries()) {
    expect(Math.abs(scale.low + scale.step * batch.maps.stride16[index] - value)).toBeLessThanOrEqual(
      scale.step / 2 + 1e-6,
    );
  }
  expect(batch.allowed.subarray(0, targets.allowed.length)).toEqual(targets.allowed);
  expect(batch.weights.subarray(0, 1600)).toEqual(targets.weights);
  expect([...batch.placeless.subarray(0, pictureClassCount)]).toEqual([...targets.placeless]);
  expect(batch.weights[1600]).toBe(targets.weights[39]);
  expect(batch.maps.stride32[100]).toBe(batch.maps.stride32[9]);
});

it('forgets a record that a crash cut short', () => {
  const path = join(folder, 'b');
  const record = encodeRecord(scales, maps, targets);
  const file = new FeatureFile(path, scales, 'a+');
  file.append(record);
  file.append(record);
  truncateSync(path, 2 * record.length - 5);
  expect(file.count).toBe(1);
  file.trim();
  file.append(record);
  expect(file.count).toBe(2);
  expect(layoutOf(scales).recordBytes).toBe(record.length);
  file.close();
});
