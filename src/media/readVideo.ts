/**
 * A video as the other rooms want it: pictures with their times, upright and in square pixels, and one channel of sound
 * at 16 kHz, both on one clock that begins with the earliest track. Everything comes through the system's ffmpeg, piece
 * by piece and only as fast as it is taken, so that a film needs no more memory than a clip.
 */
import { LookhearError } from '../errors.ts';
import { mixToMono } from '../sound/mix.ts';
import { createResampler, type Resampler } from '../sound/resample.ts';
import { createWavReader } from '../sound/wav.ts';
import { ffmpegInput, runFfmpeg } from './ffmpeg.ts';
import { type PictureTrack, probeVideo, type SoundTrack, type VideoProbe } from './probeVideo.ts';
import { type Frame, readRawFrames } from './rawFrames.ts';
import { soundSampleRate } from './readSound.ts';
import { videoContainerOf } from './videoFormat.ts';

/** 8192 x 4096: films in 8K, and what a phone makes. A frame of that size is 100 MB. */
const maximumFramePixels = 2 ** 25;
/** Tracks that begin further apart are worth a word. Seconds. */
const notableOffset = 0.05;
/** A sound that ends this much before the picture is worth a word. Seconds. */
const notablyShorter = 0.5;

export interface StreamOptions {
  /** Takes what is wrong, as a sentence without its end, where the file breaks off: what came before it counts. */
  readonly onDamage?: ((complaint: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Video {
  readonly path: string;
  /** ffmpeg's name of the container. */
  readonly container: string;
  /** Size of its pictures as they are to be seen, in pixels. */
  readonly width: number;
  readonly height: number;
  /** When its last track ends, in seconds; null where the file does not say. */
  readonly seconds: number | null;
  readonly picture: PictureTrack;
  /** The sound track that is heard; undefined where there is none. */
  readonly sound: SoundTrack | undefined;
  /** All sound tracks, in the order of the file. */
  readonly sounds: readonly SoundTrack[];
  /** Added to the file's own times, to begin at 0. Seconds. */
  readonly shift: number;
  /** Plain sentences about what it has, lacks, and what is made of that. */
  readonly notes: readonly string[];
  /** Every frame, at its own time. Fails with INPUT_CORRUPT or INPUT_EMPTY where there is not a single one. */
  frames(options?: StreamOptions): AsyncGenerator<Frame>;
  /** The picture that is on screen at 0 s, `seconds` later, and so on, as long as there are pictures. */
  framesEvery(seconds: number, options?: StreamOptions): AsyncGenerator<Frame>;
  /** Blocks of mono samples at 16 kHz from 0 s on: silence where the track begins later or has a gap; nothing without one. */
  samples(options?: StreamOptions): AsyncGenerator<Float32Array>;
}

/**
 * @param path A file: mp4, mov, mkv, webm, avi, wmv, flv, mpeg, ts or ogv, told from its bytes, never from its name.
 * @throws LookhearError INPUT_MISSING, INPUT_UNREADABLE, INPUT_EMPTY, INPUT_UNSUPPORTED (no video, or no picture in it),
 *   INPUT_CORRUPT, INPUT_TOO_LARGE, FFMPEG_MISSING, ABORTED.
 */
export async function readVideo(path: string, { signal }: { readonly signal?: AbortSignal | undefined } = {}) {
  const container = await videoContainerOf(path);
  const probe = await probeVideo(path, container, signal);
  return videoOf(path, container, probe, pictureOf(path, probe));
}

function pictureOf(path: string, { picture, hasCover }: VideoProbe): PictureTrack {
  if (picture === undefined) {
    const what = hasCover ? 'has a cover, but no picture that moves' : 'has no picture in it';
    throw new LookhearError('INPUT_UNSUPPORTED', `${path} ${what}.`, {
      hint: `Give a picture with it: lookhear localize PICTURE ${path}`,
    });
  }
  if (picture.width * picture.height > maximumFramePixels) {
    const size = `${picture.width} x ${picture.height}`;
    throw new LookhearError('INPUT_TOO_LARGE', `Cannot read ${path}: its pictures have ${size} pixels.`, {
      hint: `Make it smaller first; ${maximumFramePixels / 2 ** 20} megapixels are the most.`,
    });
  }
  return picture;
}

function videoOf(path: string, container: string, probe: VideoProbe, picture: PictureTrack): Video {
  const { sound, sounds, shift } = probe;
  const { width, height } = picture;
  const ends = [picture.end, sound?.end ?? null].filter((end) => end !== null);
  const input = timedInput({ path, container, shift });
  const about = { name: path, what: 'a video' };

  async function* decodeFrames(filters: readonly string[], options: StreamOptions): AsyncGenerator<Frame> {
    // Frames of another size than the first are scaled: a stream may change its size on the way.
    const chain = [...filters, `scale=${width}:${height}`, 'setsar=1'].join(',');
    const coding = ['-c:v', 'rawvideo', '-pix_fmt', 'rgb24', '-enc_time_base', '1:1000'];
    const output = ['-allow_raw_vfw', '1', '-flush_packets', '1', '-f', 'matroska', 'pipe:1'];
    const args = [...input, '-map', `0:${picture.index}`, '-vf', chain, ...coding, ...output];
    let complaint: string | undefined;
    const onDamage = (told: string) => {
      complaint = told;
    };
    let last: number | undefined;
    for await (const frame of readRawFrames(runFfmpeg(args, { ...about, ...options, onDamage }), picture)) {
      last = frame.time;
      yield frame;
    }
    if (last === undefined) throw noFrames(path, complaint);
    if (complaint !== undefined) options.onDamage?.(complaint);
  }

  return {
    path,
    container,
    width,
    height,
    seconds: ends.length === 0 ? null : Math.max(...ends),
    picture,
    sound,
    sounds,
    shift,
    notes: notesOn(probe, picture),
    frames: (options = {}) => decodeFrames([], options),
    async *framesEvery(seconds, options = {}) {
      let index = 0;
      // "up": a frame is on screen from its own time on, never before it.
      const pace = `fps=fps=1/${seconds}:start_time=0:round=up`;
      for await (const { picture } of decodeFrames([pace], options)) yield { time: index++ * seconds, picture };
    },
    async *samples(options = {}) {
      if (sound === undefined) return;
      const filters = 'aresample=async=1:first_pts=0';
      const args = [...input, '-map', `0:${sound.index}`, '-af', filters, '-c:a', 'pcm_f32le', '-f', 'wav', 'pipe:1'];
      yield* monoSamples(runFfmpeg(args, { ...about, onDamage: () => {}, ...options }), path);
    },
  };
}

/**
 * The arguments that open a video so that its times begin at 0 and tracks keep their distances. Of transport streams,
 * ffmpeg would move whatever track is alone to 0, but only where it is asked for exactly their start: a microsecond
 * beside it is far below what a track can tell.
 */
export function timedInput({ path, container, shift }: Pick<Video, 'path' | 'container' | 'shift'>): string[] {
  return ['-copyts', '-itsoffset', (shift + 1e-6).toFixed(6), ...ffmpegInput(path, container)];
}

function noFrames(path: string, complaint: string | undefined): LookhearError {
  if (complaint === undefined) {
    return new LookhearError('INPUT_EMPTY', `${path} has a picture track without a single picture.`, {
      hint: 'Export it again, and try to play it.',
    });
  }
  return new LookhearError('INPUT_CORRUPT', `${path} cannot be decoded: ${complaint}.`, {
    hint: 'Copy or download the file again, and try to play it.',
  });
}

async function* monoSamples(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Float32Array> {
  const reader = createWavReader(name);
  let resampler: Resampler | undefined;
  for await (const piece of bytes) {
    const block = reader.push(piece);
    if (block === undefined) continue;
    resampler ??= createResampler(block.sampleRate, soundSampleRate);
    // What a broken file decodes to need not be finite, and one such sample would spoil a whole window.
    const mono = mixToMono(block.channels).map((sample) => (Number.isFinite(sample) ? sample : 0));
    yield resampler.push(mono);
  }
  if (resampler !== undefined) yield resampler.finish();
}

function notesOn({ sound, sounds, otherPictures }: VideoProbe, picture: PictureTrack): string[] {
  const notes: string[] = [];
  if (picture.rotation !== 0) notes.push(`The picture is turned by ${picture.rotation} degrees, as the file says.`);
  if (picture.isVariable) notes.push('The frame rate varies; every frame keeps its own time.');
  if (otherPictures > 0) notes.push(`Of ${otherPictures + 1} picture tracks, one is taken.`);
  if (sound === undefined) return [...notes, 'There is no sound track, so every moment is silent.'];
  if (sounds.length > 1) {
    const number = sounds.indexOf(sound) + 1;
    notes.push(
      `Of ${sounds.length} sound tracks, number ${number} is heard (${sound.codec}, ${sound.channels} channels).`,
    );
  }
  const offset = sound.start - picture.start;
  if (Math.abs(offset) >= notableOffset) {
    const when = offset > 0 ? 'after' : 'before';
    notes.push(`The sound begins ${Math.abs(offset).toFixed(2)} s ${when} the picture, and is kept there.`);
  }
  if (sound.end !== null && picture.end !== null && picture.end - sound.end >= notablyShorter) {
    notes.push(`The sound ends at ${sound.end.toFixed(2)} s, the picture at ${picture.end.toFixed(2)} s.`);
  }
  return notes;
}
