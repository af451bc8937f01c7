/**
 * Finds near duplicates among sounds by their fingerprints, wherever the one begins in the other. As in Haitsma and
 * Kalker's paper, an index finds the places where the two might lie over each other, and only those are compared bit by
 * bit. There a whole word must be free of errors; here a half of one, which finds more.
 */
import { thinning } from '../sound/fingerprint.ts';
import { bitCount } from './bitCount.ts';
import type { Similar } from './similarPictures.ts';

/** Words (of those that a list keeps) that both must have something to say in: 1.5 s of sound. */
const leastWords = 6;
/** Of the bits, at most this share differs: lossy codecs at their lowest rates mostly stay below. */
const mostDifferent = 0.2;
/** With fewer words than this less may differ, in proportion: a second of one siren is like a second of another. */
const manyWords = 12;
/**
 * And at most this share of what differs between one word and the next. A note that fades says the same all along, so
 * two of them may agree by their pitch alone.
 */
const mostOfChange = 0.4;

const halves = 2;
const keys = 2 ** 16;

/** @param prints As a list keeps them: thinned, with 0 where there is nothing to compare. */
export function searchSounds(prints: readonly (Uint32Array | null)[]): (words: Uint32Array) => Similar[] {
  const { words, starts, soundOf } = joined(prints);
  const index = indexWords(words);
  // For each place at which a search may begin in the list: which search it was, and the last sound that it was laid
  // over there. A search meets the sounds of one place in order.
  let laid = new Float64Array(0);
  let reach = 0;
  let searches = 0;

  return (dense) => {
    const best = new Map<number, number>();
    for (let phase = 0; phase < thinning; phase++) {
      const own = everySixth(dense, phase);
      searches++;
      if (own.length > reach || laid.length === 0) {
        reach = own.length;
        laid = new Float64Array(words.length + reach);
      }
      for (let at = 0; at < own.length; at++) {
        if (own[at] === 0) continue;
        for (let half = 0; half < halves; half++) {
          const key = keyOf(own[at], half);
          for (let entry = index.begins[key]; entry < index.begins[key + 1]; entry++) {
            const position = index.positions[entry];
            const sound = soundOf[position];
            const mark = searches * prints.length + sound;
            const place = position - at + reach;
            if (laid[place] === mark) continue;
            laid[place] = mark;
            const distance = difference(own, words, position - at, starts[sound], starts[sound + 1]);
            if (distance < (best.get(sound) ?? 1)) best.set(sound, distance);
          }
        }
      }
    }
    return Array.from(best, ([place, distance]) => ({ place, distance })).sort((a, b) => a.place - b.place);
  };
}

/** Whether a sound, by all its words, has so much to compare that it can be found. */
export function enoughWords(words: Uint32Array): boolean {
  return words.filter((word) => word !== 0).length >= leastWords * thinning;
}

/** The share of bits that differ where `own` begins at `offset` in the list; 1 where the two are not similar. */
function difference(own: Uint32Array, words: Uint32Array, offset: number, start: number, end: number): number {
  const first = Math.max(start, offset);
  const last = Math.min(end, offset + own.length);
  const limit = mostDifferent * 32 * (last - first);
  let [count, different, steps, change, before] = [0, 0, 0, 0, 0];
  for (let position = first; position < last; position++) {
    const word = words[position];
    const other = own[position - offset];
    if (word === 0 || other === 0) continue;
    count++;
    different += bitCount(word ^ other);
    if (different > limit) return 1;
    if (before !== 0) {
      change += bitCount(word ^ before);
      steps++;
    }
    before = word;
  }
  if (count < leastWords) return 1;
  const distance = different / (32 * count);
  const isSimilar =
    distance <= mostDifferent * Math.min(1, count / manyWords) && distance <= (mostOfChange * change) / (32 * steps);
  return isSimilar ? distance : 1;
}

/** All words one behind the other; sound k has those from starts[k] to starts[k + 1]. */
function joined(prints: readonly (Uint32Array | null)[]) {
  const starts = new Int32Array(prints.length + 1);
  for (const [sound, print] of prints.entries()) starts[sound + 1] = starts[sound] + (print?.length ?? 0);
  const words = new Uint32Array(starts[prints.length]);
  const soundOf = new Int32Array(words.length);
  for (const [sound, print] of prints.entries()) {
    if (print === null) continue;
    words.set(print, starts[sound]);
    soundOf.fill(sound, starts[sound], starts[sound + 1]);
  }
  return { words, starts, soundOf };
}

/** Positions of the words by the value of their halves: those of a key lie from begins[key] to begins[key + 1]. */
function indexWords(words: Uint32Array): { readonly begins: Int32Array; readonly positions: Int32Array } {
  const begins = new Int32Array(halves * keys + 1);
  for (const word of words) {
    for (let half = 0; word !== 0 && half < halves; half++) begins[keyOf(word, half) + 1]++;
  }
  for (let key = 0; key < halves * keys; key++) begins[key + 1] += begins[key];
  const next = begins.slice();
  const positions = new Int32Array(begins[halves * keys]);
  for (const [position, word] of words.entries()) {
    for (let half = 0; word !== 0 && half < halves; half++) positions[next[keyOf(word, half)]++] = position;
  }
  return { begins, positions };
}

const keyOf = (word: number, half: number): number => half * keys + ((word >>> (16 * half)) & 0xffff);

function everySixth(words: Uint32Array, phase: number): Uint32Array {
  const length = Math.max(0, Math.ceil((words.length - phase) / thinning));
  return Uint32Array.from({ length }, (_, index) => words[phase + thinning * index]);
}
