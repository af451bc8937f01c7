/** A finding in words, for people: what was heard, where it is, and the answer. An honest "no" looks like an answer. */
import { styleText } from 'node:util';
import type { Answer, Finding } from '../localize/finding.ts';
import { percent } from './numbers.ts';

/** Less than this is not worth a line. */
const heardALittle = 0.05;
/** Less than this beside something louder is called quiet. */
const heardClearly = 0.1;
const seenClearly = 0.5;
const mostHeard = 3;
const mostQuiet = 2;

const colours = { here: 'green', unsure: 'yellow', 'not in the picture': 'gray', silent: 'gray' } as const;

/** The lines of a finding, with colours where standard output shows them. */
export function findingLines(finding: Finding): string[] {
  const { answer, classes, confidence, reason, notes } = finding;
  const heard = answer === 'silent' ? [] : classes.filter((entry) => entry.heard >= heardALittle).slice(0, mostHeard);
  const quiet = classes
    .filter((entry) => !heard.includes(entry) && entry.seen >= seenClearly)
    .toSorted((a, b) => b.seen - a.seen)
    .slice(0, mostQuiet);
  const width = Math.max(12, ...[...heard, ...quiet].map(({ label }) => label.length));
  const line = (name: string, text: string): string => `  ${name.padEnd(width)} ${text}`;

  const lines = [...heard, ...quiet].map((entry) =>
    line(entry.label, `heard ${percent(entry.heard)}   ${whereabouts(finding, entry)}`),
  );
  lines.push(line('answer', `${inColour(answer, answer)}, confidence ${confidence.toFixed(2)}`));
  if (reason !== null) lines.push(line('because', reason));
  for (const note of notes) lines.push(line('note', note));
  return lines;
}

/** `localize yard.jpg bark.mp3: dog heard 83 %, here` in one line, for figures. */
export function findingTitle(finding: Finding): string {
  const [loudest] = finding.classes;
  const heard =
    finding.answer === 'silent' || loudest === undefined
      ? ''
      : `${loudest.label} heard ${percent(loudest.heard).trim()}: `;
  return `${heard}${finding.answer} (confidence ${finding.confidence.toFixed(2)})`;
}

function whereabouts({ answer, regions }: Finding, { label, heard }: Finding['classes'][number]): string {
  const region = regions.find((candidate) => candidate.label === label);
  if (region !== undefined) {
    const { xmin, ymin, xmax, ymax } = region;
    const word = answer === 'unsure' ? 'unsure' : 'here';
    return `${inColour(answer, word)}   box ${xmin},${ymin} ${xmax - xmin}x${ymax - ymin}`;
  }
  if (heard < heardClearly) return inColour('silent', 'quiet');
  return answer === 'unsure' ? inColour('unsure', 'unsure') : inColour('not in the picture', 'not in the picture');
}

function inColour(answer: Answer, text: string): string {
  return styleText(colours[answer], text, { stream: process.stdout });
}
