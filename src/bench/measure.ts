/**
 * Times contenders in turn, round after round, so that whatever else the machine does disturbs all of them alike; the
 * medians are then compared.
 */
export interface Contender {
  readonly name: string;
  /** Does the work once; returns the seconds that it took. */
  run(): Promise<number>;
}

/** @returns the median seconds of each contender, by name; the first round only warms up and is not counted */
export async function measure(contenders: readonly Contender[], rounds: number): Promise<Map<string, number>> {
  const seconds = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run } of contenders) {
      const taken = await run();
      if (round > 0) seconds.get(name)!.push(taken);
    }
  }
  return new Map([...seconds].map(([name, values]) => [name, median(values)]));
}

export function timed(name: string, work: () => unknown): Contender {
  return {
    name,
    async run() {
      const begin = performance.now();
      await work();
      return (performance.now() - begin) / 1000;
    },
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
