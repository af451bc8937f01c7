/** From what the picture shows and what the sound says to a finding: the answer, its reason, its map and its regions. */
import type { Box, Picture, PixelMap } from '../picture/picture.ts';
import { findRegions } from '../picture/regions.ts';
import type { Model } from '../weights/model.ts';
import { combinePatches } from './combinePatches.ts';
import type { Heard, PatchEvidence, PictureEvidence, SoundEvidence } from './evidence.ts';
import type { ClassFinding, Finding, HeardPatch, Region } from './finding.ts';
import { type Look, lookFor } from './lookFor.ts';
import { reasonFor } from './reason.ts';
import { type Match, meanOfBest, relate } from './score.ts';

/** Labels named for each patch of sound, and only where they are at least this probable. */
const labelsPerPatch = 5;
const leastNamed = 0.01;

/** Pixels hotter than this fraction of the hottest belong to a region; a third keeps the quieter of two sources. */
const regionFraction = 1 / 3;
/** Smaller regions, as a fraction of the picture, are specks of the enlarged grid. */
const smallestRegion = 0.0005;

/** Pure: training and evaluation call it with evidence that they kept. The heat is as large as `picture`. */
export function findingOf(
  model: Model,
  picture: Pick<Picture, 'width' | 'height'>,
  seen: PictureEvidence,
  sound: SoundEvidence,
): Omit<Finding, 'model' | 'timing'> {
  const heard = combinePatches(sound.patches, model.sound.combine);
  return explain(model, seen, sound, heard, lookFor(model, seen, heard, picture));
}

/** The explanations of a look: its reason, its labels, and the regions of its heat. */
export function explain(
  model: Model,
  seen: PictureEvidence,
  sound: SoundEvidence,
  heard: Heard | null,
  { match, answer, confidence, heat }: Look,
): Omit<Finding, 'model' | 'timing'> {
  const classes = classesOf(model, seen, heard, match);
  const hasRegions = match !== null && (answer === 'here' || answer === 'unsure');
  return {
    answer,
    confidence,
    reason: reasonFor({
      answer,
      label: classes[0].label,
      heard: classes[0].heard,
      other: heard?.other ?? 0,
      silenceLevel: model.silence.dbfs,
    }),
    classes,
    regions: hasRegions ? regionsOf(model, heat, match) : [],
    heat,
    picture: { width: heat.width, height: heat.height },
    sound: { seconds: sound.seconds, patches: sound.patches.map((patch) => heardPatch(model, patch)) },
    notes: heard ? notesOn(model, sound) : [],
  };
}

function classesOf(model: Model, seen: PictureEvidence, heard: Heard | null, match: Match | null): ClassFinding[] {
  const { topCells } = model.answer;
  const cells = seen.rows * seen.columns;
  const related = match?.related ?? relate(model.relation, seen);
  return model.sound.labels
    .map((label, index) => ({
      label,
      heard: heard?.probabilities[index] ?? 0,
      seen: meanOfBest(related.subarray(index * cells, (index + 1) * cells), topCells),
      here: match === null ? 0 : meanOfBest(match.partOf(index).data, topCells),
    }))
    .sort((a, b) => b.heard - a.heard || b.seen - a.seen);
}

function regionsOf(model: Model, heat: PixelMap, match: Match): Region[] {
  const options = {
    fractionOfPeak: regionFraction,
    minimumArea: Math.max(1, Math.ceil(smallestRegion * heat.width * heat.height)),
  };
  const regions = findRegions(heat, options);
  if (regions.length === 0) return [];
  // Label by label, because the parts of 150 labels on a large grid are too much to hold together.
  const heats = model.sound.labels.map((_, label) => {
    const part = match.partOf(label);
    return regions.map((box) => sumInside(part, box, part.width / heat.width, part.height / heat.height));
  });
  return regions.map(({ peak, area, ...box }, region) => {
    const ofRegion = heats.map((sums) => sums[region]);
    return { label: model.sound.labels[ofRegion.indexOf(Math.max(...ofRegion))], score: peak, area, ...box };
  });
}

function sumInside(part: PixelMap, box: Box, scaleX: number, scaleY: number): number {
  let sum = 0;
  for (let y = Math.floor(box.ymin * scaleY); y < Math.ceil(box.ymax * scaleY); y++) {
    for (let x = Math.floor(box.xmin * scaleX); x < Math.ceil(box.xmax * scaleX); x++)
      sum += part.data[y * part.width + x];
  }
  return sum;
}

function heardPatch(model: Model, { start, end, heard }: PatchEvidence): HeardPatch {
  const scores = Array.from(heard?.probabilities ?? [], (score, index) => ({
    label: model.sound.labels[index],
    score,
  }));
  const named = scores.filter(({ score }) => score >= leastNamed).sort((a, b) => b.score - a.score);
  return { start, end, heard: named.slice(0, labelsPerPatch) };
}

function notesOn({ sound: network }: Model, { seconds }: SoundEvidence): string[] {
  if (seconds >= network.patchSeconds) return [];
  return [`The sound of ${seconds.toFixed(2)} s was repeated to fill ${network.patchSeconds} s.`];
}
