/**
 * Finds a label by its name as people and other label sets write it. "Boat, Water vehicle", "boat" and "Boats" are one
 * thing; "screen" is ADE20K's class of that name, although two other classes have it among their synonyms.
 *
 * A label may hold several names, separated by commas or semicolons. Capitals, punctuation and spaces do not count.
 * Words in brackets do: "Rattle (instrument)" is not "Rattle".
 */

/** @returns the place of the label, counted from 0; undefined where none has the name, or several have it alike */
export type LabelFinder = (name: string) => number | undefined;

/**
 * A finder for one list of labels. It takes the strictest way in which any label agrees: the whole text; the first name
 * of either; any name of both; any name with a plural s taken off. Two labels that agree equally well are none.
 * @param labels Each with its names separated by commas or semicolons.
 */
export function createLabelFinder(labels: readonly string[]): LabelFinder {
  const indices = strictnesses.map((keysOf) => {
    const index = new Map<string, Set<number>>();
    labels.forEach((label, place) => {
      for (const key of keysOf(label)) index.set(key, (index.get(key) ?? new Set()).add(place));
    });
    return { keysOf, index };
  });

  return (name) => {
    for (const { keysOf, index } of indices) {
      const places = new Set(keysOf(name).flatMap((key) => [...(index.get(key) ?? [])]));
      if (places.size > 0) return places.size === 1 ? [...places][0] : undefined;
    }
    return undefined;
  };
}

/** For each strictness, what must be equal. */
const strictnesses: readonly ((label: string) => readonly string[])[] = [
  (label) => [fold(label)].filter((text) => text !== ''),
  (label) => namesOf(label).slice(0, 1),
  namesOf,
  (label) => namesOf(label).map(singular),
];

function namesOf(label: string): string[] {
  return label
    .split(/[;,]/)
    .map(fold)
    .filter((name) => name !== '');
}

/** Lower case, with one space for whatever is neither letter nor digit. */
function fold(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, ' ')
    .trim();
}

/** Without a plural s at the end: of "glass" and "bus" it takes none. */
function singular(name: string): string {
  return /[^su]s$/.test(name) ? name.slice(0, -1) : name;
}
