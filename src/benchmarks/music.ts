/**
 * Instruments in MUSIC (solos, duets) and AudioSet, with the boxes of Hu et al. ("Discriminative Sounding Objects
 * Localization", NeurIPS 2020): `[x, y, width, height]` in fractions of the frame.
 */
import { z } from 'zod';
import { parseJson } from '../data/readText.ts';
import { LookhearError } from '../errors.ts';
import type { Box } from '../picture/picture.ts';
import type { Annotations, WantedFile } from './annotationFiles.ts';
import type { BenchmarkContent, BenchmarkItem } from './benchmark.ts';
import type { MediaFiles } from './mediaFiles.ts';
import { relatedLabels } from './sharedLabels.ts';

const source = 'github.com/DTaoo/Discriminative-Sounding-Objects-Localization, ';

export const soloBoxes: WantedFile = { names: ['solotest.json'], source: `${source}music-exp/solotest.json` };
export const duetBoxes: WantedFile = { names: ['duettest.json'], source: `${source}music-exp/duettest.json` };
export const instrumentBoxes: WantedFile = {
  names: ['audioset_box.json', 'audioset_instrument_box.json'],
  source: `${source}audioset-instrument/audioset_box.json`,
};

/** Their own numbers, as eval_duet.py names them. */
const musicNames: Readonly<Record<number, string>> = {
  1: 'cello',
  3: 'acoustic_guitar',
  8: 'saxophone',
  10: 'trumpet',
  11: 'violin',
  12: 'flute',
  13: 'accordion',
};

const normbox = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const category = z.number().int().min(0).max(1000);
const musicFrames = z.record(z.string(), z.object({ bbox: z.array(z.object({ normbox, category_id: category })) }));
const audioSetFrames = z.record(z.string(), z.object({ bbox: z.array(z.object({ normbox, category })) }));

/** @throws LookhearError as `Annotations.read`; INPUT_CORRUPT for other shapes */
export async function readMusic(
  annotations: Annotations,
  media: MediaFiles,
  wanted: WantedFile,
): Promise<BenchmarkContent> {
  const { text, path } = await annotations.read(wanted);
  const frames = Object.entries(parseJson(text, musicFrames, path)).map(([key, { bbox }]) => {
    const [, video, second, frame] = /^([\w-]+_\d+_\d+)\/frame_(\d+)\/(\d+)\.jpg$/.exec(key) ?? [];
    if (video === undefined) throw unusableKey(key, path);
    return {
      id: `${video}_frame_${second}_${frame}`,
      video,
      pictures: [`${video}/frame_${second}/${frame}`],
      sounds: [`${video}/${second}`, `${video}_${second}`],
      boxes: bbox.map((box) => boxOf(box.normbox)),
      names: bbox.map((box) => musicNames[box.category_id] ?? `category ${box.category_id}`),
    };
  });
  const { items, notes } = await contentOf(frames, media);
  return { items, notes: wanted === duetBoxes ? [...notes, noteOnDuets(frames)] : notes };
}

/** @throws LookhearError as `readMusic` */
export async function readInstruments(annotations: Annotations, media: MediaFiles): Promise<BenchmarkContent> {
  const { text, path } = await annotations.read(instrumentBoxes);
  const frames = Object.entries(parseJson(text, audioSetFrames, path)).map(([key, { bbox }]) => {
    const [, video, second] = /^([\w-]+)\/(\d+)$/.exec(key) ?? [];
    if (video === undefined) throw unusableKey(key, path);
    const names = [`${video}/${second}`, `${video}/${second.padStart(3, '0')}`, `${video}_${second}`];
    return {
      id: `${video}_${second}`,
      video,
      pictures: names,
      sounds: names,
      boxes: bbox.map((box) => boxOf(box.normbox)),
      names: bbox.map((box) => `category ${box.category}`),
    };
  });
  const { items, notes } = await contentOf(frames, media);
  return { items, notes: [...notes, 'The names of the categories are not published with the boxes.'] };
}

interface Frame {
  readonly id: string;
  readonly video: string;
  readonly pictures: readonly string[];
  readonly sounds: readonly string[];
  readonly boxes: readonly Box[];
  /** Of the instrument in each box. */
  readonly names: readonly string[];
}

async function contentOf(frames: readonly Frame[], media: MediaFiles): Promise<BenchmarkContent> {
  const usable = frames.filter(({ boxes }) => boxes.length > 0);
  const labelOf = ({ names }: Frame): string => [...new Set(names)].sort().join(', ');
  const related = relatedLabels(usable.map(labelOf));
  const items: BenchmarkItem[] = [];
  for (const frame of usable) {
    const label = labelOf(frame);
    items.push({
      id: frame.id,
      picture: await media.find('picture', frame.pictures),
      sound: await media.find('sound', frame.sounds),
      label,
      others: related.get(label) ?? [],
      pictureGroup: frame.id,
      scene: frame.video,
      truth: { kind: 'boxes', boxes: frame.boxes, width: 1, height: 1 },
    });
  }
  const videos = new Set(frames.map(({ video }) => video)).size;
  const boxes = usable.reduce((sum, frame) => sum + frame.boxes.length, 0);
  return {
    items,
    notes: [
      `${frames.length} frames of ${videos} videos with ${boxes} boxes, given as x, y, width, height. The sound is the ` +
        'second that the frame lies in.',
      `Frames without a box: ${frames.length - usable.length}. The file does not say whether nothing sounds there or ` +
        'nothing was found, so they are left out, as in the evaluation of the authors.',
      'All boxes of a frame are one ground truth; the authors evaluate a map for each instrument.',
    ],
  };
}

// The boxes know seven instruments; some duets have another.
function noteOnDuets(frames: readonly Frame[]): string {
  const namesIn = new Map<string, Set<string>>();
  for (const { video, names } of frames) namesIn.set(video, new Set([...(namesIn.get(video) ?? []), ...names]));
  const alone = [...namesIn.values()].filter(({ size }) => size === 1).length;
  return `Duets of which only one instrument ever has a box: ${alone} of ${namesIn.size}; the other sounds too.`;
}

function boxOf([x, y, width, height]: readonly [number, number, number, number]): Box {
  return { xmin: x, ymin: y, xmax: x + width, ymax: y + height };
}

function unusableKey(key: string, path: string): LookhearError {
  const shown = JSON.stringify(key.length > 60 ? `${key.slice(0, 60)}...` : key);
  return new LookhearError('INPUT_CORRUPT', `Cannot read ${path}: ${shown} does not name a frame.`);
}
