/**
 * Cuts an mp3 file (MPEG 1, 2 and 2.5, layer III) into its frames without decoding them. The decoder needs nothing but
 * frames; tags, cover pictures and rubbish between them are passed over; and only the count of frames can
 * tell whether a file was cut, because the decoder just returns less.
 */

export interface Mp3Header {
  /** Bytes of the whole frame. */
  readonly length: number;
  /** Samples of one channel. */
  readonly samples: number;
  readonly sampleRate: number;
  /** Where a Xing or Info block would begin, counted from the frame. */
  readonly infoOffset: number;
  /** The same for all frames of a file: version, layer and sample rate. */
  readonly kind: number;
}

const kilobits = {
  mpeg1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const rates = [44100, 48000, 32000];

/** The header of the frame that begins at `at`; undefined when none can begin there. */
export function readMp3Header(bytes: Uint8Array, at: number): Mp3Header | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1] & 0xe0) !== 0xe0) return undefined;
  const version = (bytes[at + 1] >> 3) & 3;
  const layer = (bytes[at + 1] >> 1) & 3;
  const bitrate = bytes[at + 2] >> 4;
  const rate = (bytes[at + 2] >> 2) & 3;
  if (version === 1 || layer !== 1 || bitrate === 0 || bitrate === 15 || rate === 3) return undefined;
  const isMpeg1 = version === 3;
  const sampleRate = rates[rate] >> (isMpeg1 ? 0 : version === 2 ? 1 : 2);
  const padding = (bytes[at + 2] >> 1) & 1;
  const samples = isMpeg1 ? 1152 : 576;
  const kilobitsPerSecond = (isMpeg1 ? kilobits.mpeg1 : kilobits.mpeg2)[bitrate];
  const length = Math.floor((samples * 125 * kilobitsPerSecond) / sampleRate) + padding;
  const isMono = bytes[at + 3] >> 6 === 3;
  const sideInfo = isMpeg1 ? (isMono ? 17 : 32) : isMono ? 9 : 17;
  return { length, samples, sampleRate, infoOffset: 4 + sideInfo, kind: (version << 2) | rate };
}

export interface Mp3Info {
  /** Frames of sound, without the one that holds this. */
  readonly frames: number;
  /** Samples that the encoder added at both ends and the decoder takes off again. */
  readonly trimmed: number;
}

/** What encoders write into a first frame without sound ("Xing" or "Info"); undefined in other frames. */
export function readMp3Info(frame: Uint8Array, header: Mp3Header): Mp3Info | undefined {
  const at = header.infoOffset;
  if (frame.length < at + 12) return undefined;
  const name = String.fromCharCode(...frame.subarray(at, at + 4));
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if ((name !== 'Xing' && name !== 'Info') || (view.getUint32(at + 4) & 1) === 0) return undefined;
  const frames = view.getUint32(at + 8);
  // The LAME block that follows holds delay and padding, 12 bits each.
  const flags = view.getUint32(at + 4);
  const lame = at + 8 + 4 + (flags & 2 ? 4 : 0) + (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0);
  if (frame.length < lame + 24 || frame[lame] === 0) return { frames, trimmed: 0 };
  const delayAndPadding = (frame[lame + 21] << 16) | (frame[lame + 22] << 8) | frame[lame + 23];
  return { frames, trimmed: (delayAndPadding >> 12) + (delayAndPadding & 0xfff) };
}

export interface Mp3Walker {
  /** The frames that these bytes complete. They stay valid until the next call. */
  push(bytes: Uint8Array): Uint8Array[];
  /** The last frames, and whether the file ends within a frame. */
  finish(): { frames: Uint8Array[]; isCut: boolean };
}

export function createMp3Walker(): Mp3Walker {
  let pending: Uint8Array = new Uint8Array(0);
  /** Bytes of a tag still to be passed over. */
  let skip = 0;
  let kind: number | undefined;
  /** Whether the last frame ended exactly here, so that what follows needs no second witness. */
  let isInStep = false;
  let isCut = false;

  function walk(isLast: boolean): Uint8Array[] {
    const frames: Uint8Array[] = [];
    let at = 0;
    while (at < pending.length) {
      if (skip > 0) {
        const passed = Math.min(skip, pending.length - at);
        skip -= passed;
        at += passed;
        continue;
      }
      if (!isLast && at + 10 > pending.length) break;
      const tagLength = id3Length(pending, at);
      if (tagLength > 0) {
        skip = tagLength;
        continue;
      }
      const header = readMp3Header(pending, at);
      if (header === undefined || (kind !== undefined && header.kind !== kind)) {
        // The first bytes of a header whose rest is missing.
        if (isInStep && isLast && at + 4 > pending.length && pending[at] === 0xff) isCut = true;
        isInStep = false;
        at++;
        continue;
      }
      const end = at + header.length;
      if (end > pending.length) {
        if (!isLast) break;
        if (isInStep) {
          isCut = true;
          break;
        }
        at++;
        continue;
      }
      if (!isInStep && !isLast && end + 4 > pending.length) break;
      if (isInStep || end === pending.length || readMp3Header(pending, end)?.kind === header.kind) {
        frames.push(pending.subarray(at, end));
        kind = header.kind;
        isInStep = true;
        at = end;
      } else at++;
    }
    pending = pending.subarray(at);
    return frames;
  }

  function push(bytes: Uint8Array): Uint8Array[] {
    const joined = new Uint8Array(pending.length + bytes.length);
    joined.set(pending);
    joined.set(bytes, pending.length);
    pending = joined;
    return walk(false);
  }
  return { push, finish: () => ({ frames: walk(true), isCut }) };
}

/** Bytes of the ID3v2 tag that begins at `at`, or 0. */
export function id3Length(bytes: Uint8Array, at: number): number {
  const isTag = bytes[at] === 0x49 && bytes[at + 1] === 0x44 && bytes[at + 2] === 0x33 && at + 10 <= bytes.length;
  if (!isTag) return 0;
  const [a, b, c, d] = bytes.subarray(at + 6, at + 10);
  if ((a | b | c | d) & 0x80) return 0;
  const footer = bytes[at + 5] & 0x10 ? 10 : 0;
  return 10 + ((a << 21) | (b << 14) | (c << 7) | d) + footer;
}
