/** The moments of a video, evenly in time: the picture on screen, and the sound around it. */
import type { Picture } from '../picture/picture.ts';
import { type SoundAt, slideOver } from '../sound/slidingWindow.ts';
import { soundSampleRate } from './readSound.ts';
import type { StreamOptions, Video } from './readVideo.ts';

export interface SightOptions extends StreamOptions {
  /** From one moment to the next, seconds. */
  readonly every: number;
  /** Length of the window of sound, seconds. */
  readonly windowSeconds: number;
}

/**
 * From 0 s to the end of the picture, or of the sound where that goes on: the last picture then stays. Picture and sound
 * are read as they are asked for.
 */
export async function* sightsOf(
  video: Video,
  { every, windowSeconds, ...options }: SightOptions,
): AsyncGenerator<{ time: number; picture: Picture; sound: SoundAt | null }> {
  const window =
    video.sound === undefined
      ? undefined
      : slideOver(video.samples(options), { sampleRate: soundSampleRate, seconds: windowSeconds });
  let last: { time: number; picture: Picture } | undefined;
  try {
    for await (const frame of video.framesEvery(every, options)) {
      // ffmpeg's own rounding may add a moment behind the end.
      if (last !== undefined && frame.time >= (video.picture.end ?? Number.POSITIVE_INFINITY)) break;
      last = frame;
      yield { ...frame, sound: (await window?.around(frame.time)) ?? null };
    }
    while (last !== undefined && window !== undefined) {
      const time: number = Math.round(last.time / every + 1) * every;
      const sound = await window.around(time);
      // Encoders fill their last block: a sound that ends with the picture seems to end a little later.
      if (sound.start + sound.samples.length / sound.sampleRate <= time + every / 2) return;
      last = { time, picture: last.picture };
      yield { ...last, sound };
    }
  } finally {
    await window?.close();
  }
}
