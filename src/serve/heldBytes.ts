/** An account of the memory that uploads and answers take, so that many clients cannot together take all of it. */
import { Refusal } from './refusal.ts';

export interface HeldBytes {
  /** Fails with 429 where it would be too much. */
  take(bytes: number): void;
  /** Everything that was taken here; gives it back once, however often it is called. */
  release(): void;
}

/** @returns a function that opens an account for one request, all of which share `limit` bytes */
export function createHeldBytes(limit: number): () => HeldBytes {
  let held = 0;
  return () => {
    let own = 0;
    let isReleased = false;
    return {
      take(bytes) {
        if (held + bytes > limit) {
          throw new Refusal(429, 'BUSY', 'The service holds as many uploads as it has room for.', {
            hint: 'Try again in a few seconds.',
            headers: { 'Retry-After': '5' },
          });
        }
        if (isReleased) return;
        held += bytes;
        own += bytes;
      },
      release() {
        if (isReleased) return;
        isReleased = true;
        held -= own;
      },
    };
  };
}
