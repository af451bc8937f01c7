/** What kind of answer a client wants: RFC 9110, 12.5.1, for types without parameters of their own. */
import { Refusal } from './refusal.ts';

/**
 * The type that the client prefers; the first of `offered` where it does not care.
 * Fails with 406 where it wants none of them.
 */
export function preferredType<Type extends string>(accept: string | null, offered: readonly Type[]): Type {
  if (accept === null || accept.trim() === '') return offered[0];
  const ranges = accept
    .split(',')
    .slice(0, 64)
    .map((text) => {
      const [range, ...parameters] = text
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
      return { range, quality: quality >= 0 && quality <= 1 ? quality : 0 };
    });
  const qualityOf = (type: string): number => {
    // The most specific range counts.
    for (const wanted of [type, `${type.split('/')[0]}/*`, '*/*']) {
      const found = ranges.find(({ range }) => range === wanted);
      if (found) return found.quality;
    }
    return 0;
  };
  const best = offered.reduce((a, b) => (qualityOf(b) > qualityOf(a) ? b : a));
  if (qualityOf(best) > 0) return best;
  throw new Refusal(406, 'USAGE', `Expected one of these types in Accept: ${offered.join(', ')}.`);
}
