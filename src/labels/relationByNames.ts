/**
 * A relation R between any two lists of labels, by what their names say: how far a place that shows the one may make
 * the sound of the other. What AudioSet and ADE20K call things goes by the curated table, whatever other labels stand
 * in the lists and in whatever order; everything else goes by equal names alone.
 */
import { ade20kClasses, ade20kLabels } from './ade20k.ts';
import { audiosetLabels } from './audioset.ts';
import { audiosetSights } from './audiosetToAde20k.ts';
import { createLabelFinder } from './findLabel.ts';

/**
 * For a sound of AudioSet and a sight of ADE20K the curated weight (1 where they are the same thing); for any other
 * pair 1 where the names agree, else 0. A "background" is a label like any other and agrees with none.
 * @returns a row for each sound, with a weight of 0..1 for each sight
 */
export function relationByNames(soundLabels: readonly string[], pictureLabels: readonly string[]): number[][] {
  const findSound = createLabelFinder(audiosetLabels);
  const findSight = createLabelFinder(ade20kClasses.map(({ synonyms }) => synonyms.join(';')));
  const findPictureLabel = createLabelFinder(pictureLabels);
  const sights = pictureLabels.map((label) => ade20kLabels[findSight(label) ?? -1]);

  return soundLabels.map((label) => {
    const curated = audiosetSights.get(audiosetLabels[findSound(label) ?? -1]);
    const namesake = findPictureLabel(label);
    return pictureLabels.map((_, place) => {
      // The table has judged such a pair already: "pots and pans" are not ADE20K's flowerpots.
      if (curated !== undefined && sights[place] !== undefined) return curated[sights[place]] ?? 0;
      return place === namesake ? 1 : 0;
    });
  });
}
