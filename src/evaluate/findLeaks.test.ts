import { describe, expect, it } from 'vitest';
import { seededRandom } from '../layers/random.ts';
import { perceptualHash } from '../picture/perceptualHash.ts';
import type { Picture } from '../picture/picture.ts';
import { fingerprint, thinFingerprint } from '../sound/fingerprint.ts';
import { LeakFinder } from './findLeaks.ts';
import { fingerprintPicture, fingerprintSound, printsOf } from './prints.ts';
import { cut, louder, sceneSound } from './soundCopies.fixtures.ts';
import type { TrainingManifest } from './trainingManifest.ts';

/** Patches of random colours. */
function patchwork(seed: number, side: number): Picture {
  const random = seededRandom(seed);
  const colours = Array.from({ length: 3 * 11 * 11 }, () => Math.floor(256 * random()));
  const data = Uint8Array.from({ length: 3 * side * side }, (_, index) => {
    const [channel, pixel] = [index % 3, Math.floor(index / 3)];
    const [x, y] = [Math.floor((11 * (pixel % side)) / side), Math.floor((11 * Math.floor(pixel / side)) / side)];
    return colours[3 * (11 * y + x) + channel];
  });
  return { width: side, height: side, data };
}

const training: TrainingManifest = {
  pictures: [
    ...[1, 2, 3].map((seed) => ({ id: `picture ${seed}`, hash: perceptualHash(patchwork(seed, 160)) })),
    { id: 'flat', hash: null },
  ],
  sounds: [1, 2, 3].map((seed) => ({
    id: `sound ${seed}`,
    fingerprint: thinFingerprint(fingerprint(sceneSound(seed, 5))),
  })),
};

describe('what a test set shares with a training', () => {
  it('is found by id, by picture and by sound', () => {
    const finder = new LeakFinder(training);
    finder.add({ id: 'new', ...printsOf(patchwork(7, 100), sceneSound(7, 4)) });
    finder.add({ id: 'smaller', ...printsOf(patchwork(2, 64), sceneSound(8, 4)) });
    finder.add({ id: 'quiet', ...printsOf(patchwork(8, 100), cut(louder(sceneSound(3, 5), 0.2), 0.5, 4.5)) });
    finder.add({ id: 'flat', picture: null, sound: null });
    expect(finder.report()).toEqual({
      training: { pictures: 3, sounds: 3 },
      test: { pictures: 3, sounds: 3 },
      ids: ['flat'],
      pictures: [{ test: 'smaller', training: 'picture 2', distance: expect.closeTo(0.02, 1) }],
      sounds: [{ test: 'quiet', training: 'sound 3', distance: expect.closeTo(0.02, 1) }],
    });
  });

  it('is the same in any order of the items', () => {
    const items = [3, 1, 2].map((seed) => ({
      id: `picture ${seed}`,
      ...printsOf(patchwork(seed, 90), cut(sceneSound(seed, 5), 0.1, 5)),
    }));
    const [forwards, backwards] = [items, items.toReversed()].map((order) => {
      const finder = new LeakFinder(training);
      for (const item of order) finder.add(item);
      return finder.report();
    });
    expect(forwards).toEqual(backwards);
    expect(forwards.ids).toEqual(['picture 1', 'picture 2', 'picture 3']);
    expect(forwards.pictures.length).toBe(3);
    expect(forwards.sounds.length).toBe(3);
  });

  it('counts what cannot be compared out', () => {
    const grey = { width: 20, height: 20, data: new Uint8Array(1200).fill(90) };
    expect(fingerprintPicture(grey)).toBeNull();
    expect(fingerprintSound({ sampleRate: 16000, samples: new Float32Array(80000) })).toBeNull();
    const finder = new LeakFinder(training);
    finder.add({ id: 'grey', ...printsOf(grey, cut(sceneSound(1, 5), 0, 1)) });
    expect(finder.report()).toMatchObject({ test: { pictures: 0, sounds: 0 }, pictures: [], sounds: [] });
  });
});
