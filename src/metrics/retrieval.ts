/**
 * Retrieval across the senses (DenseAV, Hamilton et al., CVPR 2024; METRICS section 10): is the picture that belongs to a
 * sound among the k most similar, and the sound that belongs to a picture?
 *
 * Among equals the one with the lower number goes first. torch.topk, which the published evaluator asks, promises no
 * order for them, but gives k of them as we do: a model to which everything is alike scores k / N and no more. NaN, as
 * in torch.topk, goes before every number.
 */
import { LookhearError } from '../errors.ts';

/** Shares, 0..1. */
export interface RetrievalScores {
  /** A_rk: share of sounds whose own picture is among the k most similar pictures. */
  readonly pictureOfSound: number;
  /** I_rk: share of pictures whose own sound is among the k most similar sounds. */
  readonly soundOfPicture: number;
}

/**
 * @param similarity N x N, row by row: a row for each picture, a column for each sound; pairs on the diagonal.
 * @param k 1, 5 or 10 in the papers. Fails with INPUT_UNSUPPORTED where there are fewer than k pairs.
 */
export function retrievalAt(similarity: ArrayLike<number>, k: number): RetrievalScores {
  const count = Math.sqrt(similarity.length);
  if (!Number.isInteger(count)) {
    throw new LookhearError('INPUT_UNSUPPORTED', `Expected N x N similarities, got ${similarity.length} values.`);
  }
  if (!(Number.isInteger(k) && k >= 1 && k <= count)) {
    throw new LookhearError('INPUT_UNSUPPORTED', `Expected k from 1 to ${count}, the number of pairs, got ${k}.`);
  }
  let [pictures, sounds] = [0, 0];
  for (let pair = 0; pair < count; pair++) {
    const own = similarity[pair * count + pair];
    let [picturesBefore, soundsBefore] = [0, 0];
    for (let other = 0; other < count; other++) {
      if (goesBefore(similarity[other * count + pair], own, other < pair)) picturesBefore++;
      if (goesBefore(similarity[pair * count + other], own, other < pair)) soundsBefore++;
    }
    if (picturesBefore < k) pictures++;
    if (soundsBefore < k) sounds++;
  }
  return { pictureOfSound: pictures / count, soundOfPicture: sounds / count };
}

function goesBefore(other: number, own: number, hasLowerNumber: boolean): boolean {
  const areAlike = other === own || (Number.isNaN(other) && Number.isNaN(own));
  return areAlike ? hasLowerNumber : other > own || Number.isNaN(other);
}
