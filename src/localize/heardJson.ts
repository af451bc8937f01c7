/** The JSON of the sound's half alone, `lookhear/heard@1`: what is heard in all of it together, and patch by patch. */
import { combinePatches } from './combinePatches.ts';
import type { Heard, SoundEvidence } from './evidence.ts';
import { modelJson, soundJson } from './findingJson.ts';
import { tenths } from './jsonNumbers.ts';
import type { Localizer } from './localizer.ts';
import { type Scored, strongest } from './strongest.ts';

/** Labels less probable than this are not named for a single patch. */
const leastNamed = 0.05;
const labelsPerPatch = 3;

/**
 * @param top How many labels are named for the whole sound.
 * @param soundMs How long the network took.
 */
export function heardJson(
  { model, sha256 }: Pick<Localizer, 'model' | 'sha256'>,
  { seconds, patches }: SoundEvidence,
  { top, soundMs }: { readonly top: number; readonly soundMs: number },
) {
  const { labels, other: otherPlace, combine } = model.sound;
  const scoredOf = ({ probabilities, other }: Heard): Scored[] => [
    ...Array.from(probabilities, (score, index) => ({ label: labels[index], score })),
    ...(otherPlace === null ? [] : [{ label: 'other', score: other }]),
  ];
  const together = combinePatches(patches, combine);
  const perPatch = patches.map(({ start, end, heard }) => ({
    start,
    end,
    heard: heard === null ? [] : strongest(scoredOf(heard), labelsPerPatch).filter(({ score }) => score >= leastNamed),
  }));
  return {
    schema: 'lookhear/heard@1',
    heard: together === null ? [] : strongest(scoredOf(together), top),
    sound: soundJson({ seconds, patches: perPatch }),
    model: modelJson({ ...model, sha256 }),
    timing: { soundMs: tenths(soundMs) },
  };
}
