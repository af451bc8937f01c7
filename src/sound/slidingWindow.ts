/**
 * A window that slides over a stream of samples, for a sound that belongs to a video: at any moment, what is heard
 * around it. Only the window is kept, so that hours need no more memory than seconds.
 */
import type { Sound } from './sound.ts';

/** A part of a longer sound. */
export interface SoundAt extends Sound {
  /** Where its first sample lies, in seconds of the whole. */
  readonly start: number;
}

export interface SlidingWindow {
  /**
   * The window with `time` (seconds) in its middle, moved to lie within the sound where it begins or ends; shorter only
   * where the sound is. Times must not go back by more than a window.
   */
  around(time: number): Promise<SoundAt>;
  /** Lets the stream go. */
  close(): Promise<void>;
}

/**
 * @param blocks Mono samples in time order, the first at 0 s.
 * @param seconds Length of the window.
 */
export function slideOver(
  blocks: AsyncIterable<Float32Array>,
  { sampleRate, seconds }: { readonly sampleRate: number; readonly seconds: number },
): SlidingWindow {
  const length = Math.max(1, Math.round(seconds * sampleRate));
  const stream = blocks[Symbol.asyncIterator]();
  let held = new Float32Array(4 * length);
  /** Samples before the held ones, and how many are held. */
  let passed = 0;
  let count = 0;
  let isAtEnd = false;

  function take(block: Float32Array): void {
    if (count + block.length > held.length) {
      const larger = new Float32Array(2 * (count + block.length));
      larger.set(held.subarray(0, count));
      held = larger;
    }
    held.set(block, count);
    count += block.length;
  }

  function forget(before: number): void {
    const gone = Math.min(count, Math.max(0, before - passed));
    held.copyWithin(0, gone, count);
    count -= gone;
    passed += gone;
  }

  return {
    async around(time) {
      const middle = Math.round(time * sampleRate);
      const wantedEnd = Math.max(length, middle + Math.ceil(length / 2));
      forget(Math.min(wantedEnd, passed + count) - 2 * length);
      while (!isAtEnd && passed + count < wantedEnd) {
        const { done, value } = await stream.next();
        if (done) isAtEnd = true;
        else take(value);
        // The sound may end before the moment: its last window stays.
        forget(Math.min(wantedEnd, passed + count) - 2 * length);
      }
      const end = Math.min(wantedEnd, passed + count);
      const start = Math.max(passed, end - length);
      return { sampleRate, start: start / sampleRate, samples: held.slice(start - passed, end - passed) };
    },
    async close() {
      await stream.return?.();
    },
  };
}
