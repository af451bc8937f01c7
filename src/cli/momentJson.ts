/**
 * The lines that other programs read of a video: `lookhear/moment@1` for each moment and `lookhear/video@1` for the whole
 * at the end. docs/video.md describes each field.
 */
import { classesJson, regionsJson } from '../localize/findingJson.ts';
import { rounded } from '../localize/jsonNumbers.ts';
import type { Moment } from '../localize/watch.ts';
import type { Video } from '../media/readVideo.ts';
import { type Stretch, secondsByAnswer } from './stretches.ts';

/** Labels a moment names. */
const topLabels = 5;

export function momentJson({ time, answer, confidence, presence, isNewScene, reason, classes, regions }: Moment) {
  return {
    schema: 'lookhear/moment@1',
    time: rounded(time),
    answer,
    confidence: rounded(confidence),
    presence: rounded(presence),
    reason,
    newScene: isNewScene,
    classes: classesJson(classes.slice(0, topLabels)),
    regions: regionsJson(regions),
  };
}

export interface VideoSummary {
  readonly video: Video;
  readonly every: number;
  readonly moments: number;
  readonly stretches: readonly Stretch[];
  readonly notes: readonly string[];
  /** What is wrong with the file, null where nothing is. */
  readonly damage: string | null;
  /** The video with the heat over it, null where none was written. */
  readonly heat: string | null;
  readonly model: { readonly name: string; readonly version: string; readonly sha256: string };
  readonly totalMs: number;
}

export function videoJson({ video, every, moments, stretches, notes, damage, heat, model, totalMs }: VideoSummary) {
  const { width, height, seconds, picture, sound, sounds } = video;
  return {
    schema: 'lookhear/video@1',
    every,
    moments,
    seconds: Object.fromEntries(Object.entries(secondsByAnswer(stretches)).map(([word, sum]) => [word, rounded(sum)])),
    stretches: stretches.map(({ start, end, answer, labels }) => ({
      start: rounded(start),
      end: rounded(end),
      answer,
      labels: labels.map(({ label, seconds }) => ({ label, seconds: rounded(seconds) })),
    })),
    heat,
    picture: {
      width,
      height,
      seconds: seconds === null ? null : rounded(seconds),
      rotation: picture.rotation,
      variableFrameRate: picture.isVariable,
    },
    sound:
      sound === undefined
        ? null
        : {
            track: sounds.indexOf(sound) + 1,
            tracks: sounds.length,
            codec: sound.codec,
            start: rounded(sound.start),
            end: sound.end === null ? null : rounded(sound.end),
          },
    notes,
    damage,
    model: { name: model.name, version: model.version, sha256: model.sha256 },
    timing: { totalMs: Math.round(totalMs) },
  };
}
