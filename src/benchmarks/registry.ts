/**
 * The test sets by name: what each is called, which published files say what is in it, where its media are expected, and
 * who reads it. docs/test-sets.md tells people the same.
 */
import { join, resolve } from 'node:path';
import { LookhearError } from '../errors.ts';
import { type Annotations, openAnnotations, type WantedFile } from './annotationFiles.ts';
import { multipleSources, readAvsBenchBoxes, readAvsBenchMasks, singleSource } from './avsBench.ts';
import type { Benchmark, BenchmarkContent } from './benchmark.ts';
import { flickrNegatives, readExtendedFlickr, readExtendedVggSs, vggSsNegatives } from './extendedSets.ts';
import { flickrBoxes, flickrList249, flickrList250, readFlickrSoundnet } from './flickrSoundnet.ts';
import { type MediaFiles, type MediaLayout, openMedia } from './mediaFiles.ts';
import { duetBoxes, instrumentBoxes, readInstruments, readMusic, soloBoxes } from './music.ts';
import { readOurs } from './ours.ts';
import { is3Naming, readSources, vpoNaming } from './sourceBoxes.ts';
import { readVggSs, vggSsBoxes } from './vggSs.ts';

export interface BenchmarkFolders {
  /** The user's pictures and sounds. */
  readonly media: string;
  /** Where the published lists and boxes are; with the media where this is left out. */
  readonly annotations?: string | undefined;
}

/** What a reader works with. */
interface Sources {
  readonly annotations: Annotations;
  readonly media: MediaFiles;
  /** Absolute path. */
  readonly mediaFolder: string;
}

export interface BenchmarkRow {
  readonly name: string;
  readonly title: string;
  /** Published files that it cannot do without. */
  readonly wants: readonly WantedFile[];
  /** Where its media are expected, as people read it; the first part is the folder that its authors gave them. */
  readonly media: { readonly picture: string; readonly sound: string; readonly mask?: string };
  /** Folders of the set in a collection of several sets, in lower case. */
  readonly folders: readonly string[];
  /** Folders that copies have around their media, in lower case. */
  readonly inner: readonly string[];
  readonly read: (sources: Sources) => Promise<BenchmarkContent>;
}

const flickrMedia = { picture: 'frames/<photo number>.jpg', sound: 'audio/<photo number>.wav' };
const vggSsMedia = {
  picture: 'frames/<YouTube id>_<start second>.jpg',
  sound: 'audio/<YouTube id>_<start second>.wav',
};
const sourceMedia = { picture: 'visual_frames/<name>.jpg', sound: 'audio_wav/<name>.wav' };

/** The parts of VGG-SS that papers report on, each a list of its own. */
const vggSsParts: readonly (Pick<BenchmarkRow, 'name' | 'title'> & { readonly list?: WantedFile })[] = [
  { name: 'vgg-ss', title: 'VGG-SS (Chen et al., CVPR 2021)' },
  {
    name: 'vgg-ss-heard',
    title: 'VGG-SS, classes heard in training (EZ-VSL, ECCV 2022)',
    list: { names: ['vggss_heard_test.csv'], source: 'github.com/stoneMo/EZ-VSL, metadata/vggss_heard_test.csv' },
  },
  {
    name: 'vgg-ss-unheard',
    title: 'VGG-SS, classes not heard in training (EZ-VSL, ECCV 2022)',
    list: { names: ['vggss_unheard_test.csv'], source: 'github.com/stoneMo/EZ-VSL, metadata/vggss_unheard_test.csv' },
  },
  {
    name: 'vgg-ss-4911',
    title: 'VGG-SS, the 4911 clips of SSL-TIE (ACM MM 2022)',
    list: {
      names: ['test_vggss_4911.txt', 'test_vggss_4911_ssltie.txt'],
      source: 'github.com/jinxiang-liu/SSL-TIE, metadata/test_vggss_4911.txt',
    },
  },
  {
    name: 'vgg-ss-4692',
    title: 'VGG-SS, the 4692 clips of SSPL (CVPR 2022)',
    list: {
      names: ['vggss_test_4692.csv', 'vggss_test_4692_sspl.csv'],
      source: 'github.com/zjsong/SSPL, metadata/vggss_test_4692.csv',
    },
  },
  {
    name: 'vgg-ss-4655',
    title: 'VGG-SS, the 4655 clips of SSLalignment (2024)',
    list: {
      names: ['ours_vggss.txt', 'ours_vggss_sslalignment.txt'],
      source: 'github.com/kaistmm/SSLalignment, metadata/ours_vggss.txt',
    },
  },
];

const flickr = { media: flickrMedia, folders: ['flickr_soundnet'], inner: ['data', 'dataset'] };
const vggSs = { media: vggSsMedia, folders: ['vgg_ss'], inner: [] };
const single = { folders: ['avsbench'], inner: ['single-source', 's4_data'] };
const multiple = { folders: ['avsbench'], inner: ['multi-sources', 'ms3_data'] };
const singleMedia = {
  picture: 'visual_frames/test/<label>/<video>/<video>_<frame>.png',
  sound: 'audio_wav/test/<label>/<video>.wav',
};
const multipleMedia = {
  picture: 'visual_frames/<video>/<video>.mp4_<frame>.png',
  sound: 'audio_wav/test/<video>.wav',
};
const singleMasks = 'gt_masks/test/<label>/<video>/<video>_<frame>.png';
const multipleMasks = 'gt_masks/test/<video>/<video>_<frame>.png';
const musicMedia = {
  picture: 'frames/<video>_<start>_<end>/frame_<second>/<frame>.jpg',
  sound: 'audio/<video>_<start>_<end>/<second>.wav',
};
const alignment = 'github.com/kaistmm/SSLalignment, metadata/';

const is3Boxes: WantedFile = { names: ['synthetic3240_bbox.json'], source: `${alignment}synthetic3240_bbox.json` };
const vpoSingle: WantedFile = { names: ['vpo_ss_bbox.json'], source: `${alignment}vpo_ss_bbox.json` };
const vpoMultiple: WantedFile = { names: ['vpo_ms_bbox.json'], source: `${alignment}vpo_ms_bbox.json` };

export const benchmarks: readonly BenchmarkRow[] = [
  {
    name: 'flickr-soundnet',
    title: 'Flickr-SoundNet, 249 photos (Senocak et al., CVPR 2018)',
    wants: [flickrList249, flickrBoxes],
    ...flickr,
    read: ({ annotations, media, mediaFolder }) => readFlickrSoundnet(annotations, media, mediaFolder, flickrList249),
  },
  {
    name: 'flickr-soundnet-250',
    title: "Flickr-SoundNet, the authors' 250 photos (Senocak et al., CVPR 2018)",
    wants: [flickrList250, flickrBoxes],
    ...flickr,
    read: ({ annotations, media, mediaFolder }) => readFlickrSoundnet(annotations, media, mediaFolder, flickrList250),
  },
  ...vggSsParts.map(({ list, ...part }) => ({
    ...part,
    wants: list === undefined ? [vggSsBoxes] : [vggSsBoxes, list],
    ...vggSs,
    read: ({ annotations, media }: Sources) => readVggSs(annotations, media, list),
  })),
  {
    name: 'extended-flickr-soundnet',
    title: 'Extended Flickr-SoundNet (SLAVC, Mo & Morgado, NeurIPS 2022)',
    wants: [flickrNegatives, flickrList249, flickrBoxes],
    ...flickr,
    folders: ['extended_flickr_soundnet', 'flickr_soundnet'],
    read: ({ annotations, media, mediaFolder }) => readExtendedFlickr(annotations, media, mediaFolder),
  },
  {
    name: 'extended-vgg-ss',
    title: 'Extended VGG-SS (SLAVC, Mo & Morgado, NeurIPS 2022)',
    wants: [vggSsNegatives, vggSsBoxes],
    ...vggSs,
    folders: ['extended_vgg_ss', 'vgg_ss'],
    read: ({ annotations, media }) => readExtendedVggSs(annotations, media),
  },
  {
    name: 'is3',
    title: 'IS3, Interactive Synthetic Sound Source (Senocak et al., 2024)',
    wants: [is3Boxes],
    media: sourceMedia,
    folders: ['is3'],
    inner: ['synthetic3241', 'synthetic3240', 'is3'],
    read: ({ annotations, media }) => readSources(annotations, media, is3Boxes, is3Naming),
  },
  {
    name: 'vpo-ss',
    title: 'VPO-SS, one source (CAVP, Chen et al., CVPR 2024; boxes by Senocak et al.)',
    wants: [vpoSingle],
    media: sourceMedia,
    folders: ['vpo'],
    inner: ['ssl_coco', 'coco_av'],
    read: ({ annotations, media }) => readSources(annotations, media, vpoSingle, vpoNaming),
  },
  {
    name: 'vpo-ms',
    title: 'VPO-MS, several sources (CAVP, Chen et al., CVPR 2024; boxes by Senocak et al.)',
    wants: [vpoMultiple],
    media: sourceMedia,
    folders: ['vpo'],
    inner: ['ssl_coco', 'coco_av_ms'],
    read: ({ annotations, media }) => readSources(annotations, media, vpoMultiple, vpoNaming),
  },
  {
    name: 'avsbench-s4',
    title: 'AVSBench, one source, boxes (Zhou et al., ECCV 2022; boxes by Senocak et al.)',
    wants: [singleSource.boxes, singleSource.labels],
    media: singleMedia,
    ...single,
    read: ({ annotations, media }) => readAvsBenchBoxes(annotations, media, singleSource),
  },
  {
    name: 'avsbench-s4-masks',
    title: 'AVSBench, one source, masks (Zhou et al., ECCV 2022)',
    wants: [singleSource.masks, singleSource.labels],
    media: { ...singleMedia, mask: singleMasks },
    ...single,
    read: ({ annotations, media }) => readAvsBenchMasks(annotations, media, singleSource),
  },
  {
    name: 'avsbench-ms3',
    title: 'AVSBench, several sources, boxes (Zhou et al., ECCV 2022; boxes by Senocak et al.)',
    wants: [multipleSources.boxes, multipleSources.labels],
    media: multipleMedia,
    ...multiple,
    read: ({ annotations, media }) => readAvsBenchBoxes(annotations, media, multipleSources),
  },
  {
    name: 'avsbench-ms3-masks',
    title: 'AVSBench, several sources, masks (Zhou et al., ECCV 2022)',
    wants: [multipleSources.masks, multipleSources.labels],
    media: { ...multipleMedia, mask: multipleMasks },
    ...multiple,
    read: ({ annotations, media }) => readAvsBenchMasks(annotations, media, multipleSources),
  },
  {
    name: 'music-solo',
    title: 'MUSIC, solos (Zhao et al., ECCV 2018; boxes by Hu et al., NeurIPS 2020)',
    wants: [soloBoxes],
    media: musicMedia,
    folders: ['music'],
    inner: ['solo'],
    read: ({ annotations, media }) => readMusic(annotations, media, soloBoxes),
  },
  {
    name: 'music-duet',
    title: 'MUSIC, duets (Zhao et al., ECCV 2018; boxes by Hu et al., NeurIPS 2020)',
    wants: [duetBoxes],
    media: musicMedia,
    folders: ['music'],
    inner: ['duet'],
    read: ({ annotations, media }) => readMusic(annotations, media, duetBoxes),
  },
  {
    name: 'audioset-instrument',
    title: 'AudioSet, instruments (boxes by Hu et al., NeurIPS 2020)',
    wants: [instrumentBoxes],
    media: { picture: 'frames/<YouTube id>/<second>.jpg', sound: 'audio/<YouTube id>/<second>.wav' },
    folders: ['music'],
    inner: [],
    read: ({ annotations, media }) => readInstruments(annotations, media),
  },
];

/**
 * A published set by its name, `vgg-ss` as well as `VGG_SS`; `ours` is the pairs.jsonl in the folder of the media. The
 * files of its items need not be there.
 * @throws LookhearError USAGE for an unknown name; INPUT_MISSING, INPUT_UNREADABLE, INPUT_EMPTY, INPUT_TOO_LARGE or
 * INPUT_CORRUPT, naming the file
 */
export async function readBenchmark(name: string, folders: BenchmarkFolders): Promise<Benchmark> {
  const mediaFolder = resolve(folders.media);
  const wanted = name.toLowerCase().replaceAll('_', '-');
  if (wanted === 'ours') return await readOurs(join(mediaFolder, 'pairs.jsonl'));
  const row = benchmarks.find((candidate) => candidate.name === wanted);
  if (row === undefined) {
    throw new LookhearError('USAGE', `There is no benchmark "${name}".`, {
      hint: `There are ${benchmarks.map((each) => each.name).join(', ')} and ours.`,
    });
  }
  const annotations = await openAnnotations(resolve(folders.annotations ?? folders.media), row.folders);
  const media = await openMedia(mediaFolder, { folders: foldersIn(row.media), inner: row.inner });
  const { items, ...content } = await row.read({ annotations, media, mediaFolder });
  if (items.length === 0) {
    throw new LookhearError(
      'INPUT_EMPTY',
      `There is no item in ${annotations.files.map(({ path }) => path).join(', ')}.`,
    );
  }
  return { name: row.name, title: row.title, annotations: annotations.files, items, ...content };
}

function foldersIn({ picture, sound, mask }: BenchmarkRow['media']): MediaLayout['folders'] {
  const first = (place: string): string => place.slice(0, place.indexOf('/'));
  return { picture: first(picture), sound: first(sound), mask: mask && first(mask) };
}
