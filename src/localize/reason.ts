/** One plain sentence why an answer is not `here`. */
import type { Answer } from './finding.ts';

export interface Circumstances {
  readonly answer: Answer;
  /** The most heard label and P(label | sound), 0..1. */
  readonly label: string;
  readonly heard: number;
  /** P(none of the labels | sound), 0..1. */
  readonly other: number;
  /** Below this level there is no sound, in decibels of full scale. */
  readonly silenceLevel: number;
}

/** Below this a label is a guess among several. */
const clearlyHeard = 0.3;

export function reasonFor({ answer, label, heard, other, silenceLevel }: Circumstances): string | null {
  if (answer === 'here') return null;
  if (answer === 'silent') return `there is no sound above ${silenceLevel} dBFS`;
  if (other >= heard) return 'the sound is none that the model knows';
  const { subject, are, one } = inWords(label);
  if (answer === 'unsure') return `${subject} ${are} heard, and it is not clear whether any pixel looks like ${one}`;
  if (heard < clearlyHeard) return `no label is heard clearly, and no pixel looks like ${subject}, the likeliest`;
  return `${subject} ${are} heard, and no pixel looks like ${one}`;
}

/**
 * Labels are nouns in any number: "a dog is", "an elephant is", "drums are", "brass is". Those of AudioSet, with capitals,
 * are names of sounds: "Vehicle horn, car horn, honking" is nothing that a pixel could look like.
 */
function inWords(label: string): { subject: string; are: string; one: string } {
  if (/^\p{Lu}/u.test(label)) return { subject: `"${label}"`, are: 'is', one: 'what makes it' };
  const words = label.replaceAll('_', ' ');
  if (words.endsWith('ss')) return { subject: words, are: 'is', one: 'it' };
  if (words.endsWith('s')) return { subject: words, are: 'are', one: 'them' };
  return { subject: `${/^[aeiou]/i.test(words) ? 'an' : 'a'} ${words}`, are: 'is', one: 'one' };
}
