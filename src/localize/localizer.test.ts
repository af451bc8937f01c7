import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isEngine } from '../engine/chooseEngine.node.ts';
import type { Engine } from '../engine/engine.ts';
import { openNativeEngine } from '../engine/native.node.ts';
import { openWasmEngineFromDisk } from '../engine/wasm.node.ts';
import type { PixelMap } from '../picture/picture.ts';
import type { Localizer } from './localizer.ts';
import { blue, noise, openTinyLocalizer, pictureWithSquare, red, tinyModel, tone } from './tinyModel.fixtures.ts';

// Loading the engines takes most of the time, and a busy machine several times as long.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const native = await openNativeEngine();
const wasm = await openWasmEngineFromDisk();

const low = tone(300);
const high = tone(5000);

function hottest({ width, data }: PixelMap): [number, number] {
  const index = data.indexOf(Math.max(...data));
  return [index % width, Math.floor(index / width)];
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return Math.max(...a.map((value, index) => Math.abs(value - b[index])));
}

describe.each([
  ['native', native],
  ['wasm', wasm],
])('with the %s engine', (_, engine) => {
  describe.skipIf(!isEngine(engine))('a localizer', () => {
    let localizer: Localizer;
    beforeAll(async () => {
      localizer = await openTinyLocalizer(engine as Engine);
    });
    afterAll(() => localizer.close());

    it('finds what is heard', async () => {
      const finding = await localizer.localize(pictureWithSquare(red, 0.5), low);
      expect(finding).toMatchObject({ answer: 'here', reason: null, picture: { width: 64, height: 64 }, notes: [] });
      expect(finding.confidence).toBeGreaterThan(0.9);
      expect(finding.classes[0]).toMatchObject({ label: 'red' });
      expect(finding.classes[0].heard).toBeGreaterThan(0.9);
      expect(finding.classes[0].seen).toBeGreaterThan(0.9);
      expect(finding.classes[1].heard).toBeLessThan(0.1);
      const [x, y] = hottest(finding.heat);
      expect(x).toBeGreaterThanOrEqual(32);
      expect(x).toBeLessThan(48);
      expect(y).toBeGreaterThanOrEqual(16);
      expect(y).toBeLessThan(32);
      expect(finding.regions).toHaveLength(1);
      const [{ label, score, area, xmin, ymin, xmax, ymax }] = finding.regions;
      expect(label).toBe('red');
      expect(score).toBeGreaterThan(0.9);
      expect(area).toBeGreaterThan(200);
      for (const [edge, expected] of [
        [xmin, 32],
        [ymin, 16],
        [xmax, 48],
        [ymax, 32],
      ]) {
        expect(Math.abs(edge - expected)).toBeLessThanOrEqual(2);
      }
      expect(finding.sound).toMatchObject({ seconds: 2, patches: [{ start: 0, end: 1 }, { start: 0.5 }, { end: 2 }] });
      expect(finding.sound.patches[0].heard[0].label).toBe('red');
    });

    it('answers "not in the picture" where what is heard is nowhere, and does not stretch the map', async () => {
      const finding = await localizer.localize(pictureWithSquare(blue, 0.5), low);
      expect(finding).toMatchObject({
        answer: 'not in the picture',
        reason: 'a red is heard, and no pixel looks like one',
        regions: [],
      });
      expect(finding.confidence).toBeGreaterThan(0.9);
      expect(Math.max(...finding.heat.data)).toBeLessThan(0.05);
    });

    it('answers "not in the picture" to a sound of no label, with the heat on anything but background', async () => {
      const finding = await localizer.localize(pictureWithSquare(red, 0), noise());
      expect(finding).toMatchObject({
        answer: 'not in the picture',
        reason: 'the sound is none that the model knows',
        regions: [],
      });
      expect(hottest(finding.heat)[0]).toBeLessThan(16);
      expect(Math.max(...finding.heat.data)).toBeLessThan(0.4);
    });

    it.each([
      ['zeros', { sampleRate: 16000, samples: new Float32Array(32000) }],
      ['less than the threshold', tone(300, 0.0005)],
      ['a constant offset', { sampleRate: 16000, samples: new Float32Array(32000).fill(0.5) }],
    ])('answers silence with "silent": %s', async (_name, sound) => {
      const finding = await localizer.localize(pictureWithSquare(red, 0.5), sound);
      expect(finding).toMatchObject({
        answer: 'silent',
        confidence: 1,
        reason: 'there is no sound above -60 dBFS',
        regions: [],
      });
      expect(Math.max(...finding.heat.data)).toBe(0);
      expect(finding.sound.patches.every(({ heard }) => heard.length === 0)).toBe(true);
      expect(finding.classes.every(({ heard, here }) => heard === 0 && here === 0)).toBe(true);
    });

    it('does not move the map for a louder sound', async () => {
      const picture = pictureWithSquare(red, 0.25);
      const quiet = await localizer.localize(picture, tone(300, 0.02));
      const loud = await localizer.localize(picture, tone(300, 0.8));
      expect(loud.answer).toBe(quiet.answer);
      expect(largestDifference(loud.heat.data, quiet.heat.data)).toBeLessThan(0.01);
    });

    it('moves the map with the sound, and only with it', async () => {
      const picture = pictureWithSquare(red, 0);
      picture.data.set(pictureWithSquare(blue, 0.75).data.subarray(3 * 64 * 32), 3 * 64 * 32);
      for (let y = 36; y < 52; y++) for (let x = 44; x < 60; x++) picture.data.set(blue, 3 * (y * 64 + x));
      expect(hottest((await localizer.localize(picture, low)).heat)[0]).toBeLessThan(16);
      expect(hottest((await localizer.localize(picture, high)).heat)[0]).toBeGreaterThanOrEqual(44);
    });

    it('repeats a sound shorter than a patch, and says so', async () => {
      const finding = await localizer.localize(pictureWithSquare(red, 0.5), tone(300, 0.1, 0.4));
      expect(finding.answer).toBe('here');
      expect(finding.notes).toEqual(['The sound of 0.40 s was repeated to fill 1 s.']);
      expect(finding.sound).toMatchObject({ seconds: 0.4, patches: [{ start: 0, end: 0.4 }] });
    });

    it('gives heat as large as the picture, 0 to 1, whatever its shape', async () => {
      for (const [width, height] of [
        [1, 1],
        [3, 200],
        [301, 7],
      ]) {
        const picture = { width, height, data: new Uint8Array(3 * width * height).fill(200) };
        const { heat } = await localizer.localize(picture, low);
        expect([heat.width, heat.height, heat.data.length]).toEqual([width, height, width * height]);
        expect(heat.data.every((value) => value >= 0 && value <= 1)).toBe(true);
      }
    });

    it('refuses an empty sound and stops when told', async () => {
      const picture = pictureWithSquare(red, 0.5);
      await expect(
        localizer.localize(picture, { sampleRate: 16000, samples: new Float32Array(0) }),
      ).rejects.toMatchObject({ code: 'INPUT_EMPTY' });
      await expect(localizer.localize(picture, low, { signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'ABORTED',
      });
    });

    it('says where a network does not fit its description', async () => {
      const picture = { ...tinyModel.picture, labels: ['red'] };
      const sound = { ...tinyModel.sound, other: null };
      const wrong = await openTinyLocalizer(engine as Engine, { ...tinyModel, picture, sound });
      await expect(wrong.see(pictureWithSquare(red, 0))).rejects.toMatchObject({
        code: 'MODEL_INVALID',
        message: 'The picture network answers with the shape [1,3,16,16], expected [1, 2, rows, columns].',
      });
      await expect(wrong.hear(low)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
      await wrong.close();
      await expect(wrong.hear(low)).rejects.toMatchObject({ code: 'FAILED' });
    });
  });
});

it.skipIf(!isEngine(native) || !isEngine(wasm))('both engines give the same map within 1e-4', async () => {
  const [first, second] = await Promise.all([openTinyLocalizer(native as Engine), openTinyLocalizer(wasm as Engine)]);
  for (const sound of [low, high, noise()]) {
    const picture = pictureWithSquare([200, 60, 40], 0.3);
    const [a, b] = await Promise.all([first.localize(picture, sound), second.localize(picture, sound)]);
    expect(a.answer).toBe(b.answer);
    expect(largestDifference(a.heat.data, b.heat.data)).toBeLessThan(1e-4);
  }
  await Promise.all([first.close(), second.close()]);
});
