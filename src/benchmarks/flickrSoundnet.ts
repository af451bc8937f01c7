/**
 * The test pictures of Flickr-SoundNet (Senocak et al., CVPR 2018): a list of photo numbers, and for each an XML with the
 * boxes of several people. The XML files are in none of the repositories; the authors hand them out.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readFlickrMarks } from '../data/flickrAnnotation.ts';
import { findFolder, type MediaIndex, mediaIn } from '../data/mediaFolders.ts';
import { LookhearError } from '../errors.ts';
import { readBytes } from '../media/readBytes.ts';
import type { Box } from '../picture/picture.ts';
import type { Annotations, WantedFile } from './annotationFiles.ts';
import type { BenchmarkContent, BenchmarkItem } from './benchmark.ts';
import { parseCsv } from './csvRows.ts';
import { mapInChunks } from './mapInChunks.ts';
import type { MediaFiles } from './mediaFiles.ts';
import { baseName } from './plainName.ts';

/** 249 photos, the list of LVS and all later work. Its name is also that of SLAVC's copy, which has 250 rows. */
export const flickrList249: WantedFile = {
  names: [
    'flickr_test.csv',
    'flickr_test_lvs.csv',
    'test_flickr_249.txt',
    'test_flickr_249_sslalignment.txt',
    'flickr_test249_in5k.csv',
    'flickr_test249_in5k_sspl.csv',
  ],
  source: 'github.com/hche11/Localizing-Visual-Sounds-the-Hard-Way, metadata/flickr_test.csv',
};

/** 250 photos, the list of the authors. */
export const flickrList250: WantedFile = {
  names: ['test_list.txt', 'test_list_250_ardasnck.txt', 'test_flickr_250.txt', 'test_flickr_250_sslalignment.txt'],
  source: 'github.com/ardasnck/learning_to_localize_sound_source, test_list.txt',
};

export const flickrBoxes: WantedFile = {
  names: ['Annotations/<photo number>.xml'],
  source: "the authors' storage, linked from the README of github.com/ardasnck/learning_to_localize_sound_source",
};

/** One photo, which the authors' own lists spell in two ways. */
const twoSpellings = ['3908875357', '3908875350'];

const FILES_AT_ONCE = 16;

/** @throws LookhearError as `Annotations.read`; INPUT_MISSING without any XML; INPUT_CORRUPT, naming the XML */
export async function readFlickrSoundnet(
  annotations: Annotations,
  media: MediaFiles,
  mediaFolder: string,
  list: WantedFile,
): Promise<BenchmarkContent> {
  const listed = await readIds(await annotations.read(list));
  const ids = list === flickrList249 ? listed.filter((id) => !twoSpellings.includes(id)) : listed;
  const { folder, xmls } = await findXmls(ids, [...annotations.places, mediaFolder]);
  const found = ids.flatMap((id) => {
    const xml = firstOf(xmls, id);
    return xml === undefined ? [] : [{ id, xml }];
  });
  annotations.files.push({ path: folder, sha256: await checksumOf(found.map(({ xml }) => xml)) });
  const marked = await mapInChunks(found, FILES_AT_ONCE, async ({ id, xml }) => ({ id, marks: await readMarks(xml) }));
  const items: BenchmarkItem[] = [];
  for (const { id, marks } of marked) items.push(await itemOf(id, marks.flat(), media));
  const missing = ids.filter((id) => firstOf(xmls, id) === undefined).map((id) => join(folder, `${id}.xml`));
  const notes = notesOn(
    ids,
    marked.map(({ marks }) => marks),
    missing.length,
  );
  return { items, notes, ...(missing.length > 0 && { missingAnnotations: missing }) };
}

/** The names under which a photo's files are kept. */
export function photoNames(id: string): readonly string[] {
  return twoSpellings.includes(id) ? [id, ...twoSpellings.filter((spelling) => spelling !== id)] : [id];
}

// `10000130166,202`, `10000130166.jpg` or `/some/where/10000130166.mp4`.
async function readIds({ text, path }: { readonly text: string; readonly path: string }): Promise<string[]> {
  const ids = parseCsv(text, path).map(([first], index) => {
    const place = `row ${index + 1} of ${path}`;
    const id = baseName(first, place);
    if (/^\d+$/.test(id)) return id;
    throw new LookhearError('INPUT_CORRUPT', `Cannot read ${place}: "${id}" is not the number of a Flickr photo.`);
  });
  return [...new Set(ids)];
}

async function findXmls(
  ids: readonly string[],
  places: readonly string[],
): Promise<{ readonly folder: string; readonly xmls: MediaIndex }> {
  const looked: string[] = [];
  for (const place of new Set(places)) {
    const data = await findFolder([place], ['data', 'dataset']);
    const named = await findFolder(data === undefined ? [place] : [place, data], ['annotations', 'annotation']);
    for (const folder of named === undefined ? [place] : [named, place]) {
      const xmls = await mediaIn(folder, { folders: [], endings: ['.xml'] });
      if (ids.some((id) => firstOf(xmls, id) !== undefined)) return { folder, xmls };
      looked.push(folder);
    }
  }
  const [wanted] = flickrBoxes.names;
  throw new LookhearError(
    'INPUT_MISSING',
    `Cannot find ${wanted.replace('<photo number>', ids[0])} and the other ${ids.length - 1} in ${looked.join(', ')}.`,
    {
      hint: `They come from ${flickrBoxes.source}.`,
      details: { names: flickrBoxes.names, places: looked, source: flickrBoxes.source },
    },
  );
}

function firstOf(files: MediaIndex, id: string): string | undefined {
  const name = photoNames(id).find((spelling) => files.has(spelling));
  return name === undefined ? undefined : files.get(name);
}

async function readMarks(xml: string): Promise<readonly Box[][]> {
  const marks = await readFlickrMarks(xml);
  if (marks.some((boxes) => boxes.length > 0)) return marks;
  throw new LookhearError('INPUT_CORRUPT', `Cannot read the annotation ${xml}: it holds no box.`, {
    hint: 'Fetch the annotations of Flickr-SoundNet again.',
  });
}

// One for all of the XML files, in the order of the list.
async function checksumOf(xmls: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const xml of xmls) hash.update(await readBytes(xml, { limit: 2 ** 20 }));
  return hash.digest('hex');
}

async function itemOf(id: string, boxes: readonly Box[], media: MediaFiles): Promise<BenchmarkItem> {
  return {
    id,
    picture: await media.find('picture', photoNames(id)),
    sound: await media.find('sound', photoNames(id)),
    label: null,
    others: [],
    pictureGroup: id,
    scene: id,
    truth: { kind: 'annotators', boxes },
  };
}

function notesOn(ids: readonly string[], marked: readonly (readonly Box[][])[], missing: number): string[] {
  const boxes = marked.flat(2).length;
  const people = marked.reduce((sum, marks) => sum + marks.length, 0);
  const notes = [
    `${ids.length} photos, ${marked.length} of them annotated with ${boxes} boxes in ${people} markings. A pixel that one ` +
      'person marked weighs a half, one that two or more marked weighs 1.',
  ];
  const spelling = twoSpellings.find((id) => ids.includes(id));
  notes.push(
    spelling === undefined
      ? `The authors' list has 250 photos; ${twoSpellings[0]} is left out by LVS and all later work.`
      : `The authors' lists spell one photo ${twoSpellings.join(' and ')}: files of either name are taken for ${spelling}.`,
  );
  if (missing > 0) notes.push(`Photos without an annotation file, which are left out: ${missing}.`);
  return notes;
}
