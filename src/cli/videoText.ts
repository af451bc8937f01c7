/** What was found in a video in words, for people, and as a timeline. */
import { styleText } from 'node:util';
import type { Answer } from '../localize/finding.ts';
import { clock, type Timeline } from '../media/timeline.ts';
import { type Stretch, secondsByAnswer } from './stretches.ts';

/** More lines than this nobody reads. */
const mostLines = 24;
const labelsNamed = 3;

/** As a terminal shows them, and as paper does. */
const colours = {
  here: { terminal: 'green', paper: '#7fcf9a' },
  unsure: { terminal: 'yellow', paper: '#f2cf63' },
  'not in the picture': { terminal: 'gray', paper: '#c3c8ce' },
  silent: { terminal: 'gray', paper: '#eef0f2' },
} as const satisfies Record<Answer, { terminal: string; paper: string }>;

const answers = Object.keys(colours) as Answer[];

/** `  0:00-0:04   here                 dog, person`, then how much of the whole each answer has. */
export function stretchLines(stretches: readonly Stretch[], seconds: number): string[] {
  const lines = stretches.slice(0, mostLines).map(({ start, end, answer, labels }) => {
    const span = `${clock(start, seconds)}-${clock(end, seconds)}`;
    const word = styleText(colours[answer].terminal, answer.padEnd(18), { stream: process.stdout });
    return `  ${span.padEnd(12)} ${word} ${names(labels)}`.trimEnd();
  });
  if (stretches.length > mostLines) {
    lines.push(`  and ${stretches.length - mostLines} stretches more; --json tells every moment`);
  }
  return [...lines, `  ${'all'.padEnd(12)} ${shares(stretches)}`];
}

export function timelineOf(
  stretches: readonly Stretch[],
  points: Timeline['curve']['points'],
  { seconds, title }: { readonly seconds: number; readonly title: string },
): Timeline {
  return {
    title,
    seconds,
    stretches: stretches.map(({ start, end, answer, labels }) => ({
      start,
      end,
      colour: colours[answer].paper,
      text: labels[0]?.label ?? answer,
    })),
    legend: answers.map((answer) => ({ colour: colours[answer].paper, text: answer })),
    curve: { name: 'probability that what is heard is in the picture', points },
  };
}

function names(labels: Stretch['labels']): string {
  const named = labels.slice(0, labelsNamed).map(({ label }) => label);
  return named.join(', ') + (labels.length > labelsNamed ? ' ...' : '');
}

function shares(stretches: readonly Stretch[]): string {
  const totals = secondsByAnswer(stretches);
  const whole = answers.reduce((sum, answer) => sum + totals[answer], 0);
  const parts = answers
    .filter((answer) => totals[answer] > 0)
    .map((answer) => `${answer} ${Math.round((100 * totals[answer]) / whole)} %`);
  return parts.join(', ');
}
