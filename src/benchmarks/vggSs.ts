/**
 * VGG-SS (Chen et al., "Localizing Visual Sounds the Hard Way", CVPR 2021) and the parts of it that later work reports
 * on. Boxes are fractions of the frame; they stay as published, because the ground truth treats the odd ones as the
 * evaluators do.
 */
import { parseJson } from '../data/readText.ts';
import { vggSsEntries } from '../data/vggSs.ts';
import { LookhearError } from '../errors.ts';
import type { Box } from '../picture/picture.ts';
import type { Annotations, WantedFile } from './annotationFiles.ts';
import type { BenchmarkContent, BenchmarkItem } from './benchmark.ts';
import { parseCsv } from './csvRows.ts';
import { gridArea } from './gridBox.ts';
import type { MediaFiles } from './mediaFiles.ts';
import { baseName, checkName } from './plainName.ts';

export const vggSsBoxes: WantedFile = {
  names: ['vggss.json'],
  source: 'github.com/hche11/Localizing-Visual-Sounds-the-Hard-Way, metadata/vggss.json',
};

/** A clip of the set: where its boxes are and what it is of. */
export interface VggSsClip {
  /** `<YouTube id>_<start second, six digits>`. */
  readonly id: string;
  readonly label: string;
  readonly boxes: readonly Box[];
}

/**
 * @param list ids of a part of the set, in its order; without one, all of vggss.json
 * @throws LookhearError as `Annotations.read`; INPUT_CORRUPT for other shapes, an id that comes twice or is unknown
 */
export async function readVggSs(
  annotations: Annotations,
  media: MediaFiles,
  list?: WantedFile,
): Promise<BenchmarkContent> {
  const clips = await readClips(annotations);
  const chosen = list === undefined ? [...clips.values()] : await choose(await annotations.read(list), clips);
  const items: BenchmarkItem[] = [];
  for (const clip of chosen) items.push(await itemOf(clip, media));
  return { items, notes: notesOn(chosen) };
}

/** All clips of vggss.json by id. */
export async function readClips(annotations: Annotations): Promise<ReadonlyMap<string, VggSsClip>> {
  const { text, path } = await annotations.read(vggSsBoxes);
  const clips = new Map<string, VggSsClip>();
  for (const [index, { file, class: label, bbox }] of parseJson(text, vggSsEntries, path).entries()) {
    const id = checkName(file, `entry ${index + 1} of ${path}`);
    if (clips.has(id)) throw corrupt(path, `${id} stands in it more than once`);
    const boxes = bbox.map(([xmin, ymin, xmax, ymax]) => ({ xmin, ymin, xmax, ymax }));
    clips.set(id, { id, label, boxes });
  }
  return clips;
}

export async function itemOf({ id, label, boxes }: VggSsClip, media: MediaFiles): Promise<BenchmarkItem> {
  return {
    id,
    picture: await media.find('picture', pictureNames(id)),
    sound: await media.find('sound', clipNames(id)),
    label,
    others: [],
    pictureGroup: id,
    scene: videoOf(id),
    truth: { kind: 'boxes', boxes, width: 1, height: 1 },
  };
}

/** The names that a clip's files have: `x_000032`, or `x_32000_42000` (milliseconds) as SSLalignment and others write. */
export function clipNames(id: string): readonly string[] {
  const start = /_(\d{6})$/.exec(id);
  if (start === null) return [id];
  const seconds = Number(start[1]);
  return [id, `${videoOf(id)}_${1000 * seconds}_${1000 * (seconds + 10)}`];
}

/** The same, and frame 50 of the clip's own folder, which SSLalignment takes. */
export function pictureNames(id: string): readonly string[] {
  const names = clipNames(id);
  return [...names, ...names.map((name) => `${name}/image_050`)];
}

/** The YouTube video that a clip is of. */
export function videoOf(id: string): string {
  return id.replace(/_\d{6}$/, '');
}

export function notesOn(clips: readonly VggSsClip[]): string[] {
  const boxes = clips.flatMap((clip) => clip.boxes);
  const hasNoArea = ({ xmin, ymin, xmax, ymax }: Box): boolean =>
    Math.max(0, xmin) >= Math.min(1, xmax) || Math.max(0, ymin) >= Math.min(1, ymax);
  const isAbsurd = (box: Box): boolean => Object.values(box).some((corner) => Math.abs(corner) > 1);
  const inverted = boxes.filter(hasNoArea).length;
  const absurd = boxes.filter(isAbsurd).length;
  const empty = clips.filter((clip) => clip.boxes.every((box) => gridArea(box, 1, 1) === 0));
  const classes = new Set(clips.map(({ label }) => label)).size;
  const notes = [`${clips.length} clips of ${classes} classes with ${boxes.length} boxes.`];
  if (inverted > 0) {
    notes.push(
      `Boxes without an area: ${inverted}, of which ${absurd} have a corner far outside of the frame. They stay: EZ-VSL ` +
        'cuts corners to the frame and truncates them, which leaves an empty slice, and the handling of LVS gives the same.',
    );
  }
  if (empty.length > 0) {
    const names = empty.slice(0, 10).map(({ id }) => id);
    notes.push(
      `Clips without any other box: ${empty.length} (${names.join(', ')}). Their ground truth is empty, so no answer can ` +
        'be right, and they count as misses, as in the published figures.',
    );
  }
  return notes;
}

async function choose(
  list: { readonly text: string; readonly path: string },
  clips: ReadonlyMap<string, VggSsClip>,
): Promise<VggSsClip[]> {
  const chosen = new Map<string, VggSsClip>();
  for (const [index, [first]] of parseCsv(list.text, list.path).entries()) {
    const id = publishedId(baseName(first, `row ${index + 1} of ${list.path}`));
    const clip = clips.get(id);
    if (clip === undefined) throw corrupt(list.path, `vggss.json has no clip ${id}`);
    chosen.set(id, clip);
  }
  return [...chosen.values()];
}

/** `x_32000_42000` (ten seconds in milliseconds) as vggss.json writes it, `x_000032`; any other name as it is. */
function publishedId(name: string): string {
  const [, video, start, end] = /^(.+)_(\d+)_(\d+)$/.exec(name) ?? [];
  if (video === undefined || Number(end) - Number(start) !== 10_000) return name;
  return `${video}_${String(Number(start) / 1000).padStart(6, '0')}`;
}

function corrupt(path: string, problem: string): LookhearError {
  return new LookhearError('INPUT_CORRUPT', `Cannot read ${path}: ${problem}.`);
}
