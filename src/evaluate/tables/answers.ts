/** What was answered to sounds that do and do not belong, and whether the probabilities of presence can be believed. */
import { reliability } from '../../metrics/reliability.ts';
import type { AnswerCounts, Evaluation } from '../evaluation.ts';
import type { MapRecord, ScoredItem } from '../itemRecord.ts';

interface Asked {
  readonly condition: string;
  /** Whether what sounds is in the picture. */
  readonly present: boolean;
  readonly looks: readonly Pick<MapRecord, 'answer' | 'presence'>[];
}

function askedOf(items: readonly ScoredItem[]): Asked[] {
  const positives = items.filter(({ sources }) => sources > 0);
  const negatives = items.filter(({ sources }) => sources === 0);
  const under = (condition: keyof ScoredItem['maps']) => positives.flatMap(({ maps }) => maps[condition] ?? []);
  return [
    { condition: 'own sound', present: true, looks: under('own') },
    { condition: 'wrong sound', present: false, looks: under('wrong') },
    {
      condition: 'ten sounds of other classes',
      present: false,
      looks: positives.flatMap(({ offscreen }) => offscreen),
    },
    { condition: 'annotated as off-screen', present: false, looks: negatives.flatMap(({ maps }) => maps.own ?? []) },
    { condition: 'white noise', present: false, looks: under('white noise') },
    { condition: 'silence', present: false, looks: under('silence') },
  ].filter(({ looks }) => looks.length > 0);
}

export function answerCounts(items: readonly ScoredItem[]): AnswerCounts[] {
  return askedOf(items).map(({ condition, present, looks }) => {
    const count = (answer: MapRecord['answer']): number => looks.filter((look) => look.answer === answer).length;
    return {
      condition,
      present,
      count: looks.length,
      here: count('here'),
      unsure: count('unsure'),
      notInPicture: count('not in the picture'),
      silent: count('silent'),
    };
  });
}

/** Own and wrong sounds, as many of the one as of the other. */
export function reliabilityOf(items: readonly ScoredItem[]): Evaluation['reliability'] {
  const pairs = items.flatMap(({ sources, maps: { own, wrong } }) =>
    sources > 0 && own && wrong ? [{ own: own.presence, wrong: wrong.presence }] : [],
  );
  return reliability([
    ...pairs.map(({ own }) => ({ predicted: own, happened: true })),
    ...pairs.map(({ wrong }) => ({ predicted: wrong, happened: false })),
  ]);
}
