/** Moments in a row with the same answer make a stretch: what people read of a video instead of four lines a second. */
import type { Answer } from '../localize/finding.ts';
import type { Moment } from '../localize/watch.ts';

export interface Stretch {
  /** Seconds; the end is the next stretch's start. */
  readonly start: number;
  readonly end: number;
  readonly answer: Answer;
  /** What it is about, each with how long it was, the longest first; empty for silence. */
  readonly labels: readonly { readonly label: string; readonly seconds: number }[];
}

/** What a moment is about: the hottest region's label, else the most heard; null for silence. */
export function labelOf({ answer, regions, classes }: Moment): string | null {
  if (answer === 'silent') return null;
  return regions[0]?.label ?? classes[0]?.label ?? null;
}

export interface StretchCollector {
  add(moment: Moment): void;
  /** @param end of the video, seconds */
  finish(end: number): Stretch[];
}

/** Keeps only the stretches, not the moments. */
export function collectStretches(): StretchCollector {
  const stretches: { start: number; end: number; answer: Answer; labels: Map<string, number> }[] = [];
  let before: { time: number; label: string | null } | undefined;

  function close(time: number): void {
    const current = stretches.at(-1);
    if (current === undefined || before === undefined) return;
    current.end = Math.max(time, current.start);
    const { label } = before;
    if (label !== null) current.labels.set(label, (current.labels.get(label) ?? 0) + Math.max(0, time - before.time));
  }

  return {
    add(moment) {
      const { time, answer } = moment;
      close(time);
      if (stretches.at(-1)?.answer !== answer) stretches.push({ start: time, end: time, answer, labels: new Map() });
      before = { time, label: labelOf(moment) };
    },
    finish(end) {
      close(end);
      return stretches.map(({ labels, ...stretch }) => ({
        ...stretch,
        labels: [...labels].map(([label, seconds]) => ({ label, seconds })).toSorted((a, b) => b.seconds - a.seconds),
      }));
    },
  };
}

/** Seconds of each answer. */
export function secondsByAnswer(stretches: readonly Stretch[]): Readonly<Record<Answer, number>> {
  const totals = { here: 0, unsure: 0, 'not in the picture': 0, silent: 0 };
  for (const { answer, start, end } of stretches) totals[answer] += end - start;
  return totals;
}
