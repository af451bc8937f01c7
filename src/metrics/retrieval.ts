/**
 * Retrieval across the senses (DenseAV, Hamilton et al., CVPR 2024; METRICS section 10): is the sound that belongs to a
 * picture among the k most similar, and the picture that belongs to a sound?
 */

export interface RetrievalScores {
  /** A_rk: share of sounds whose own picture is among the k most similar pictures. */
  readonly pictureOfSound: number;
  /** I_rk: share of pictures whose own sound is among the k most similar sounds. */
  readonly soundOfPicture: number;
}

/**
 * Where others are exactly as similar as the own, the own goes first; torch.topk, which the published evaluator asks,
 * promises no order for them.
 * @param similarity N x N, row by row: a row for each picture, a column for each sound; pairs on the diagonal.
 * @param k From 1 to N.
 * @throws RangeError where the similarity is not square or k is not in 1..N
 */
export function retrievalAt(similarity: ArrayLike<number>, k: number): RetrievalScores {
  const count = Math.sqrt(similarity.length);
  if (!Number.isInteger(count) || count === 0) {
    throw new RangeError(`Expected a square of similarities, got ${similarity.length} values.`);
  }
  if (!(Number.isInteger(k) && k >= 1 && k <= count)) {
    throw new RangeError(`Expected k from 1 to ${count}, got ${k}.`);
  }
  let [pictures, sounds] = [0, 0];
  for (let pair = 0; pair < count; pair++) {
    const own = similarity[pair * count + pair];
    let [betterPictures, betterSounds] = [0, 0];
    for (let other = 0; other < count; other++) {
      if (similarity[other * count + pair] > own) betterPictures++;
      if (similarity[pair * count + other] > own) betterSounds++;
    }
    if (betterPictures < k) pictures++;
    if (betterSounds < k) sounds++;
  }
  return { pictureOfSound: pictures / count, soundOfPicture: sounds / count };
}
