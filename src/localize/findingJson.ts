/**
 * The JSON that other programs read: `lookhear/finding@1`. Fields are only ever added; what is unknown is null, never
 * missing. docs/command-line.md describes each.
 */
import type { Finding } from './finding.ts';
import { rounded, tenths } from './jsonNumbers.ts';

/** @param heat The file that holds the heat map; null where none was written. */
export function findingJson(finding: Finding, heat: string | null) {
  return {
    schema: 'lookhear/finding@1',
    answer: finding.answer,
    confidence: rounded(finding.confidence),
    classes: classesJson(finding.classes),
    regions: regionsJson(finding.regions),
    heat,
    reason: finding.reason,
    picture: { width: finding.picture.width, height: finding.picture.height },
    sound: soundJson(finding.sound),
    model: modelJson(finding.model),
    timing: {
      loadMs: tenths(finding.timing.loadMs),
      soundMs: tenths(finding.timing.soundMs),
      pictureMs: tenths(finding.timing.pictureMs),
      totalMs: tenths(finding.timing.totalMs),
    },
  };
}

export function classesJson(classes: Finding['classes']) {
  return classes.map(({ label, heard, seen, here }) => ({
    label,
    heard: rounded(heard),
    seen: rounded(seen),
    here: rounded(here),
  }));
}

export function regionsJson(regions: Finding['regions']) {
  return regions.map(({ label, score, xmin, ymin, xmax, ymax, area }) => ({
    label,
    score: rounded(score),
    xmin,
    ymin,
    xmax,
    ymax,
    area,
  }));
}

export function soundJson(sound: Finding['sound']) {
  return {
    seconds: rounded(sound.seconds),
    patches: sound.patches.map(({ start, end, heard }) => ({
      start: rounded(start),
      end: rounded(end),
      heard: heard.map(({ label, score }) => ({ label, score: rounded(score) })),
    })),
  };
}

export function modelJson({ name, version, sha256 }: Finding['model']) {
  return { name, version, sha256 };
}
