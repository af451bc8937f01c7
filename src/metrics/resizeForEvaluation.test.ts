import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { resizeConventions, resizeForEvaluation } from './resizeForEvaluation.ts';

interface Case {
  readonly kind: string;
  readonly width: number;
  readonly height: number;
  readonly base64: string;
  readonly resized: Readonly<Record<string, { crc32: number; points: readonly (readonly [number, number])[] }>>;
}

const { cases }: { cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('fixtures/resized.json', import.meta.url), 'utf8'),
);

describe.each(resizeConventions)('%s', (convention) => {
  it.each(cases)('gives what the library gives for $kind of $width x $height', ({ width, height, base64, resized }) => {
    const data = new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer);
    const result = resizeForEvaluation({ width, height, data }, convention);
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const expected = resized[convention];
    for (const [place, value] of expected.points) {
      expect(Math.abs(result[place] - value) / largest).toBeLessThan(1e-6);
    }
    if (convention !== 'cv2_cubic') expect(crc32(new Uint8Array(result.buffer))).toBe(expected.crc32);
  });

  it('leaves a map of the right size alone, and a constant one constant', () => {
    const data = Float32Array.from({ length: 16 }, (_, index) => Math.sin(index));
    expect(resizeForEvaluation({ width: 4, height: 4, data }, convention, 4)).toBe(data);
    const constant = resizeForEvaluation({ width: 3, height: 5, data: new Float32Array(15).fill(0.3) }, convention);
    expect(new Set(constant)).toEqual(new Set([Math.fround(0.3)]));
    expect(resizeForEvaluation({ width: 1, height: 1, data: Float32Array.of(7) }, convention, 2)).toEqual(
      Float32Array.of(7, 7, 7, 7),
    );
  });
});
