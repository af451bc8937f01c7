import { describe, expect, it } from 'vitest';
import { readSound } from '../media/readSound.ts';
import { fingerprint, thinFingerprint } from '../sound/fingerprint.ts';
import type { Sound } from '../sound/sound.ts';
import { enoughWords, searchSounds } from './similarSounds.ts';
import { cut, joined, louder, noisy, note, sceneSound, siren, whiteNoise } from './soundCopies.fixtures.ts';

const listOf = (sounds: readonly Sound[]) => searchSounds(sounds.map((sound) => thinFingerprint(fingerprint(sound))));

const scenes = [1, 2, 3, 4, 5].map((seed) => sceneSound(seed, 5));
const sample = (name: string): Promise<Sound> =>
  readSound(new URL(`../../samples/sounds/${name}`, import.meta.url).pathname);

describe('the search for similar sounds', () => {
  const search = listOf(scenes);
  const found = (sound: Sound) => search(fingerprint(sound));
  const [, , third] = scenes;

  it.each<[string, Sound]>([
    ['the same sound', third],
    ['a quiet copy', louder(third, 0.1)],
    ['a loud copy', louder(third, 3)],
    ['a copy that has lost its first 0.777 s', cut(third, 0.777, 5)],
    ['two seconds out of the middle', cut(third, 1.23, 3.23)],
    ['a copy with the noise of a codec', noisy(third, 15)],
    ['a copy behind another sound', joined([sceneSound(77, 2.01), third])],
  ])('finds %s', (_, sound) => {
    expect(found(sound).map(({ place }) => place)).toEqual([2]);
  });

  it('says how much differs', () => {
    expect(found(third)).toEqual([{ place: 2, distance: 0 }]);
    const [{ distance }] = found(noisy(third, 15));
    expect(distance).toBeGreaterThan(0.01);
    expect(distance).toBeLessThan(0.15);
  });

  it('finds each of the sounds in a long one', () => {
    const parts = [scenes[0], scenes[1], scenes[2], sceneSound(78, 3), scenes[4]].map((part) => cut(part, 0.3, 4.7));
    expect(found(joined(parts)).map(({ place }) => place)).toEqual([0, 1, 2, 4]);
  });

  it('finds a short sound of the list in a long one', () => {
    const short = [cut(scenes[0], 1, 3), cut(scenes[1], 1, 3), cut(scenes[2], 1, 3)];
    expect(listOf(short)(fingerprint(joined([scenes[2], scenes[0]]))).map(({ place }) => place)).toEqual([0, 2]);
  });

  it('finds nothing in sounds of the same kind', () => {
    for (let seed = 10; seed < 20; seed++) expect(found(sceneSound(seed, 5))).toEqual([]);
    const noises = listOf([1, 2, 3, 4].map((seed) => whiteNoise(seed, 5)));
    for (let seed = 5; seed < 9; seed++) expect(noises(fingerprint(whiteNoise(seed, 5)))).toEqual([]);
  });

  it('takes neither notes of one pitch nor sirens for the same recording', () => {
    const notes = listOf([note(220, 5, 0.8), note(220, 5, 0.5), note(330, 5, 0.8)]);
    expect(notes(fingerprint(noisy(note(220, 5, 0.7), 40)))).toEqual([]);
    expect(notes(fingerprint(joined([whiteNoise(3, 1), note(220, 4, 0.8)])))).toEqual([]);
    const sirens = listOf([siren(5, 1.7, 0), siren(5, 2.5, 0.3)]);
    expect(sirens(fingerprint(siren(5, 2.1, 0.1)))).toEqual([]);
  });

  it('tells the samples apart, and knows their parts', async () => {
    const sounds = await Promise.all(['meow.ogg', 'voice.ogg', 'drum-roll.ogg'].map(sample));
    const samples = listOf(sounds);
    for (const [place, sound] of sounds.entries()) {
      const seconds = sound.samples.length / sound.sampleRate;
      const part = cut(sound, 0.31, Math.min(seconds, 2.9));
      expect(samples(fingerprint(noisy(louder(part, 0.5), 30))).map((similar) => similar.place)).toEqual([place]);
    }
    for (const scene of scenes) expect(samples(fingerprint(scene))).toEqual([]);
  });

  it('has nothing to say of silence, steady tones and less than a second', async () => {
    const tone = { sampleRate: 16000, samples: Float32Array.from({ length: 80000 }, (_, n) => Math.sin(0.2 * n)) };
    for (const sound of [await sample('silence.flac'), tone, cut(third, 0, 0.9)]) {
      expect(enoughWords(fingerprint(sound))).toBe(false);
    }
    expect(enoughWords(fingerprint(cut(third, 0, 2)))).toBe(true);
    expect(listOf([tone])(fingerprint(tone))).toEqual([]);
    expect(searchSounds([null])(fingerprint(third))).toEqual([]);
    expect(searchSounds([])(fingerprint(third))).toEqual([]);
  });
});
