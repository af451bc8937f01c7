/**
 * The manifests of a training folder: `pictures/pictures.jsonl`, `pictures/classes.csv`, `cutouts/cutouts.jsonl` and
 * `sounds/sounds.csv` (docs/training.md describes them). Every row is checked; a bad one is named with its line.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LookhearError } from '../errors.ts';

const box = z.object({
  label: z.string(),
  xmin: z.number(),
  ymin: z.number(),
  xmax: z.number(),
  ymax: z.number(),
});

const pictureRow = z.object({
  id: z.string(),
  /** Path below the folder of the manifest. */
  image: z.string(),
  /** 8-bit map: k = index in classes.csv, 0 = none of the classes annotated there, 255 = unknown. */
  mask: z.string().nullable(),
  mask_by: z.enum(['human', 'program', 'alpha']).nullable(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** Classes known to be there; others are unknown unless `exhaustive`. */
  labels: z.array(z.string()),
  boxes: z.array(box),
  box_by: z.enum(['human', 'drawn', 'program', 'alpha']).nullable(),
  /** Whether classes of `label_list` that are not in `labels` are absent. */
  exhaustive: z.boolean(),
  label_list: z.enum(['voc20', 'coco80']).nullable(),
  group: z.string(),
  fold: z.number().int(),
});

export type PictureRow = z.infer<typeof pictureRow>;

const cutoutRow = z.object({ image: z.string(), label: z.string(), width: z.number(), height: z.number() });

export type CutoutRow = z.infer<typeof cutoutRow>;

export interface SoundRow {
  readonly file: string;
  readonly class: string;
  readonly group: string;
  readonly fold: number;
  /** `rendered` notes come from sound fonts. */
  readonly kind: 'recording' | 'rendered';
}

export async function readPictureRows(folder: string): Promise<PictureRow[]> {
  return readLines(join(folder, 'pictures', 'pictures.jsonl'), pictureRow);
}

export async function readCutoutRows(folder: string): Promise<CutoutRow[]> {
  return readLines(join(folder, 'cutouts', 'cutouts.jsonl'), cutoutRow);
}

/** Mask index to class name. */
export async function readPictureClasses(folder: string): Promise<Map<number, string>> {
  const rows = await readCsv(join(folder, 'pictures', 'classes.csv'));
  return new Map(rows.map((row) => [Number(row.index), row.class]));
}

export async function readSoundRows(folder: string): Promise<SoundRow[]> {
  const rows = await readCsv(join(folder, 'sounds', 'sounds.csv'));
  return rows.map((row) => ({
    file: row.file,
    class: row.class,
    group: row.group,
    fold: Number(row.fold),
    kind: row.kind === 'rendered' ? 'rendered' : 'recording',
  }));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new LookhearError('INPUT_MISSING', `cannot read the manifest ${path}`, {
      hint: 'give the folder that holds pictures/, cutouts/ and sounds/ with --data',
      cause,
    });
  }
}

async function readLines<Row>(path: string, schema: z.ZodType<Row>): Promise<Row[]> {
  const lines = (await readText(path)).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      throw new LookhearError('INPUT_CORRUPT', `line ${index + 1} of ${path} is not JSON`, { cause });
    }
    const row = schema.safeParse(value);
    if (!row.success) {
      throw new LookhearError('INPUT_CORRUPT', `line ${index + 1} of ${path}: ${z.prettifyError(row.error)}`);
    }
    return row.data;
  });
}

/** Comma-separated values with a header line; fields may be quoted. */
async function readCsv(path: string): Promise<Record<string, string>[]> {
  const [header, ...rows] = parseCsv(await readText(path));
  return rows.map((row, index) => {
    if (row.length !== header.length) {
      throw new LookhearError(
        'INPUT_CORRUPT',
        `line ${index + 2} of ${path} has ${row.length} fields, not ${header.length}`,
      );
    }
    return Object.fromEntries(header.map((name, column) => [name, row[column]]));
  });
}

export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (match[0] === '' && row.length === 0) break;
    row.push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'));
    if (match[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
