/** Lists of array names for people: sixty arrays of one stage are one line, two of another are two. */

/** A group of more is one line. */
const MOST_LINES = 4;

/**
 * @param title what is the matter with them, before each line
 * @param entries name and what to say about it, in order
 */
export function nameLines(title: string, entries: readonly (readonly [name: string, text: string])[]): string[] {
  const groups = new Map<string, (readonly [name: string, text: string])[]>();
  for (const entry of entries) {
    const [stem] = entry[0].split(/[/._]/, 1);
    groups.set(stem, [...(groups.get(stem) ?? []), entry]);
  }
  const start = `  ${title.padEnd(12)} `;
  return [...groups].flatMap(([stem, group]) => {
    if (group.length <= MOST_LINES) return group.map(([name, text]) => `${start}${name} ${text}`);
    return [`${start}${stem}...: ${group.length} arrays, ${group[0][0]} to ${group[group.length - 1][0]}`];
  });
}
