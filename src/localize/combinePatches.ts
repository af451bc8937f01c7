/**
 * From what each patch of a sound says to one vector for the whole: the report has one matrix for each pair, a recording
 * of ten seconds has ten. Silent patches never count.
 */
import type { Model } from '../weights/model.ts';
import type { Heard, PatchEvidence } from './evidence.ts';

/** A patch counts where its level is at least this fraction of the loudest patch's (-16.5 dB). */
const quietestFraction = 0.15;

export type PatchRule = NonNullable<Model['sound']['combine']>;

type Patches = readonly PatchEvidence[];

/**
 * Which patches' probabilities are averaged.
 * - `loud`: those that are loud enough. A dog that barks once in half a minute is loud in one patch; the others hold the
 *   hum of the room, for which a network must answer something too, and a mean over all would be about the room.
 * - `mean`: all.
 * - `first`, `centre`, `loudest`: one patch alone, as the report's single matrix.
 */
const rules: Readonly<Record<PatchRule, (patches: Patches) => Patches>> = {
  loud: (patches) => {
    const quietest = loudestOf(patches).level + 20 * Math.log10(quietestFraction);
    return patches.filter(({ level }) => level >= quietest);
  },
  mean: (patches) => patches,
  first: (patches) => patches.slice(0, 1),
  centre: (patches) => [patches[Math.floor((patches.length - 1) / 2)]],
  loudest: (patches) => [loudestOf(patches)],
};

const loudestOf = (patches: Patches): PatchEvidence => patches.reduce((a, b) => (b.level > a.level ? b : a));

/** @returns null where every patch that counts is silent */
export function combinePatches(patches: Patches, rule: PatchRule = 'loud'): Heard | null {
  const audible = patches.filter(({ heard }) => heard !== null);
  // `first` and `centre` are about time, so silence has its place there.
  const candidates = rule === 'first' || rule === 'centre' ? patches : audible;
  const counted = candidates.length === 0 ? [] : rules[rule](candidates).flatMap(({ heard }) => heard ?? []);
  if (counted.length === 0) return null;
  const probabilities = new Float32Array(counted[0].probabilities.length);
  let other = 0;
  for (const heard of counted) {
    for (let label = 0; label < probabilities.length; label++) {
      probabilities[label] += heard.probabilities[label] / counted.length;
    }
    other += heard.other / counted.length;
  }
  return { probabilities, other };
}
