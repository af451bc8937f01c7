/**
 * The extended sets of SLAVC (Mo & Morgado, NeurIPS 2022): the pictures of Flickr-SoundNet and VGG-SS again, and as many
 * pairs in which nothing in the picture makes the sound. The published files hold only those negatives.
 */
import { LookhearError } from '../errors.ts';
import type { Annotations, WantedFile } from './annotationFiles.ts';
import type { BenchmarkContent, BenchmarkItem } from './benchmark.ts';
import { parseCsv } from './csvRows.ts';
import { flickrList249, photoNames, readFlickrSoundnet } from './flickrSoundnet.ts';
import type { MediaFiles } from './mediaFiles.ts';
import { checkName } from './plainName.ts';
import { clipNames, itemOf, notesOn, pictureNames, readClips, videoOf } from './vggSs.ts';

export const flickrNegatives: WantedFile = {
  names: ['flickr_test_plus_silent.csv'],
  source: 'github.com/stoneMo/SLAVC, metadata/flickr_test_plus_silent.csv',
};

export const vggSsNegatives: WantedFile = {
  names: ['vggss_test_plus_silent.csv'],
  source: 'github.com/stoneMo/SLAVC, metadata/vggss_test_plus_silent.csv',
};

/** @throws LookhearError as `readFlickrSoundnet` */
export async function readExtendedFlickr(
  annotations: Annotations,
  media: MediaFiles,
  mediaFolder: string,
): Promise<BenchmarkContent> {
  const pairs = await readNegatives(annotations, flickrNegatives);
  const positives = await readFlickrSoundnet(annotations, media, mediaFolder, flickrList249);
  const negatives: BenchmarkItem[] = [];
  for (const { video, audio } of pairs) {
    negatives.push({
      ...withoutSource(video, audio),
      picture: await media.find('picture', photoNames(video)),
      sound: await media.find('sound', photoNames(audio)),
      label: null,
      others: [],
      scene: video,
    });
  }
  const notes = [...positives.notes, ...notesOnNegatives(pairs)];
  return { ...positives, items: [...positives.items, ...negatives], notes };
}

/** @throws LookhearError as `readVggSs` */
export async function readExtendedVggSs(annotations: Annotations, media: MediaFiles): Promise<BenchmarkContent> {
  const pairs = await readNegatives(annotations, vggSsNegatives);
  const clips = await readClips(annotations);
  const items: BenchmarkItem[] = [];
  for (const clip of clips.values()) items.push(await itemOf(clip, media));
  for (const { video, audio } of pairs) {
    const shown = clips.get(video)?.label;
    items.push({
      ...withoutSource(video, audio),
      picture: await media.find('picture', pictureNames(video)),
      sound: await media.find('sound', clipNames(audio)),
      label: clips.get(audio)?.label ?? null,
      others: shown === undefined ? [] : [shown],
      scene: videoOf(video),
    });
  }
  const notes = [...notesOn([...clips.values()]), ...notesOnNegatives(pairs)];
  const ofOneClass = pairs.filter(({ video, audio }) => {
    const shown = clips.get(video)?.label;
    return video !== audio && shown !== undefined && shown === clips.get(audio)?.label;
  }).length;
  if (ofOneClass > 0) {
    notes.push(
      `Negatives with the sound of another clip of the same class: ${ofOneClass}. What sounds may well be seen there; they ` +
        'count as negatives, as published.',
    );
  }
  return { items, notes };
}

interface Negative {
  readonly video: string;
  readonly audio: string;
}

async function readNegatives(annotations: Annotations, wanted: WantedFile): Promise<Negative[]> {
  const { text, path } = await annotations.read(wanted);
  const pairs = new Map<string, Negative>();
  for (const [index, [video, audio = '', label]] of parseCsv(text, path).entries()) {
    const place = `row ${index + 1} of ${path}`;
    if (index === 0 && video === 'video') continue;
    if (label !== 'non-sounding') {
      throw new LookhearError('INPUT_CORRUPT', `Cannot read ${place}: it is not "video,audio,non-sounding".`);
    }
    pairs.set(`${video} ${audio}`, { video: checkName(video, place), audio: checkName(audio, place) });
  }
  return [...pairs.values()];
}

function withoutSource(video: string, audio: string): Pick<BenchmarkItem, 'id' | 'pictureGroup' | 'truth'> {
  const id = `${video}+${audio}`;
  return { id, pictureGroup: id, truth: { kind: 'boxes', boxes: [], width: 1, height: 1 } };
}

function notesOnNegatives(pairs: readonly Negative[]): string[] {
  const own = pairs.filter(({ video, audio }) => video === audio).length;
  const notes = [
    `Negatives, in which nothing of the picture makes the sound: ${pairs.length}. Their file holds no others.`,
  ];
  if (own > 0) {
    notes.push(
      `Negatives that pair a clip with its own sound: ${own}. What sounds there is not in the picture; those clips are not ` +
        'among the positives.',
    );
  }
  return notes;
}
