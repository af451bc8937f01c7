/**
 * The file of `score --pairs`, line by line: which map belongs to which annotation. It is read twice, once to check all of
 * it before any work is done, once for the work, and is never held as a whole. Fields that are not known are passed over,
 * so that lists made for training or evaluation serve as they are.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { decodeText, parseJson } from '../data/readText.ts';
import { LookhearError } from '../errors.ts';
import type { Annotation } from '../metrics/groundTruth.ts';
import { isSafeName } from './pairs.ts';

export interface ScoreLine {
  /** A plain file name. */
  readonly id: string;
  readonly annotation: Annotation;
}

const box = z.object({ xmin: z.number(), ymin: z.number(), xmax: z.number(), ymax: z.number() });

const line = z
  .object({
    id: z.string().refine(isSafeName, 'expected a plain file name'),
    width: z.number().positive().nullish(),
    height: z.number().positive().nullish(),
    boxes: z.array(box).nullish(),
    annotators: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])).nullish(),
  })
  .refine(({ boxes, annotators }) => (boxes == null) !== (annotators == null), 'expected either boxes or annotators')
  .refine(
    ({ boxes, width, height }) => !boxes?.length || (width != null && height != null),
    'expected the width and height of the picture beside its boxes',
  );

const chunkBytes = 2 ** 20;

/** No line with a thousand boxes is longer. */
const longestLine = 2 ** 24;

/** So many lines are checked before the signal is looked at again. */
const linesAtOnce = 5000;

/**
 * Checks every line.
 * @returns how many there are.
 * @throws LookhearError INPUT_CORRUPT, naming the first line that cannot be used; INPUT_MISSING, INPUT_UNREADABLE,
 * INPUT_EMPTY, ABORTED
 */
export async function checkScoreLines(path: string, signal: AbortSignal): Promise<number> {
  const lineOf = new Map<string, number>();
  for (const { id, number } of numberedLines(path)) {
    const earlier = lineOf.get(id);
    if (earlier !== undefined) {
      throw new LookhearError(
        'INPUT_CORRUPT',
        `Cannot read line ${number} of ${path}: its id "${id}" is that of line ${earlier}.`,
        {
          hint: 'Each id names one map, so it must stand once.',
        },
      );
    }
    lineOf.set(id, number);
    if (number % linesAtOnce === 0) await setImmediate();
    if (signal.aborted) throw new LookhearError('ABORTED', 'Stopped.');
  }
  if (lineOf.size > 0) return lineOf.size;
  throw new LookhearError('INPUT_EMPTY', `There is no line in ${path}.`, {
    hint: 'Each line is one JSON object: {"id": "1", "width": 640, "height": 480, "boxes": []}.',
  });
}

export function* readScoreLines(path: string): Generator<ScoreLine> {
  for (const { id, annotation } of numberedLines(path)) yield { id, annotation };
}

function* numberedLines(path: string): Generator<ScoreLine & { readonly number: number }> {
  let number = 0;
  for (const bytes of byteLines(path)) {
    number++;
    const place = `line ${number} of ${path}`;
    const text = decodeText(bytes, place);
    if (text.trim() === '') continue;
    const { id, width, height, boxes, annotators } = parseJson(text, line, place);
    const annotation: Annotation = annotators
      ? { kind: 'annotators', boxes: annotators.map(([xmin, ymin, xmax, ymax]) => ({ xmin, ymin, xmax, ymax })) }
      : { kind: 'boxes', boxes: boxes ?? [], width: width ?? 1, height: height ?? 1 };
    yield { id, annotation, number };
  }
}

function* byteLines(path: string): Generator<Uint8Array> {
  const file = openRegular(path);
  try {
    let rest: Uint8Array = new Uint8Array(0);
    const chunk = Buffer.alloc(chunkBytes);
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
      const bytes = Buffer.concat([rest, chunk.subarray(0, length)]);
      let start = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        yield bytes.subarray(start, end);
        start = end + 1;
      }
      rest = bytes.subarray(start);
      if (rest.length > longestLine) {
        throw new LookhearError('INPUT_CORRUPT', `Cannot read ${path}: a line of it is longer than 16 MB.`);
      }
    }
    if (rest.length > 0) yield rest;
  } finally {
    closeSync(file);
  }
}

function openRegular(path: string): number {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw new LookhearError('INPUT_MISSING', `Cannot read ${path}: there is no such file.`);
  if (!status.isFile()) {
    throw new LookhearError('INPUT_UNREADABLE', `Cannot read ${path}: it is not a file that can be read twice.`, {
      hint: 'Write the lines into a file first.',
    });
  }
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw new LookhearError('INPUT_UNREADABLE', `Cannot read ${path}: you have no permission.`, { cause });
  }
}
