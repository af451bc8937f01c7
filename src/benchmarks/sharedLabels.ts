/** Sets of several sources name what sounds as a list: "guitar, violin". */

/** The parts of such a label. */
export function partsOf(label: string): string[] {
  return label.split(',').map((part) => part.trim());
}

/**
 * For each label, the others of the set that share a part with it: a sound of "guitar, man" is no foreign sound for a
 * picture of "guitar, violin".
 */
export function relatedLabels(labels: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const all = [...new Set(labels)];
  const isRelated = (a: string, b: string): boolean => partsOf(a).some((part) => partsOf(b).includes(part));
  return new Map(all.map((label) => [label, all.filter((other) => other !== label && isRelated(label, other))]));
}
