/**
 * Test pairs of one's own: the same `pairs.jsonl` that trains (docs/training-data.md), read line by line so that `data
 * check` can tell of every line that cannot be used. Beside boxes and masks, a line may hold `annotators`, boxes
 * [xmin, ymin, xmax, ymax] of several people in the 256 x 256 frame of Flickr-SoundNet; `class`; and `present`.
 */
import { createHash } from 'node:crypto';
import { basename, dirname, resolve } from 'node:path';
import { z } from 'zod';
import { isFile } from '../data/mediaFolders.ts';
import { pairLine } from '../data/pairLines.ts';
import { decodeText, parseJson } from '../data/readText.ts';
import { LookhearError } from '../errors.ts';
import { readBytes } from '../media/readBytes.ts';
import type { Box } from '../picture/picture.ts';
import type { Benchmark, BenchmarkItem } from './benchmark.ts';
import { mapInChunks } from './mapInChunks.ts';
import { readPictureSize } from './pictureSize.ts';
import { checkName } from './plainName.ts';

/** A million pairs. */
const MAXIMUM_BYTES = 2 ** 28;

const PICTURES_AT_ONCE = 16;

const testLine = pairLine.extend({
  /** What sounds, where `label` says more than that ("lions roaring" of the class "lion"). */
  class: z.string().nullish(),
  /** What else the picture shows. */
  present: z.array(z.string()).nullish(),
  annotators: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])).nullish(),
});

type TestLine = z.infer<typeof testLine>;

export interface LineProblem {
  /** From 1. */
  readonly line: number;
  /** One sentence that names the line. */
  readonly problem: string;
}

/**
 * Every line that can be used, and what is wrong with the others. Sizes that a line leaves out are read from the head of
 * its picture.
 * @throws LookhearError INPUT_MISSING, INPUT_UNREADABLE, INPUT_EMPTY, INPUT_TOO_LARGE, INPUT_CORRUPT for the file as a
 * whole
 */
export async function examinePairs(
  path: string,
): Promise<{ readonly benchmark: Benchmark; readonly problems: readonly LineProblem[] }> {
  const bytes = await readBytes(path, { limit: MAXIMUM_BYTES });
  const { lines, problems } = parseLines(decodeText(bytes, path), path);
  const read = await mapInChunks(lines, PICTURES_AT_ONCE, async ({ line, number }) => {
    try {
      return await itemOf(line, dirname(resolve(path)), `line ${number} of ${path}`);
    } catch (error) {
      problems.push({ line: number, problem: sentenceOf(error) });
      return undefined;
    }
  });
  const items = read.filter((item) => item !== undefined);
  const unlabelled = lines.filter(({ line }) => !isLabelled(line)).length;
  const notes =
    unlabelled === 0 ? [] : [`${unlabelled} lines say nothing of where the sound comes from and are left out.`];
  if (items.length === 0 && problems.length === 0) {
    throw new LookhearError('INPUT_EMPTY', `There is no pair in ${path} that says where its sound comes from.`, {
      hint: 'docs/training-data.md shows the lines; an empty list of boxes says that the source is not in the picture.',
    });
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    benchmark: {
      name: 'ours',
      title: basename(path),
      annotations: [{ path: resolve(path), sha256 }],
      items,
      notes,
    },
    problems: problems.sort((a, b) => a.line - b.line),
  };
}

/** @throws LookhearError as `examinePairs`, and INPUT_CORRUPT for the first line that cannot be used */
export async function readOurs(path: string): Promise<Benchmark> {
  const { benchmark, problems } = await examinePairs(path);
  if (problems.length === 0) return benchmark;
  throw new LookhearError('INPUT_CORRUPT', problems[0].problem, {
    hint: `"lookhear data check ${path}" tells of every line.`,
    details: { problems },
  });
}

interface NumberedLine {
  readonly line: TestLine;
  readonly number: number;
}

function parseLines(text: string, path: string): { lines: NumberedLine[]; problems: LineProblem[] } {
  const lines: NumberedLine[] = [];
  const problems: LineProblem[] = [];
  const firstOf = new Map<string, number>();
  for (const [index, written] of text.split('\n').entries()) {
    if (written.trim() === '') continue;
    const number = index + 1;
    const place = `line ${number} of ${path}`;
    try {
      const line = parseJson(written, testLine, place);
      checkName(line.id, place);
      const first = firstOf.get(line.id);
      if (first !== undefined) throw unusable(place, `its id "${line.id}" is that of line ${first}`);
      firstOf.set(line.id, number);
      lines.push({ line, number });
    } catch (error) {
      problems.push({ line: number, problem: sentenceOf(error) });
    }
  }
  return { lines, problems };
}

/** @returns undefined where the line says nothing of where the sound comes from */
async function itemOf(line: TestLine, folder: string, place: string): Promise<BenchmarkItem | undefined> {
  const picture = resolve(folder, line.image);
  const truth = await truthOf(line, picture, folder, place);
  if (truth === undefined) return undefined;
  const isNegative = truth.kind === 'boxes' && truth.boxes.length === 0;
  return {
    id: line.id,
    picture,
    sound: resolve(folder, line.audio),
    label: line.class ?? line.category ?? line.label ?? null,
    others: line.present ?? [],
    // A picture whose sound is elsewhere is none of its sources. The name as written is the same on every machine.
    pictureGroup: isNegative ? line.id : line.image,
    scene: line.scene ?? line.group ?? line.id,
    truth,
  };
}

async function truthOf(
  line: TestLine,
  picture: string,
  folder: string,
  place: string,
): Promise<BenchmarkItem['truth'] | undefined> {
  if (line.mask) return { kind: 'mask file', path: resolve(folder, line.mask) };
  if (line.annotators) {
    const boxes = line.annotators.map(([xmin, ymin, xmax, ymax]) => ({ xmin, ymin, xmax, ymax }));
    return { kind: 'annotators', boxes };
  }
  if (!line.boxes) return undefined;
  if (line.boxes.length === 0) return { kind: 'boxes', boxes: [], width: 1, height: 1 };
  const { width, height } = await sizeOf(line, line.boxes, picture);
  for (const { xmin, ymin, xmax, ymax } of line.boxes) {
    if (xmin < 0 || ymin < 0 || xmax > width || ymax > height) {
      const box = [xmin, ymin, xmax, ymax].join(', ');
      throw unusable(place, `its box ${box} is not inside the picture of ${width} x ${height}`);
    }
  }
  return { kind: 'boxes', boxes: line.boxes, width, height };
}

async function sizeOf({ width, height }: TestLine, boxes: readonly Box[], picture: string) {
  if (width && height) return { width, height };
  if (await isFile(picture)) return await readPictureSize(picture);
  // The picture is missing, which is said elsewhere: any size that holds the boxes will do.
  return { width: Math.max(...boxes.map(({ xmax }) => xmax)), height: Math.max(...boxes.map(({ ymax }) => ymax)) };
}

function isLabelled({ boxes, mask, annotators }: TestLine): boolean {
  return Boolean(boxes ?? mask ?? annotators);
}

function unusable(place: string, problem: string): LookhearError {
  return new LookhearError('INPUT_CORRUPT', `Cannot use ${place}: ${problem}.`);
}

function sentenceOf(error: unknown): string {
  if (error instanceof LookhearError) return error.message;
  throw error;
}
