/**
 * The layout of our own: `pairs.jsonl`, a line a pair, with paths relative to the file. docs/training-data.md shows it.
 */
import { dirname, parse, resolve } from 'node:path';
import { z } from 'zod';
import { LookhearError } from '../errors.ts';
import { isFlickrTestId } from './flickrTestIds.ts';
import { isFile } from './mediaFolders.ts';
import { parseJson, readText } from './readText.ts';
import type { Target, TrainingPair, TrainingSet } from './trainingPair.ts';

/** A million pairs. */
const MAXIMUM_BYTES = 2 ** 28;

/** How many files are looked for at once. */
const LOOKUPS = 64;

const box = z
  .object({ xmin: z.number(), ymin: z.number(), xmax: z.number(), ymax: z.number() })
  .refine(({ xmin, ymin, xmax, ymax }) => xmin < xmax && ymin < ymax, 'a box needs xmin < xmax and ymin < ymax')
  .refine(({ xmax, ymax }) => xmax > 1 || ymax > 1, 'a box is in pixels of the picture, not in fractions of it');

/** A line of it. */
export const pairLine = z.object({
  id: z.string().min(1),
  image: z.string().min(1),
  audio: z.string().min(1),
  boxes: z.array(box).nullish(),
  mask: z.string().min(1).nullish(),
  label: z.string().nullish(),
  category: z.string().nullish(),
  width: z.number().int().positive().nullish(),
  height: z.number().int().positive().nullish(),
  group: z.string().nullish(),
  scene: z.string().nullish(),
  fold: z.number().int().nullish(),
});

type PairLine = z.infer<typeof pairLine>;

/**
 * @param path of the pairs.jsonl
 * @throws LookhearError INPUT_CORRUPT, naming the line; otherwise as `readText`
 */
export async function readPairLines(path: string): Promise<TrainingSet> {
  const lines = parseLines(await readText(path, MAXIMUM_BYTES), path);
  const refused = lines.filter(isTestPicture).map(({ id }) => id);
  const candidates = lines.filter((line) => !isTestPicture(line)).map((line) => pairOf(line, dirname(path)));
  const missing = await missingFiles(candidates.flatMap(filesOf));
  return {
    layout: 'pairs',
    pairs: candidates.filter((pair) => !filesOf(pair).some((file) => missing.has(file))),
    missing: [...missing],
    refused,
    notes: [],
  };
}

function parseLines(text: string, path: string): PairLine[] {
  const pairs: PairLine[] = [];
  const lineOf = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const place = `line ${index + 1} of ${path}`;
    const pair = parseJson(line, pairLine, place);
    const earlier = lineOf.get(pair.id);
    if (earlier !== undefined) {
      throw new LookhearError('INPUT_CORRUPT', `Cannot read ${place}: its id "${pair.id}" is that of line ${earlier}.`);
    }
    lineOf.set(pair.id, index + 1);
    pairs.push(pair);
  }
  return pairs;
}

// Someone may have rewritten Flickr-SoundNet as lines of ours.
function isTestPicture({ id, image }: PairLine): boolean {
  return isFlickrTestId(id) || isFlickrTestId(parse(image).name);
}

function pairOf(line: PairLine, folder: string): TrainingPair {
  return {
    id: line.id,
    image: resolve(folder, line.image),
    audio: resolve(folder, line.audio),
    width: line.width ?? undefined,
    height: line.height ?? undefined,
    target: targetOf(line, folder),
    category: line.category ?? line.label ?? undefined,
    group: line.group ?? line.scene ?? undefined,
    fold: line.fold ?? undefined,
  };
}

// A mask is the more exact, so it is taken where a line has boxes too.
function targetOf({ boxes, mask, width, height }: PairLine, folder: string): Target {
  if (mask) return { kind: 'mask', path: resolve(folder, mask) };
  if (!boxes) return { kind: 'none' };
  return { kind: 'boxes', boxes, frame: width && height ? { width, height } : undefined };
}

function filesOf({ image, audio, target }: TrainingPair): string[] {
  return target.kind === 'mask' ? [image, audio, target.path] : [image, audio];
}

async function missingFiles(paths: readonly string[]): Promise<Set<string>> {
  const unique = [...new Set(paths)];
  const missing = new Set<string>();
  for (let start = 0; start < unique.length; start += LOOKUPS) {
    const some = unique.slice(start, start + LOOKUPS);
    const found = await Promise.all(some.map(isFile));
    for (const [index, path] of some.entries()) if (!found[index]) missing.add(path);
  }
  return missing;
}
