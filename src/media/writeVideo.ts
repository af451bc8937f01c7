/**
 * Frames into a video file, through the system's ffmpeg: H.264 where it can, else MPEG-4. Every frame keeps its time. The
 * sound of another video is taken over, copied where the new container can hold it, else as AAC.
 */
import { once } from 'node:events';
import { extname } from 'node:path';
import { LookhearError } from '../errors.ts';
import { replaceAtomically, type WriteOptions } from './atomicWrite.ts';
import { cannotStart, complaintOf, type FfmpegProcess, runFfmpeg, startFfmpeg } from './ffmpeg.ts';
import type { SoundTrack } from './probeVideo.ts';
import { type Frame, rawFrameHeader, rawFramesHeader } from './rawFrames.ts';
import { throwIfAborted } from './readBytes.ts';
import { timedInput, type Video } from './readVideo.ts';

interface Container {
  readonly extensions: readonly string[];
  /** ffmpeg's name of it. */
  readonly muxer: string;
  readonly options: readonly string[];
  /** Codecs of sound that players expect in it. */
  readonly sounds: RegExp;
}

const toTheFront = ['-movflags', '+faststart'];
const containers: readonly Container[] = [
  { extensions: ['.mp4', '.m4v'], muxer: 'mp4', options: toTheFront, sounds: /^(aac|mp3|ac3|eac3|alac|opus)$/ },
  { extensions: ['.mov'], muxer: 'mov', options: toTheFront, sounds: /^(aac|mp3|ac3|eac3|alac|pcm_s\d+[lb]e)$/ },
  {
    extensions: ['.mkv'],
    muxer: 'matroska',
    options: [],
    sounds: /^(aac|mp[23]|e?ac3|alac|opus|vorbis|flac|dts|pcm_.+)$/,
  },
];

/** The best first; each with what makes it look good without being slow. */
const encoders = [
  { name: 'libx264', options: ['-preset', 'veryfast', '-crf', '20'] },
  { name: 'libopenh264', options: ['-b:v', '4M'] },
  { name: 'mpeg4', options: ['-q:v', '4'] },
] as const;

/** @throws LookhearError USAGE where the ending of the name is none of a video that is written */
export function videoOutput(path: string): Container {
  const extension = extname(path).toLowerCase();
  const container = containers.find(({ extensions }) => extensions.includes(extension));
  if (container !== undefined) return container;
  throw new LookhearError('USAGE', `Cannot write ${path}: its ending does not name a video format.`, {
    hint: `Use one of ${containers.flatMap(({ extensions }) => extensions).join(', ')}.`,
  });
}

export interface WriteVideoOptions extends WriteOptions {
  /** Whose sound is taken over, on the same clock as the frames. */
  readonly soundOf: Video;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a video, whole or not at all; ffmpeg is fed only as fast as it works. Sides of an odd length grow by one pixel,
 * which the codecs need.
 * @param frames All of one size, in time order; times from 0.
 * @throws LookhearError USAGE, OUTPUT_EXISTS (without `force`), OUTPUT_UNWRITABLE, FFMPEG_MISSING, FAILED, INPUT_EMPTY (no
 *   frames), ABORTED, and whatever the frames throw
 */
export async function writeVideo(
  path: string,
  frames: AsyncIterable<Frame>,
  { soundOf, signal, ...options }: WriteVideoOptions,
): Promise<void> {
  const container = videoOutput(path);
  const encoder = await bestEncoder(path, signal);
  const keepTimes = await timeKeeping(path, signal);
  const arrange = (temporary: string) => [
    ...['-copyts', '-f', 'matroska', '-i', 'pipe:0'],
    ...(soundOf.sounds.length > 0 ? timedInput(soundOf) : []),
    ...['-map', '0:v:0', '-c:v', encoder.name, ...encoder.options, ...keepTimes],
    // Without a word about its colours, a player takes a small video for one standard and a large one for another.
    ...['-vf', 'scale=ceil(iw/2)*2:ceil(ih/2)*2:out_color_matrix=bt709:out_range=tv,format=yuv420p'],
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
    ...soundOutput(soundOf.sounds, container),
    ...[...container.options, '-f', container.muxer, `file:${temporary}`],
  ];
  await replaceAtomically(
    path,
    async (temporary) => {
      let ffmpeg: FfmpegProcess | undefined;
      try {
        for await (const { time, picture } of frames) {
          throwIfAborted(signal, soundOf.path);
          if (ffmpeg === undefined) {
            ffmpeg = startFfmpeg(arrange(temporary), { signal }, 'pipe');
            // A broken pipe is told by the exit code.
            ffmpeg.child.stdin!.on('error', () => {});
            await feed(ffmpeg, rawFramesHeader(picture));
          }
          await feed(ffmpeg, rawFrameHeader(time, picture.data.length));
          if (!(await feed(ffmpeg, picture.data))) break;
        }
        if (ffmpeg === undefined) throw new LookhearError('INPUT_EMPTY', `There is no frame to write into ${path}.`);
        ffmpeg.child.stdin!.end();
        await finished(ffmpeg, path, signal);
      } finally {
        ffmpeg?.stop();
      }
    },
    options,
  );
}

/** Waits until ffmpeg takes more. @returns false where it has ended. */
async function feed({ child, ended }: FfmpegProcess, bytes: Uint8Array): Promise<boolean> {
  const stdin = child.stdin!;
  if (!stdin.writable) return false;
  if (stdin.write(bytes)) return true;
  const stop = new AbortController();
  const drained = once(stdin, 'drain', { signal: stop.signal }).then(
    () => true,
    () => false,
  );
  const isDrained = await Promise.race([drained, ended.then(() => false)]);
  stop.abort();
  return isDrained;
}

async function finished(ffmpeg: FfmpegProcess, path: string, signal: AbortSignal | undefined): Promise<void> {
  const outcome = await ffmpeg.ended;
  throwIfAborted(signal, path);
  if (outcome === 0) return;
  if (outcome instanceof Error) throw cannotStart(outcome, { name: path, what: 'writing a video' });
  const report = ffmpeg.report();
  const cause = new Error(`ffmpeg, writing ${path}: ${report}`);
  if (/no space left|quota exceeded/i.test(report)) {
    throw new LookhearError('OUTPUT_UNWRITABLE', `Cannot write ${path}: the disk is full.`, { cause });
  }
  const complaint = complaintOf(report) || `ffmpeg ended with code ${outcome}`;
  throw new LookhearError('FAILED', `Cannot write ${path}: ${complaint}.`, { cause });
}

/** All tracks, so that a film keeps its languages. */
function soundOutput(sounds: readonly SoundTrack[], container: Container): string[] {
  return sounds.flatMap(({ index, codec }, place) => [
    ...['-map', `1:${index}`, `-c:a:${place}`],
    ...(container.sounds.test(codec) ? ['copy'] : ['aac', `-b:a:${place}`, '192k']),
  ]);
}

/** So that no frame is moved, repeated or dropped for the sake of an even rate; before ffmpeg 5.1 it had another name. */
async function timeKeeping(name: string, signal: AbortSignal | undefined): Promise<string[]> {
  const [, major, minor] = /version n?(\d+)\.(\d+)/.exec(await printed('-version', name, signal)) ?? [];
  const isOld = major !== undefined && Number(major) + Number(minor) / 100 < 5.01;
  return [isOld ? '-vsync' : '-fps_mode', 'vfr', '-enc_time_base', '1:1000'];
}

async function bestEncoder(name: string, signal: AbortSignal | undefined): Promise<(typeof encoders)[number]> {
  const listed = new Set((await printed('-encoders', name, signal)).split(/\s+/));
  const encoder = encoders.find((candidate) => listed.has(candidate.name));
  if (encoder !== undefined) return encoder;
  throw new LookhearError('FFMPEG_MISSING', `Cannot write ${name}: this ffmpeg has no encoder for H.264 or MPEG-4.`, {
    hint: 'Install an ffmpeg with libx264.',
  });
}

async function printed(option: '-encoders' | '-version', name: string, signal?: AbortSignal): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of runFfmpeg([option], { name, what: 'writing a video', signal })) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
