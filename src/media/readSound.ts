/**
 * A sound file, or samples that are already there, as every other room wants it: one channel at 16 kHz. Blocks are
 * mixed and resampled as they come out of the decoder, so an hour needs little more memory than its 230 MB of samples.
 */
import { LookhearError } from '../errors.ts';
import { mixToMono } from '../sound/mix.ts';
import { createResampler, type Resampler, resampledLength } from '../sound/resample.ts';
import type { Sound, SoundBlock } from '../sound/sound.ts';
import { openBytes } from './byteSource.ts';
import { decodeSound } from './decodeSound.ts';
import { throwIfAborted } from './readBytes.ts';

/** Rate of the sounds that come out, hertz. */
export const soundSampleRate = 16000;
/** Longer sounds are refused: six hours are 1.4 GB of samples. Seconds. */
export const longestSound = 6 * 3600;

const lowestRate = 100;
const highestRate = 768000;
const bufferName = 'The sound';

/** Samples in memory: one array for a mono sound, or one a channel. */
export interface SoundSamples {
  readonly samples: Float32Array | readonly Float32Array[];
  /** A whole number of hertz. */
  readonly sampleRate: number;
}

export interface ReadSoundOptions {
  /** Stops the reading between two blocks. */
  readonly signal?: AbortSignal | undefined;
  /** Longer sounds are refused, as soon as that is known. Default and most: six hours. */
  readonly maximumSeconds?: number;
}

/**
 * @param source A path, the bytes of a file, or samples. wav, flac, mp3, Ogg Vorbis and Ogg Opus are read as they are; m4a,
 *   aac, wma, aiff and the sound of videos need ffmpeg. The format is told from the bytes, never from the name.
 * @returns 16 kHz mono; `samples` may be a view of a longer buffer.
 * @throws LookhearError INPUT_MISSING, INPUT_UNREADABLE, INPUT_EMPTY, INPUT_UNSUPPORTED, INPUT_CORRUPT (damaged, or ends
 *   early), INPUT_TOO_LARGE (longer than allowed), FFMPEG_MISSING, ABORTED.
 */
export async function readSound(
  source: string | Uint8Array | SoundSamples,
  options: ReadSoundOptions = {},
): Promise<Sound> {
  const { signal } = options;
  const maximumSeconds = Math.min(options.maximumSeconds ?? longestSound, longestSound);
  throwIfAborted(signal, typeof source === 'string' ? source : bufferName);
  if (typeof source !== 'string' && !(source instanceof Uint8Array)) return fromSamples(source, maximumSeconds);
  const bytes = await openBytes(source, bufferName, signal);
  try {
    const collector = createCollector(bytes.name, maximumSeconds);
    for await (const block of decodeSound(bytes, signal)) collector.add(block);
    return collector.finish();
  } finally {
    await bytes.close();
  }
}

function fromSamples({ samples, sampleRate }: SoundSamples, maximumSeconds: number): Sound {
  const channels = samples instanceof Float32Array ? [samples] : samples;
  const total = channels[0]?.length ?? 0;
  if (channels.some((channel) => channel.length !== total)) {
    throw new LookhearError('INPUT_UNSUPPORTED', `${bufferName} has channels of different lengths.`);
  }
  const collector = createCollector(bufferName, maximumSeconds);
  collector.add({ sampleRate, channels, total });
  return collector.finish();
}

interface Collector {
  add(block: SoundBlock): void;
  finish(): Sound;
}

function createCollector(name: string, maximumSeconds: number): Collector {
  let sampleRate: number | undefined;
  let resampler: Resampler | undefined;
  let received = 0;
  let collected = new Float32Array(0);
  let length = 0;

  function begin({ sampleRate: rate, total }: SoundBlock): Resampler {
    if (!Number.isInteger(rate) || rate < lowestRate || rate > highestRate) {
      const range = `${lowestRate} to ${highestRate}`;
      throw new LookhearError('INPUT_UNSUPPORTED', `${name} has a sample rate of ${rate} Hz; expected ${range}.`);
    }
    sampleRate = rate;
    if (total !== undefined) {
      checkLength(total, rate);
      // The whole length at once: growing would need the old and the new memory together.
      collected = allocate(resampledLength(total, rate, soundSampleRate), name);
    }
    return createResampler(rate, soundSampleRate);
  }

  function checkLength(samples: number, rate: number): void {
    if (samples <= maximumSeconds * rate) return;
    throw new LookhearError('INPUT_TOO_LARGE', `${name} is longer than ${duration(maximumSeconds)}.`, {
      hint: 'Cut it into parts.',
    });
  }

  function add(block: SoundBlock): void {
    const frames = block.channels[0]?.length ?? 0;
    if (frames === 0) return;
    resampler ??= begin(block);
    if (block.sampleRate !== sampleRate) {
      throw new LookhearError('INPUT_UNSUPPORTED', `${name} changes its sample rate on the way.`);
    }
    const mono = mixToMono(block.channels);
    const wrong = mono.findIndex((sample) => !Number.isFinite(sample));
    if (wrong >= 0) {
      const seconds = ((received + wrong) / sampleRate).toFixed(3);
      throw new LookhearError('INPUT_CORRUPT', `${name} has a sample at ${seconds} s that is not a finite number.`);
    }
    received += frames;
    checkLength(received, sampleRate);
    append(resampler.push(mono));
  }

  function append(samples: Float32Array): void {
    if (length + samples.length > collected.length) {
      const larger = allocate(Math.ceil(1.5 * (length + samples.length)), name);
      larger.set(collected.subarray(0, length));
      collected = larger;
    }
    collected.set(samples, length);
    length += samples.length;
  }

  function finish(): Sound {
    if (resampler === undefined) throw new LookhearError('INPUT_EMPTY', `${name} holds no samples.`);
    append(resampler.finish());
    return { sampleRate: soundSampleRate, samples: collected.subarray(0, length) };
  }
  return { add, finish };
}

function duration(seconds: number): string {
  return seconds % 3600 === 0 ? `${seconds / 3600} hours` : `${Math.floor(seconds / 60)} minutes`;
}

function allocate(length: number, name: string): Float32Array<ArrayBuffer> {
  try {
    return new Float32Array(length);
  } catch (error) {
    throw new LookhearError('INPUT_TOO_LARGE', `${name} does not fit into memory.`, { cause: error });
  }
}
