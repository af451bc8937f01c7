import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SceneParsingTally } from './sceneParsing.ts';

it('counts correct by labelled pixels, and overlap class by class', () => {
  const tally = new SceneParsingTally(3);
  expect(tally.add([1, 1, 1, 2], [1, 1, 2, 2])).toBe(0.75);
  expect(tally.add([2, 2], [1, 2])).toBe(0.5);
  const { pixelAccuracy, meanIou, challengeScore, ious } = tally.scores();
  expect(pixelAccuracy).toBe(4 / 6);
  // Class 1: 2 of 4 pixels; class 2: 2 of 4; class 3 occurs nowhere and counts 0.
  expect(ious).toEqual([0.5, 0.5, 0]);
  expect(meanIou).toBeCloseTo(1 / 3, 12);
  expect(challengeScore).toBeCloseTo(0.5, 12);
});

it('does not look at what is predicted where nothing is labelled', () => {
  const tally = new SceneParsingTally(2);
  tally.add([0, 0, 1], [2, 2, 1]);
  expect(tally.scores()).toEqual({ pixelAccuracy: 1, meanIou: 0.5, challengeScore: 0.75, ious: [1, 0] });
});

it('a prediction of no class is wrong and enlarges no other', () => {
  const tally = new SceneParsingTally(2);
  tally.add([1, 1, 1, 2], [0, 9, 1, 2]);
  expect(tally.scores().ious).toEqual([1 / 3, 1]);
  expect(tally.scores().pixelAccuracy).toBe(0.5);
});

it('a label beyond the classes counts in the accuracy alone, as in the published evaluator', () => {
  const tally = new SceneParsingTally(2);
  tally.add([7, 1], [7, 2]);
  expect(tally.scores()).toEqual({ pixelAccuracy: 0.5, meanIou: 0, challengeScore: 0.25, ious: [0, 0] });
});

it('has no accuracy where nothing is labelled', () => {
  const tally = new SceneParsingTally();
  expect(tally.add([0, 0], [1, 2])).toBeNaN();
  const { pixelAccuracy, meanIou, ious } = tally.scores();
  expect([pixelAccuracy, meanIou, ious.length]).toEqual([Number.NaN, 0, 150]);
});

it('scores pictures one by one as all in one', () => {
  const pixel = fc.record({ label: fc.integer({ min: 0, max: 4 }), prediction: fc.integer({ min: 0, max: 5 }) });
  fc.assert(
    fc.property(fc.array(fc.array(pixel, { maxLength: 12 }), { maxLength: 5 }), (pictures) => {
      const [apart, together] = [new SceneParsingTally(4), new SceneParsingTally(4)];
      const add = (tally: SceneParsingTally, pixels: (typeof pictures)[number]) =>
        tally.add(
          pixels.map(({ label }) => label),
          pixels.map(({ prediction }) => prediction),
        );
      for (const picture of pictures) add(apart, picture);
      add(together, pictures.flat());
      expect(apart.scores()).toEqual(together.scores());
    }),
  );
});
