/** Dictionaries of dictionaries, as pickles hold them, as one list of names with '/' between the levels. */
import { LONGEST_NAME, MAXIMUM_TENSORS, type StoredWeights } from './storedWeights.ts';

const DEEPEST = 16;

/**
 * Every array in `dict` and in the dictionaries within it; whatever else stands there is left out. Fails with a
 * RangeError where a dictionary holds itself, or shares parts so often that there is no end.
 * @param asWeights The array that a value is; undefined for what is none.
 */
export function flattenNames(
  dict: ReadonlyMap<unknown, unknown>,
  asWeights: (value: unknown) => StoredWeights | undefined,
): Map<string, StoredWeights> {
  const tensors = new Map<string, StoredWeights>();
  let visited = 0;
  const walk = (level: ReadonlyMap<unknown, unknown>, prefix: string, depth: number): void => {
    for (const [key, value] of level) {
      if (++visited > MAXIMUM_TENSORS || depth > DEEPEST) throw new RangeError('its dictionaries have no end');
      if (typeof key !== 'string' && typeof key !== 'number') continue;
      const name = `${prefix}${key}`;
      if (name.length > LONGEST_NAME) throw new RangeError('it holds a name that is too long');
      const weights = asWeights(value);
      if (weights !== undefined) tensors.set(name, weights);
      else if (value instanceof Map) walk(value, `${name}/`, depth + 1);
    }
  };
  walk(dict, '', 1);
  return tensors;
}
