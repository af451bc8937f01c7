/**
 * The body of a request in bounded memory and time: its size is limited, and it must not come slower than a least rate.
 */
import type { HeldBytes } from './heldBytes.ts';
import type { Limits } from './limits.ts';
import { Refusal } from './refusal.ts';

type BodyLimits = Pick<Limits, 'bodyBytes' | 'bodyMs' | 'leastBytesPerSecond'>;

/**
 * @param held Pays for the memory.
 * @returns the whole body, in a buffer of its own that may be handed over to a worker
 * Fails with a Refusal: 413 (as soon as it is known), 408, 429, or 400 where the client ended early.
 */
export async function readBody(
  request: Request,
  limits: BodyLimits,
  held: HeldBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  checkLength(request.headers.get('content-length'), limits);
  const { body } = request;
  if (body === null) return new Uint8Array(0);
  const reader = body.getReader();
  const clock = startClock(limits, () => reader.releaseLock());
  // Grown by copying: a list of the pieces could take a hundred times their bytes where they come one byte at a time.
  let bytes = new Uint8Array(0);
  let length = 0;
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return bytes.subarray(0, length);
      if (length + value.length > limits.bodyBytes) throw tooLarge(limits);
      if (length + value.length > bytes.length) {
        const capacity = Math.min(limits.bodyBytes, Math.max(2 * bytes.length, length + value.length, 65_536));
        held.take(capacity - bytes.length);
        const larger = new Uint8Array(capacity);
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      bytes.set(value, length);
      length += value.length;
      clock.received(length);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (clock.isLate()) throw tooSlow(limits);
    throw new Refusal(400, 'USAGE', 'The upload ended before it was complete.', { cause: error });
  } finally {
    clock.stop();
    // Not cancelled: that would cut the connection before the refusal is told.
    reader.releaseLock();
  }
}

function checkLength(header: string | null, limits: BodyLimits): void {
  if (header !== null && Number(header) > limits.bodyBytes) throw tooLarge(limits);
}

function tooLarge({ bodyBytes }: BodyLimits): Refusal {
  return new Refusal(413, 'INPUT_TOO_LARGE', `The upload is larger than ${bodyBytes / 2 ** 20} MiB.`, {
    hint: 'Make the picture smaller; the networks look at a few hundred pixels a side. Cut the sound, or send it as mp3 or ogg.',
    headers: { Connection: 'close' },
  });
}

/** A timer that is set again only when it fires. Letting go of the reader ends the read that waits. */
function startClock({ bodyMs, leastBytesPerSecond }: BodyLimits, letGo: () => void) {
  const begin = performance.now();
  let length = 0;
  let isLate = false;
  let timer = setTimeout(check, bodyMs);
  function check(): void {
    const left = begin + bodyMs + (1000 * length) / leastBytesPerSecond - performance.now();
    if (left > 0) {
      timer = setTimeout(check, left);
      return;
    }
    isLate = true;
    letGo();
  }
  return {
    received(bytes: number): void {
      length = bytes;
    },
    isLate: () => isLate,
    stop: () => clearTimeout(timer),
  };
}

function tooSlow({ leastBytesPerSecond }: BodyLimits): Refusal {
  return new Refusal(408, 'TOO_SLOW', `The upload comes slower than ${leastBytesPerSecond / 1024} KiB a second.`, {
    headers: { Connection: 'close' },
  });
}
