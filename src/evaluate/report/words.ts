/** What the names in a report mean, in plain words, so that every report says it in the same ones. */
import type { SystemScores } from '../evaluation.ts';
import type { MissReason } from '../itemRecord.ts';

/** The rules that make a mask of a map (METRICS section 3): which pixels count as the answer. */
const ruleMeanings: Readonly<Record<string, string>> = {
  half_ez: 'the hotter half of the picture, as EZ-VSL and FNAC count it',
  align_adaptive: 'as many of the hottest pixels as the source has, as SSLalignment counts it',
  universal: 'all pixels hotter than one threshold, the same for every picture',
  half_lvs: 'the hotter half of the picture, as LVS counts it',
  half_sspl: 'the hotter half of the picture, as SSPL counts it',
  align_half: 'the hotter half of the picture, as SSLalignment counts it',
  slavc_relative: 'the hotter half of the picture, as SLAVC counts it',
  slavc_absolute: 'all pixels above the middle of the range of scores, as SLAVC counts it',
  fixed_half: "all pixels above the middle of the map's own range, as SSPL counts it",
};

export function meaningOfRule(rule: string): string {
  return ruleMeanings[rule] ?? 'a rule of its own';
}

export const kindMeanings: Readonly<Record<SystemScores['kind'], string>> = {
  model: 'what is judged, with the own sound of each picture',
  control: 'the same model with another sound, or none',
  floor: 'a fixed place, which neither looks nor hears',
  ceiling: 'the best that the rule allows',
};

export const reasonMeanings: Readonly<Record<MissReason, string>> = {
  'not heard': 'the sound was taken for something else, or for nothing that can be seen',
  'heard but not seen': 'the sound was recognised, the thing in the picture was not',
  'seen elsewhere': 'the thing was found, at another place of the picture',
  abstained: 'heard and seen, but not surely enough to answer',
  'too wide or narrow': 'at the right place, with the wrong extent',
};

export const readingHelp: readonly string[] = [
  'Consensus IoU (cIoU) says how well the pixels that count as the answer cover what people marked as the source: 0 not at all, 1 wholly. ' +
    'Success is the share of pairs with a cIoU of 0.5 or more. AUC is the area under the success curve: the share of pairs that reach 0, 0.05, ... 1. ' +
    'All three are in percent; the best is 100, and an AUC of 2.5 is that of an empty answer.',
  'Ranges in brackets are 95 % intervals, from drawing whole scenes anew (bootstrap). ' +
    'p is the chance of a difference at least as large if there were none, from flipping the signs of whole scenes.',
  'A score means nothing by itself: read it beside the floors, which neither look nor hear, and beside the same model with a wrong sound.',
];
