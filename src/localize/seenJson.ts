/** The JSON of the picture's half alone, `lookhear/seen@1`: what is seen, whatever is heard. */
import type { Picture } from '../picture/picture.ts';
import type { PictureEvidence } from './evidence.ts';
import { modelJson } from './findingJson.ts';
import { tenths } from './jsonNumbers.ts';
import type { Localizer } from './localizer.ts';
import { meanOfBest } from './score.ts';
import { strongest } from './strongest.ts';

/**
 * @param top How many labels are named.
 * @param pictureMs How long the network took.
 */
export function seenJson(
  { model, sha256 }: Pick<Localizer, 'model' | 'sha256'>,
  { probabilities, rows, columns }: PictureEvidence,
  { width, height }: Pick<Picture, 'width' | 'height'>,
  { top, pictureMs }: { readonly top: number; readonly pictureMs: number },
) {
  const cells = rows * columns;
  // As surely as a label is anywhere in the picture, its best cells say so.
  const scores = model.picture.labels.map((label, index) => ({
    label,
    score: meanOfBest(probabilities.subarray(index * cells, (index + 1) * cells), model.answer.topCells),
  }));
  return {
    schema: 'lookhear/seen@1',
    seen: strongest(scores, top),
    picture: { width, height },
    model: modelJson({ ...model, sha256 }),
    timing: { pictureMs: tenths(pictureMs) },
  };
}
