/**
 * The lists that Senocak et al. ("Aligning Sight and Sound", 2024; SSLalignment) publish for IS3, VPO and AVSBench: for
 * each source the picture, the sound and a box in a frame of 224 x 224. Pictures and sounds are paths of the authors'
 * machine, of which only the base names are used.
 */
import { z } from 'zod';
import { parseJson } from '../data/readText.ts';
import { LookhearError } from '../errors.ts';
import type { Box } from '../picture/picture.ts';
import type { Annotations, WantedFile } from './annotationFiles.ts';
import type { BenchmarkContent, BenchmarkItem } from './benchmark.ts';
import { gridArea } from './gridBox.ts';
import type { MediaFiles } from './mediaFiles.ts';
import { baseName } from './plainName.ts';

export const frameSide = 224;

const path = z.string().min(1).max(4096);
const boxRows = z.array(
  z.object({ image: path, audio: path, gt_box: z.tuple([z.number(), z.number(), z.number(), z.number()]) }),
);
const maskRows = z.array(z.object({ image: path, audio: path, gt_box: path }));

export interface SourceRow<Truth> {
  /** Base names, without endings. */
  readonly image: string;
  readonly audio: string;
  readonly truth: Truth;
}

/** Corners as they stand in the file. @throws LookhearError as `Annotations.read`; INPUT_CORRUPT for other shapes */
export async function readSourceBoxes(annotations: Annotations, wanted: WantedFile): Promise<SourceRow<Box>[]> {
  const { text, path } = await annotations.read(wanted);
  return parseJson(text, boxRows, path).map(({ gt_box: [xmin, ymin, xmax, ymax], ...names }, index) => ({
    ...baseNames(names, `entry ${index + 1} of ${path}`),
    truth: { xmin, ymin, xmax, ymax },
  }));
}

/** Base names of the mask files. @throws LookhearError as `readSourceBoxes` */
export async function readSourceMasks(annotations: Annotations, wanted: WantedFile): Promise<SourceRow<string>[]> {
  const { text, path } = await annotations.read(wanted);
  return parseJson(text, maskRows, path).map(({ gt_box, ...names }, index) => {
    const place = `entry ${index + 1} of ${path}`;
    return { ...baseNames(names, place), truth: baseName(gt_box, place) };
  });
}

/** How a set names its items. */
export interface SourceNaming {
  /** What sounds, from the base name; null where it does not say. */
  readonly labelOf: (name: string) => string | null;
}

/** `<objA>_<objB>_<seed>_<target>`: the last part is what sounds. */
export const is3Naming: SourceNaming = { labelOf: (name) => name.slice(name.lastIndexOf('_') + 1) };

/** `<COCO picture>_<COCO annotation>`: nothing is said of what it is. */
export const vpoNaming: SourceNaming = { labelOf: () => null };

/**
 * IS3 and VPO: an item a source, all items of one picture in one group. Maxima are exclusive.
 * @throws LookhearError as `readSourceBoxes`; INPUT_CORRUPT where a name comes twice
 */
export async function readSources(
  annotations: Annotations,
  media: MediaFiles,
  wanted: WantedFile,
  { labelOf }: SourceNaming,
): Promise<BenchmarkContent> {
  const rows = await readSourceBoxes(annotations, wanted);
  checkUnique(rows, wanted);
  const labelsOf = new Map<string, Set<string>>();
  for (const { image } of rows) {
    const label = labelOf(image);
    const labels = labelsOf.get(pictureOf(image)) ?? new Set();
    labelsOf.set(pictureOf(image), label === null ? labels : labels.add(label));
  }
  const items: BenchmarkItem[] = [];
  for (const { image, audio, truth } of rows) {
    const label = labelOf(image);
    items.push({
      id: image,
      picture: await media.find('picture', [image]),
      sound: await media.find('sound', [audio]),
      label,
      others: [...(labelsOf.get(pictureOf(image)) ?? [])].filter((other) => other !== label),
      pictureGroup: pictureOf(image),
      scene: pictureOf(image),
      truth: { kind: 'boxes', boxes: [truth], width: frameSide, height: frameSide },
    });
  }
  const boxes = rows.map(({ truth }) => truth);
  const notes = [
    `${rows.length} sources in ${labelsOf.size} pictures, one box each, in a frame of 224 x 224 with exclusive maxima.`,
    ...notesOnSizes(boxes),
  ];
  const empty = boxes.filter((box) => gridArea(box, frameSide, frameSide) === 0).length;
  if (empty > 0) {
    notes.push(
      `Boxes without an area ([0, 0, 0, 0]): ${empty}. Their ground truth is empty, so no answer can be right, and they ` +
        'count as misses, as in the published figures.',
    );
  }
  return { items, notes };
}

export function notesOnSizes(boxes: readonly Box[]): string[] {
  const areas = boxes.map((box) => gridArea(box, frameSide, frameSide));
  const full = areas.filter((area) => area === 1).length;
  const tiny = areas.filter((area) => area > 0 && area < 0.01).length;
  return [`Boxes that cover the whole frame: ${full}; less than 1 % of it: ${tiny}.`];
}

/** @throws LookhearError INPUT_CORRUPT where a picture has two rows */
export function checkUnique(rows: readonly { readonly image: string }[], wanted: WantedFile): void {
  const seen = new Set<string>();
  for (const { image } of rows) {
    if (seen.has(image)) {
      throw new LookhearError('INPUT_CORRUPT', `Cannot use ${wanted.names[0]}: ${image} stands in it more than once.`);
    }
    seen.add(image);
  }
}

function baseNames(names: { readonly image: string; readonly audio: string }, place: string) {
  return { image: baseName(names.image, place), audio: baseName(names.audio, place) };
}

// Without its last part, as SSLalignment groups.
function pictureOf(name: string): string {
  const end = name.lastIndexOf('_');
  return end <= 0 ? name : name.slice(0, end);
}
