/**
 * The test sets of AVSBench (Zhou et al., ECCV 2022), one source (S4) or several (MS3): five frames of a clip of five
 * seconds. Boxes are those that Senocak et al. drew around the masks; their maxima are inclusive, 0..223.
 */
import { LookhearError } from '../errors.ts';
import type { Box } from '../picture/picture.ts';
import type { Annotations, WantedFile } from './annotationFiles.ts';
import type { BenchmarkContent, BenchmarkItem } from './benchmark.ts';
import { parseCsv } from './csvRows.ts';
import type { MediaFiles } from './mediaFiles.ts';
import { checkName } from './plainName.ts';
import { relatedLabels } from './sharedLabels.ts';
import {
  checkUnique,
  frameSide,
  notesOnSizes,
  readSourceBoxes,
  readSourceMasks,
  type SourceRow,
} from './sourceBoxes.ts';

export interface AvsBenchPart {
  readonly boxes: WantedFile;
  readonly masks: WantedFile;
  /** `<video>_<frame>,<label>`, without a header. */
  readonly labels: WantedFile;
  /** Folders below those of pictures, and of sounds and masks, the published one first; `.` for none. */
  readonly picturesBelow: (label: string) => readonly string[];
  readonly othersBelow: (label: string) => readonly string[];
}

const alignment = 'github.com/kaistmm/SSLalignment, metadata/';
const labelSource = 'github.com/swimmiing/ACL-SSL, AVSBench/metadata/';

export const singleSource: AvsBenchPart = {
  boxes: { names: ['s4_box.json'], source: `${alignment}s4_box.json` },
  masks: { names: ['s4_seg.json'], source: `${alignment}s4_seg.json` },
  labels: { names: ['avs1_s4_test.csv'], source: `${labelSource}avs1_s4_test.csv` },
  picturesBelow: (label) => [`test/${label}`, label, '.'],
  othersBelow: (label) => [`test/${label}`, label, '.'],
};

export const multipleSources: AvsBenchPart = {
  boxes: { names: ['ms3_box.json'], source: `${alignment}ms3_box.json` },
  masks: { names: ['ms3_seg.json'], source: `${alignment}ms3_seg.json` },
  labels: { names: ['avs1_ms3_test.csv'], source: `${labelSource}avs1_ms3_test.csv` },
  picturesBelow: () => ['.', 'test'],
  othersBelow: () => ['test', '.'],
};

/** @throws LookhearError as `readSourceBoxes`; INPUT_CORRUPT for a frame without a label */
export async function readAvsBenchBoxes(
  annotations: Annotations,
  media: MediaFiles,
  part: AvsBenchPart,
): Promise<BenchmarkContent> {
  const rows = await readSourceBoxes(annotations, part.boxes);
  const truthOf = (box: Box): BenchmarkItem['truth'] => {
    return { kind: 'boxes', boxes: isNothing(box) ? [] : [exclusive(box)], width: frameSide, height: frameSide };
  };
  const items = await itemsOf(rows, annotations, media, part, async ({ truth }) => truthOf(truth));
  const nothing = rows.filter(({ truth }) => isNothing(truth)).length;
  return {
    items,
    notes: [
      ...notesOnFrames(items),
      'Maxima of these boxes are inclusive, so 1 is added; the reader of their authors takes them as exclusive and loses ' +
        'the last row and column.',
      `Frames with the box [0, 0, 0, 0], in which nothing of the picture sounds: ${nothing}.`,
      'A single box spans all that sounds in a frame.',
      ...notesOnSizes(rows.filter(({ truth }) => !isNothing(truth)).map(({ truth }) => exclusive(truth))),
    ],
  };
}

/** The masks of the set itself, files among the media. @throws LookhearError as `readAvsBenchBoxes` */
export async function readAvsBenchMasks(
  annotations: Annotations,
  media: MediaFiles,
  part: AvsBenchPart,
): Promise<BenchmarkContent> {
  const rows = await readSourceMasks(annotations, part.masks);
  const items = await itemsOf(rows, annotations, media, part, async ({ truth, video, label }) => ({
    kind: 'mask file',
    path: await media.find('mask', frameNames(truth, video, part.othersBelow(label))),
  }));
  return { items, notes: [...notesOnFrames(items), 'A frame whose mask is black has nothing that sounds.'] };
}

interface Frame {
  readonly video: string;
  readonly label: string;
}

async function itemsOf<Truth>(
  rows: readonly SourceRow<Truth>[],
  annotations: Annotations,
  media: MediaFiles,
  part: AvsBenchPart,
  truthOf: (row: SourceRow<Truth> & Frame) => Promise<BenchmarkItem['truth']>,
): Promise<BenchmarkItem[]> {
  checkUnique(rows, part.boxes);
  const labels = await readLabels(annotations, part.labels);
  const related = relatedLabels(labels.values());
  const items: BenchmarkItem[] = [];
  for (const row of rows) {
    const video = row.audio;
    // MS3 writes `<video>.mp4_<frame>` for its pictures.
    const id = row.image.replace('.mp4_', '_');
    const label = labels.get(id);
    if (label === undefined) {
      throw new LookhearError('INPUT_CORRUPT', `Cannot use ${part.labels.names[0]}: it has no label for ${id}.`);
    }
    items.push({
      id,
      picture: await media.find('picture', frameNames(row.image, video, part.picturesBelow(label)), '.png'),
      sound: await media.find(
        'sound',
        part.othersBelow(label).map((folder) => `${folder}/${video}`),
      ),
      label,
      others: related.get(label) ?? [],
      pictureGroup: id,
      // Clips of one video differ in a number behind the eleven letters of its id.
      scene: video.slice(0, 11),
      truth: await truthOf({ ...row, video, label }),
    });
  }
  return items;
}

async function readLabels(annotations: Annotations, wanted: WantedFile): Promise<ReadonlyMap<string, string>> {
  const { text, path } = await annotations.read(wanted);
  return new Map(
    parseCsv(text, path).map(([id, label = ''], index) => {
      const place = `row ${index + 1} of ${path}`;
      if (label === '') throw new LookhearError('INPUT_CORRUPT', `Cannot read ${place}: it has no label.`);
      // The label is a folder of S4.
      return [id, checkName(label, place)];
    }),
  );
}

// A frame lies in the folder of its video; some copies have all frames side by side.
function frameNames(frame: string, video: string, below: readonly string[]): readonly string[] {
  return [...below.map((folder) => `${folder}/${video}/${frame}`), ...below.map((folder) => `${folder}/${frame}`)];
}

function isNothing({ xmin, ymin, xmax, ymax }: Box): boolean {
  return xmin === 0 && ymin === 0 && xmax === 0 && ymax === 0;
}

function exclusive({ xmin, ymin, xmax, ymax }: Box): Box {
  return { xmin, ymin, xmax: xmax + 1, ymax: ymax + 1 };
}

function notesOnFrames(items: readonly BenchmarkItem[]): string[] {
  const clips = new Set(items.map(({ sound }) => sound)).size;
  const labels = new Set(items.map(({ label }) => label)).size;
  return [
    `${items.length} frames of ${clips} clips with ${labels} labels; the frames of a clip share its five seconds of sound.`,
  ];
}
