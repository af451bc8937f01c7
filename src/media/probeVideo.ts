/** What ffprobe says of the tracks of a video, checked: the tracks that are taken, their times and how the picture lies. */
import { z } from 'zod';
import { LookhearError } from '../errors.ts';
import { ffmpegInput, runFfmpeg } from './ffmpeg.ts';

/** ffprobe writes numbers as text, and "N/A" where it knows none. */
const number = z.preprocess((value) => (value === 'N/A' ? undefined : value), z.coerce.number().optional());

const streamSchema = z.object({
  index: z.int().min(0),
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  width: z.int().min(0).optional(),
  height: z.int().min(0).optional(),
  sample_aspect_ratio: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  r_frame_rate: z.string().optional(),
  start_time: number,
  duration: number,
  sample_rate: number,
  channels: z.int().optional(),
  disposition: z.object({ default: z.int().optional(), attached_pic: z.int().optional() }).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  side_data_list: z.array(z.looseObject({ rotation: z.number().optional() })).optional(),
});

const probeSchema = z.object({
  streams: z.array(streamSchema).optional(),
  format: z.object({ start_time: number, duration: number }).optional(),
});

type Stream = z.infer<typeof streamSchema>;

export interface PictureTrack {
  /** Its number among all tracks of the file. */
  readonly index: number;
  readonly codec: string;
  /** In pixels as they are to be seen: square, and after the rotation. */
  readonly width: number;
  readonly height: number;
  /** By how much the stored picture is turned for viewing, in degrees clockwise, 0 to 359. */
  readonly rotation: number;
  /** Whether its frames lie at unequal distances. */
  readonly isVariable: boolean;
  /** Seconds from the beginning of the video. */
  readonly start: number;
  /** Seconds from the beginning of the video; null where the file does not say. */
  readonly end: number | null;
}

export interface SoundTrack {
  readonly index: number;
  readonly codec: string;
  /** Hertz. */
  readonly sampleRate: number;
  readonly channels: number;
  readonly start: number;
  readonly end: number | null;
}

export interface VideoProbe {
  /** Added to the times of the file, to begin at 0: the earliest time of a track. Seconds. */
  readonly shift: number;
  /** The picture that is taken: the file's default, else the first. Undefined where there is none. */
  readonly picture: PictureTrack | undefined;
  readonly otherPictures: number;
  /** Whether the file has a cover, as albums do: a picture, but not of a video. */
  readonly hasCover: boolean;
  /** All sound tracks that can be decoded, in the order of the file. */
  readonly sounds: readonly SoundTrack[];
  /** The one that is taken: the file's default, else the first. */
  readonly sound: SoundTrack | undefined;
}

/** More than this would be no description of a video but an attack. */
const longestProbe = 2 ** 22;

/** @throws LookhearError FFMPEG_MISSING, INPUT_CORRUPT where ffprobe finds no tracks, ABORTED */
export async function probeVideo(path: string, container: string, signal?: AbortSignal): Promise<VideoProbe> {
  const args = ['-print_format', 'json', '-show_format', '-show_streams', ...ffmpegInput(path, container)];
  const chunks: Uint8Array[] = [];
  let length = 0;
  const complaints: string[] = [];
  const onDamage = (complaint: string) => complaints.push(complaint);
  const options = { name: path, what: 'a video', program: 'ffprobe', onDamage, signal } as const;
  for await (const piece of runFfmpeg(args, options)) {
    length += piece.length;
    if (length > longestProbe) break;
    chunks.push(piece);
  }
  const { streams = [], format } = parsed(Buffer.concat(chunks).toString('utf8'));
  // A table of contents that is cut leaves tracks of no kind, or pictures of no size.
  const isMedium = ({ codec_type }: Stream) => codec_type === 'video' || codec_type === 'audio';
  const isIncomplete = ({ codec_type, codec_name, width }: Stream) =>
    codec_type === 'video' && (codec_name === undefined || !width);
  if (!streams.some(isMedium) || (complaints.length > 0 && streams.some(isIncomplete))) {
    const reason = complaints[0] ?? 'it has no track of pictures or sound';
    throw new LookhearError('INPUT_CORRUPT', `Cannot read ${path}: it is damaged or cut off (${reason}).`, {
      hint: 'Copy or download the file again, and try to play it.',
    });
  }
  const origin = format?.start_time ?? 0;
  const ofType = (type: string) => streams.filter(({ codec_type }) => codec_type === type);
  const isCover = ({ disposition }: Stream) => disposition?.attached_pic === 1;
  const pictures = ofType('video').filter((stream) => !isCover(stream));
  const decodable = ofType('audio').filter(({ codec_name, sample_rate }) => codec_name !== undefined && sample_rate);
  const sounds = decodable.map((stream) => soundTrack(stream, origin));
  const picture = pictures.length === 0 ? undefined : pictures[preferred(pictures)];
  return {
    shift: 0 - origin,
    picture: picture && pictureTrack(picture, origin, path),
    otherPictures: Math.max(0, pictures.length - 1),
    hasCover: ofType('video').some(isCover),
    sounds,
    sound: sounds[preferred(decodable)],
  };
}

function parsed(text: string): z.infer<typeof probeSchema> {
  try {
    return probeSchema.parse(JSON.parse(text));
  } catch {
    // What is not JSON or has no tracks is told by the caller.
    return {};
  }
}

/** Players take the track that is marked as the default, else the first. */
function preferred(streams: readonly Stream[]): number {
  return Math.max(
    0,
    streams.findIndex(({ disposition }) => disposition?.default === 1),
  );
}

function pictureTrack(stream: Stream, origin: number, name: string): PictureTrack {
  const { width = 0, height = 0, codec_name: codec } = stream;
  if (codec === undefined || width === 0 || height === 0) {
    throw new LookhearError(
      'INPUT_UNSUPPORTED',
      `Cannot read ${name}: ffmpeg does not know how its picture is coded.`,
      {
        hint: 'Convert it to mp4 with H.264 first.',
      },
    );
  }
  const rotation = rotationOf(stream);
  const shown = { width: Math.max(1, Math.round(width * pixelAspect(stream))), height };
  const isUpright = rotation % 180 === 0 || rotation % 90 !== 0;
  return {
    index: stream.index,
    codec,
    width: isUpright ? shown.width : shown.height,
    height: isUpright ? shown.height : shown.width,
    rotation,
    isVariable: isVariable(stream),
    ...span(stream, origin),
  };
}

function soundTrack(stream: Stream, origin: number): SoundTrack {
  const { index, codec_name, sample_rate = 0, channels = 0 } = stream;
  return { index, codec: codec_name ?? '', sampleRate: sample_rate, channels, ...span(stream, origin) };
}

function span({ start_time, duration, tags }: Stream, origin: number): { start: number; end: number | null } {
  const start = Math.max(0, (start_time ?? origin) - origin);
  // Matroska tells the length of a track in a tag, as 00:01:02.500000000.
  const [, hours, minutes, seconds] = /^(\d+):(\d+):(\d+\.?\d*)/.exec(tags?.DURATION ?? '') ?? [];
  const tagged = hours === undefined ? undefined : 3600 * Number(hours) + 60 * Number(minutes) + Number(seconds);
  if (duration !== undefined) return { start, end: start + duration };
  return { start, end: tagged ?? null };
}

/** Degrees clockwise. ffprobe counts the other way in the display matrix, older ones the same way in a tag. */
function rotationOf({ side_data_list = [], tags }: Stream): number {
  const matrix = side_data_list.find(({ rotation }) => rotation !== undefined)?.rotation;
  const degrees = matrix === undefined ? Number(tags?.rotate ?? 0) : -matrix;
  return Number.isFinite(degrees) ? ((Math.round(degrees) % 360) + 360) % 360 : 0;
}

function pixelAspect({ sample_aspect_ratio }: Stream): number {
  const [across, down] = (sample_aspect_ratio ?? '').split(':').map(Number);
  const ratio = across / down;
  return Number.isFinite(ratio) && ratio > 0 ? Math.min(20, Math.max(0.05, ratio)) : 1;
}

/** The mean rate differs from the rate that all times are multiples of. */
function isVariable({ avg_frame_rate, r_frame_rate }: Stream): boolean {
  const [mean, base] = [rate(avg_frame_rate), rate(r_frame_rate)];
  return mean > 0 && base > 0 && Math.abs(mean / base - 1) > 0.02;
}

function rate(text = ''): number {
  const [over, under] = text.split('/').map(Number);
  return under > 0 ? over / under : 0;
}
