/** What a near duplicate of a picture or a sound is known by, as text for lists: nothing can be seen or heard in it. */
import { perceptualHash } from '../picture/perceptualHash.ts';
import type { Picture } from '../picture/picture.ts';
import { fingerprint } from '../sound/fingerprint.ts';
import type { Sound } from '../sound/sound.ts';
import { enoughWords } from './similarSounds.ts';

export interface Prints {
  /** Sixteen hexadecimal digits; null where the picture has no features. */
  readonly picture: string | null;
  /** Words of 32 bits, little endian, in base64; null where the sound is too short, silent or steady to be told. */
  readonly sound: string | null;
}

export function printsOf(picture: Picture, sound: Sound): Prints {
  return { picture: fingerprintPicture(picture), sound: fingerprintSound(sound) };
}

export function fingerprintPicture(picture: Picture): string | null {
  return perceptualHash(picture);
}

/** All words, for a sound that is looked up; 32 ms each. */
export function fingerprintSound(sound: Sound): string | null {
  const words = fingerprint(sound);
  return enoughWords(words) ? encodeWords(words) : null;
}

export function encodeWords(words: Uint32Array): string {
  const bytes = Buffer.alloc(4 * words.length);
  for (const [index, word] of words.entries()) bytes.writeUInt32LE(word, 4 * index);
  return bytes.toString('base64');
}

/** The reverse; a rest of less than a word is left out. */
export function decodeWords(text: string): Uint32Array<ArrayBuffer> {
  const bytes = Buffer.from(text, 'base64');
  return Uint32Array.from({ length: bytes.length >> 2 }, (_, index) => bytes.readUInt32LE(4 * index));
}
