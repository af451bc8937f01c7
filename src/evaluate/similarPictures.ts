/**
 * Finds near duplicates among pictures by their perceptual hashes, mirrored or not. Every hash is compared with every
 * other: two numbers of 32 bits each, some hundred million pairs a second.
 */
import { mirroredHash } from '../picture/perceptualHash.ts';
import { bitCount } from './bitCount.ts';

/** Of 64 bits, at most so many differ. Scaled, compressed and brightened copies mostly stay below. */
const mostDifferent = 8;

export interface Similar {
  /** Place in the list that was searched. */
  readonly place: number;
  /** Share of the bits that differ, 0..1. */
  readonly distance: number;
}

/** @param hashes Sixteen hexadecimal digits each; null where a picture has none. */
export function searchPictures(hashes: readonly (string | null)[]): (hash: string) => Similar[] {
  const places = hashes.flatMap((hash, place) => (hash === null ? [] : [place]));
  const high = Int32Array.from(places, (place) => half(hashes[place]!, 0));
  const low = Int32Array.from(places, (place) => half(hashes[place]!, 8));

  return (hash) => {
    const mirrored = mirroredHash(hash);
    const [a, b, c, d] = [half(hash, 0), half(hash, 8), half(mirrored, 0), half(mirrored, 8)];
    const found: Similar[] = [];
    for (let index = 0; index < high.length; index++) {
      const asItIs = bitCount(high[index] ^ a) + bitCount(low[index] ^ b);
      const inMirror = bitCount(high[index] ^ c) + bitCount(low[index] ^ d);
      const different = Math.min(asItIs, inMirror);
      if (different <= mostDifferent) found.push({ place: places[index], distance: different / 64 });
    }
    return found;
  };
}

const half = (hash: string, start: number): number => Number.parseInt(hash.slice(start, start + 8), 16) | 0;
