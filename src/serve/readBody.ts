/**
 * The body of a request in bounded memory and time: its size is limited, and it must not come slower than a least rate.
 */
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import type { HeldBytes } from './heldBytes.ts';
import type { Limits } from './limits.ts';
import { Refusal } from './refusal.ts';

/** Reading takes ten microseconds a piece, so that pieces of a byte would keep the event loop from everybody else. */
const mostTinyPieces = 10_000;
const tinyBytes = 64;

type BodyLimits = Pick<Limits, 'bodyBytes' | 'bodyMs' | 'leastBytesPerSecond'>;

/**
 * @param incoming The connection's own stream. A web stream around it costs ten times as much for each piece, which a
 *   client that sends one byte at a time would make use of. Undefined where there is no connection, as in tests.
 * @param held Pays for the memory.
 * @returns the whole body, in a buffer of its own that may be handed over to a worker
 * Fails with a Refusal: 413 (as soon as it is known), 408, 429, or 400 where the client ended early.
 */
export async function readBody(
  request: Request,
  incoming: Readable | undefined,
  limits: BodyLimits,
  held: HeldBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  const promised = request.headers.get('content-length');
  if (promised !== null && Number(promised) > limits.bodyBytes) throw tooLarge(limits);
  if (incoming !== undefined) return collect(incoming, limits, held);
  return request.body === null ? new Uint8Array(0) : collect(Readable.fromWeb(request.body as WebStream), limits, held);
}

function collect(stream: Readable, limits: BodyLimits, held: HeldBytes): Promise<Uint8Array<ArrayBuffer>> {
  // Grown by copying: a list of the pieces could take a hundred times their bytes where they come one byte at a time.
  let bytes = new Uint8Array(0);
  let length = 0;
  let count = 0;

  function add(piece: Uint8Array): void {
    const needed = length + piece.length;
    if (++count > mostTinyPieces && needed < tinyBytes * count) throw tooManyPieces();
    if (needed > limits.bodyBytes) throw tooLarge(limits);
    if (needed > bytes.length) {
      const capacity = Math.min(limits.bodyBytes, Math.max(2 * bytes.length, needed, 65_536));
      held.take(capacity - bytes.length);
      const larger = new Uint8Array(capacity);
      larger.set(bytes.subarray(0, length));
      bytes = larger;
    }
    bytes.set(piece, length);
    length = needed;
  }

  return new Promise((resolve, reject) => {
    const begin = performance.now();
    let timer = setTimeout(checkRate, limits.bodyMs);
    stream.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);

    // The stream is not destroyed: that would cut the connection before the refusal is told.
    function settle(): void {
      clearTimeout(timer);
      stream.off('data', onData).off('end', onEnd).off('close', onBroken).pause();
      // What goes wrong from now on is nobody's business, and must not be a crash.
      stream.off('error', onBroken).on('error', () => {});
    }
    function onData(piece: Uint8Array): void {
      try {
        add(piece);
      } catch (error) {
        settle();
        reject(error);
      }
    }
    function onEnd(): void {
      settle();
      resolve(bytes.subarray(0, length));
    }
    function onBroken(cause?: unknown): void {
      settle();
      reject(new Refusal(400, 'USAGE', 'The upload ended before it was complete.', { cause }));
    }
    function checkRate(): void {
      const allowed = limits.bodyMs + (1000 * length) / limits.leastBytesPerSecond;
      const left = allowed - (performance.now() - begin);
      if (left > 0) {
        timer = setTimeout(checkRate, left);
        return;
      }
      settle();
      reject(tooSlow(limits));
    }
  });
}

function tooLarge({ bodyBytes }: BodyLimits): Refusal {
  return new Refusal(413, 'INPUT_TOO_LARGE', `The upload is larger than ${bodyBytes / 2 ** 20} MiB.`, {
    hint: 'Make the picture smaller; the networks look at a few hundred pixels a side. Cut the sound, or send it as mp3 or ogg.',
    headers: { Connection: 'close' },
  });
}

function tooManyPieces(): Refusal {
  return new Refusal(400, 'USAGE', 'The upload comes in too many tiny pieces.', { headers: { Connection: 'close' } });
}

function tooSlow({ leastBytesPerSecond }: BodyLimits): Refusal {
  return new Refusal(408, 'TOO_SLOW', `The upload comes slower than ${leastBytesPerSecond / 1024} KiB a second.`, {
    headers: { Connection: 'close' },
  });
}
