/**
 * Takes an Ogg file (RFC 3533) apart into pages and packets. Every page carries a checksum, a running number, the
 * position in samples and, the last one, a mark: together they tell a broken or cut file from a whole one,
 * which the decoders do not.
 */

import { LookhearError } from '../errors.ts';
import { joinBytes } from './joinBytes.ts';

export interface OggPage {
  /** The packets that end on this page. */
  readonly packets: readonly Uint8Array[];
  /** Position in the stream after the last of these packets, in samples; undefined when no packet ends here. */
  readonly granule: number | undefined;
  readonly isLast: boolean;
}

export interface OggReader {
  /** The pages that these bytes complete. @throws LookhearError INPUT_CORRUPT, INPUT_UNSUPPORTED. */
  push(bytes: Uint8Array): OggPage[];
  /** @throws LookhearError INPUT_CORRUPT when the stream did not come to its end. */
  finish(): void;
}

const headerLength = 27;

export function createOggReader(name: string): OggReader {
  let pending: Uint8Array = new Uint8Array(0);
  let serial: number | undefined;
  let nextNumber = 0;
  let isEnded = false;
  /** A packet that goes on in the next page. */
  let begun: Uint8Array[] = [];

  function corrupt(problem: string): LookhearError {
    return new LookhearError('INPUT_CORRUPT', `${name} ${problem}.`, { hint: 'Copy or download the file again.' });
  }

  function push(bytes: Uint8Array): OggPage[] {
    pending = joinBytes([pending, bytes]);
    const pages: OggPage[] = [];
    let at = 0;
    for (;;) {
      const length = pageLength(at);
      if (length === undefined || at + length > pending.length) break;
      const page = readPage(pending.subarray(at, at + length));
      if (page !== undefined) pages.push(page);
      at += length;
    }
    pending = pending.subarray(at);
    return pages;
  }

  /** Bytes of the page that begins at `at`; undefined when its header is not complete yet. */
  function pageLength(at: number): number | undefined {
    if (at + headerLength > pending.length) return undefined;
    if (String.fromCharCode(...pending.subarray(at, at + 4)) !== 'OggS') {
      // What comes after the end (tags of other programs) does not matter.
      if (isEnded) return pending.length - at;
      throw corrupt('is damaged: an Ogg page does not begin where it should');
    }
    const segments = pending[at + 26];
    if (at + headerLength + segments > pending.length) return undefined;
    let length = headerLength + segments;
    for (let i = 0; i < segments; i++) length += pending[at + headerLength + i];
    return length;
  }

  function readPage(page: Uint8Array): OggPage | undefined {
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    if (page[0] !== 0x4f) return undefined;
    if (oggChecksum(page) !== view.getUint32(22, true)) throw corrupt('is damaged: the checksum of a page is wrong');
    const flags = page[5];
    const pageSerial = view.getUint32(14, true);
    serial ??= pageSerial;
    if (isEnded || pageSerial !== serial) {
      throw new LookhearError('INPUT_UNSUPPORTED', `${name} holds several Ogg streams; only one is read.`, {
        hint: 'Convert it: ffmpeg -i IN.ogg OUT.wav',
      });
    }
    if (view.getUint32(18, true) !== nextNumber) throw corrupt('is damaged: Ogg pages are missing');
    nextNumber = (nextNumber + 1) >>> 0;
    isEnded = (flags & 4) !== 0;
    const packets = packetsOf(page);
    const granule = packets.length === 0 ? undefined : Number(view.getBigInt64(6, true));
    return { packets, granule, isLast: isEnded };
  }

  function packetsOf(page: Uint8Array): Uint8Array[] {
    const segments = page[26];
    const packets: Uint8Array[] = [];
    let from = headerLength + segments;
    let to = from;
    for (let i = 0; i < segments; i++) {
      to += page[headerLength + i];
      // A segment of 255 bytes goes on in the next one.
      if (page[headerLength + i] === 255) continue;
      packets.push(joinBytes([...begun, page.subarray(from, to)]));
      begun = [];
      from = to;
    }
    if (to > from) begun.push(page.slice(from, to));
    return packets;
  }

  function finish(): void {
    if (!isEnded) throw corrupt('ends early: the end mark of its Ogg stream is missing');
  }
  return { push, finish };
}

const checksumTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

/** CRC-32 of a page with its own checksum field (bytes 22 to 25) taken as zero. */
export function oggChecksum(page: Uint8Array): number {
  let value = 0;
  for (let i = 0; i < page.length; i++) {
    const byte = i >= 22 && i < 26 ? 0 : page[i];
    value = (value << 8) ^ checksumTable[(value >>> 24) ^ byte];
  }
  return value >>> 0;
}
