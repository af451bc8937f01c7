/** Scores the items of a shard with a few threads, from where an earlier run stopped. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark } from '../benchmarks/benchmark.ts';
import type { EngineName } from '../engine/engine.ts';
import { orderedLines } from '../parallel/orderedLines.ts';
import { type EvaluationRequest, type EvaluationSetup, startEvaluationWorkers } from './evaluationWorkers.ts';
import { GalleryChoice, galleryFile } from './gallery.ts';
import type { ItemRecord } from './itemRecord.ts';
import { partnersAmong } from './partners.ts';
import { openItems } from './runFolder.ts';
import { itemsFile, placesOf, type Shard } from './shard.ts';

export interface RunOptions extends Omit<EvaluationSetup, 'threads'> {
  readonly benchmark: Benchmark;
  /** For each item, the first of its files that is not there; null where all are. */
  readonly missing: readonly (string | null)[];
  readonly folder: string;
  readonly shard: Shard;
  /** As many items at once. */
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Told once, of the items of the shard and those that were there already. */
  readonly onStart: (total: number, done: number, engine: EngineName) => void;
  readonly onItem: (record: ItemRecord) => void;
}

/** Ends early, with whole lines, where the signal says so. */
export async function runEvaluation(options: RunOptions): Promise<void> {
  const { benchmark, folder, shard, seed, signal } = options;
  const places = placesOf(shard, benchmark.items.length);
  const gallery = new GalleryChoice(seed);
  const { file, count } = await openItems(join(folder, itemsFile(shard)), (record) => gallery.add(record));
  try {
    if (count === places.length) return;
    const isThere = options.missing.map((path) => path === null);
    const partnersOf = partnersAmong(
      benchmark.items.filter((_, place) => isThere[place]),
      seed,
    );
    const workers = await startEvaluationWorkers(Math.min(options.threads, places.length - count), {
      model: options.model,
      engine: options.engine,
      threads: 1,
      threshold: options.threshold,
      seed,
      fingerprints: options.fingerprints,
    });
    options.onStart(places.length, count, workers.ready);
    const lines = orderedLines(file, count);
    let next = count;

    function finish(position: number, record: ItemRecord): void {
      gallery.add(record);
      lines.put(position, record);
      options.onItem(record);
    }

    function request(): EvaluationRequest | undefined {
      while (next < places.length) {
        const position = next++;
        const index = places[position];
        const item = benchmark.items[index];
        const path = options.missing[index];
        if (path === null) return { position, index, item, partners: partnersOf(item), limits: gallery.limits() };
        finish(position, { index, id: item.id, skipped: 'missing', problem: `There is no file ${path}.` });
      }
      return undefined;
    }

    try {
      const showing: Promise<void>[] = [];
      await workers.run(
        request,
        ({ position, index }, { record, shown }) => {
          if (shown === null) return finish(position, record);
          // The picture first: a line that is there stands for an item that is done.
          const writing = writeFile(join(folder, galleryFile(index)), shown).then(() => finish(position, record));
          writing.catch(() => {}); // told at the end
          showing.push(writing);
        },
        signal,
      );
      await Promise.all(showing);
      await lines.end();
    } finally {
      await workers.close();
    }
  } finally {
    await file.close();
  }
}
