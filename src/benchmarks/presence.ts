/** Which files of a test set are there: asked of the disk once, a bounded number at a time. */
import { isFile } from '../data/mediaFolders.ts';
import type { Benchmark, BenchmarkItem } from './benchmark.ts';
import { mapInChunks } from './mapInChunks.ts';

const FILES_AT_ONCE = 64;

/** Of one kind; a file that several items share counts once. */
export interface KindPresence {
  readonly there: number;
  readonly of: number;
}

export interface Presence {
  readonly items: readonly {
    readonly id: string;
    readonly present: boolean;
    /** Absolute paths. */
    readonly missing: readonly string[];
  }[];
  readonly pictures: KindPresence;
  readonly sounds: KindPresence;
  readonly masks: KindPresence;
  /** Absolute paths, each once: of the media in the order of the items, then of single annotations. */
  readonly missing: readonly string[];
}

export async function presenceOf({ items, missingAnnotations = [] }: Benchmark): Promise<Presence> {
  const isThere = await lookFor(items.flatMap(filesOf));
  const absent = (path: string): boolean => isThere.get(path) !== true;
  const kind = (paths: readonly string[]): KindPresence => {
    const unique = [...new Set(paths)];
    return { there: unique.filter((path) => !absent(path)).length, of: unique.length };
  };
  return {
    items: items.map((item) => {
      const missing = filesOf(item).filter(absent);
      return { id: item.id, present: missing.length === 0, missing };
    }),
    pictures: kind(items.map(({ picture }) => picture)),
    sounds: kind(items.map(({ sound }) => sound)),
    masks: kind(items.flatMap(masksOf)),
    missing: [...[...isThere.keys()].filter(absent), ...missingAnnotations],
  };
}

/** For each item the first of its files that is not there, an absolute path; null where all are. */
export async function missingFiles(items: readonly BenchmarkItem[]): Promise<(string | null)[]> {
  const isThere = await lookFor(items.flatMap(filesOf));
  return items.map((item) => filesOf(item).find((path) => isThere.get(path) !== true) ?? null);
}

function filesOf(item: BenchmarkItem): string[] {
  return [item.picture, item.sound, ...masksOf(item)];
}

function masksOf({ truth }: BenchmarkItem): string[] {
  return truth.kind === 'mask file' ? [truth.path] : [];
}

async function lookFor(paths: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
  const unique = [...new Set(paths)];
  const found = await mapInChunks(unique, FILES_AT_ONCE, isFile);
  return new Map(unique.map((path, index) => [path, found[index]]));
}
